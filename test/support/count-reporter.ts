// Prints the counts of a run as its very last line, for those who read only that: `N passed, N failed, N skipped`.
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule, TestSuite } from 'vitest/node';

/** How many tests ended how. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** A file or suite whose own code failed, so that its tests may never have run. */
function brokenSuites(module: TestModule): number {
  const broken = (suite: TestModule | TestSuite) => (suite.errors().length > 0 ? 1 : 0);
  let count = broken(module);
  for (const suite of module.children.allSuites()) count += broken(suite);
  return count;
}

/** Adds up a run. Files, suites and promises that failed outside of a test count as failures: none may go unseen. */
export function countTests(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): Counts {
  const counts: Counts = { passed: 0, failed: strayErrors.length, skipped: 0 };
  for (const module of modules) {
    counts.failed += brokenSuites(module);
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // A test still pending when the run is over did not run.
      counts[state === 'pending' ? 'skipped' : state]++;
    }
  }
  return counts;
}

/** Stands last among the reporters. */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], strayErrors: readonly SerializedError[]): void {
    const { passed, failed, skipped } = countTests(modules, strayErrors);
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
}

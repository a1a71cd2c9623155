// Starts the disk tests: bundled, in a place where disks may be mounted.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, TASK_PROCESS } from '../engine/maintenance/support/bundled.js';
import { wayToMount } from './mounting.js';
import { Spoken } from './process.js';

/** What to run. */
export interface DiskOptions {
  readonly cycles: number;
  /** How many at once, where a case has several. */
  readonly processes: number;
  /** Decides what is left to chance, except for how long things take. */
  readonly seed: number;
  /** Only the cases whose name begins like this. */
  readonly only?: string | undefined;
}

/** What came of a case. */
export type DiskResult =
  | {
      readonly name: string;
      readonly outcome: 'held';
      readonly figures: Readonly<Record<string, number>>;
      readonly seconds: number;
    }
  | { readonly name: string; readonly outcome: 'failed' | 'skipped'; readonly why: string };

const scriptOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Runs cases. @param onResult is told of each at once */
export async function diskRun(
  options: DiskOptions,
  onResult: (result: DiskResult) => void = () => undefined,
): Promise<readonly DiskResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-disk-run-'));
  let driver: Spoken | undefined;
  try {
    await bundle(
      [scriptOf('driver.ts'), scriptOf('worker.ts'), scriptOf('../../src/cli/main.ts'), TASK_PROCESS],
      folder,
    );
    const way = wayToMount();
    const given = JSON.stringify({ ...options, mayMount: way !== undefined });
    driver = new Spoken([...(way ?? []), process.execPath, join(folder, 'driver.mjs'), given]);
    const results: DiskResult[] = [];
    driver.onLine((text) => {
      const result = JSON.parse(text) as DiskResult;
      results.push(result);
      onResult(result);
    });
    const exit = await driver.ended;
    if (exit !== 0) throw new Error(`The disk tests ended with ${String(exit)}. ${driver.errors}`);
    return results;
  } finally {
    await driver?.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

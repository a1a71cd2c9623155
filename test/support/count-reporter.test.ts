import { expect, it } from 'vitest';
import type { TestModule } from 'vitest/node';
import { countTests } from './count-reporter.js';

type State = 'passed' | 'failed' | 'skipped' | 'pending';

function module(states: readonly State[], moduleErrors = 0, suiteErrors = 0): TestModule {
  const errors = (count: number) => () => Array.from({ length: count }, () => ({ message: 'broken' }));
  const suites = [{ errors: errors(suiteErrors) }];
  const tests = states.map((state) => ({ result: () => ({ state }) }));
  const children = { allSuites: () => suites, allTests: () => tests };
  return { errors: errors(moduleErrors), children } as unknown as TestModule;
}

it('adds up the tests of all files', () => {
  const modules = [module(['passed', 'passed', 'failed']), module(['skipped', 'passed'])];
  expect(countTests(modules, [])).toEqual({ passed: 3, failed: 1, skipped: 1 });
});

it('counts a file that cannot be loaded as a failure', () => {
  expect(countTests([module([], 1)], [])).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

it('counts a suite whose hook failed as a failure, whatever became of its tests', () => {
  expect(countTests([module(['skipped', 'pending'], 0, 1)], [])).toEqual({
    passed: 0,
    failed: 1,
    skipped: 2,
  });
});

it('counts errors outside of any test as failures', () => {
  const stray = [{ message: 'unhandled' }, { message: 'rejection' }];
  expect(countTests([module(['passed'])], stray)).toEqual({ passed: 1, failed: 2, skipped: 0 });
});

// Several suites in one file of vitest: each such file loads Nest and the whole package anew, which costs seconds.
import { describe } from 'vitest';

describe('the module', async () => {
  await import('./module.suite.js');
});
describe('the testing module', async () => {
  await import('./testing-module.suite.js');
});
describe('injection by type', async () => {
  await import('./by-type.suite.js');
});
describe('types', async () => {
  await import('./types.suite.js');
});

// Several suites in one file of vitest: each such file loads Nest and the whole package anew, which costs seconds.
import { describe } from 'vitest';

describe('provenance', async () => {
  await import('./provenance.suite.js');
});
describe('the bounds of provenance', async () => {
  await import('./provenance-bounds.suite.js');
});
describe('the exception filter', async () => {
  await import('./exception-filter.suite.js');
});
describe('health', async () => {
  await import('./health.suite.js');
});

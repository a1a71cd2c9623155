// The program of the guide for those who move over: run as a reader would, in an empty folder.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startExample } from './run-example.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'immurepo-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('the shop prints what it did, and leaves its ledger only', async () => {
  const env = { NODE_ENV: 'test', NO_COLOR: '1', IMMUREPO_TRUST_DIR: join(folder, 'not-needed') };
  const outcome = await startExample('moving-over/main.ts', [], env, folder).outcome;
  expect(outcome).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: [
      'find Wien',
      'json false',
      'relation 5n 7n Ada',
      'validation true',
      "deleted false [ [ undefined, false ], [ 'bob', true ] ]",
      '',
    ].join('\n'),
  });
  expect(await readdir(folder)).toEqual(['ledger']);
}, 30_000);

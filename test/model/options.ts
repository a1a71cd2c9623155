// The command line of `npm run test:model`.

import { parseArgs } from 'node:util';
import { type BackendName, BACKENDS } from './backends.js';

/** What was asked for. */
export interface Options {
  /** In all, over the backends. */
  readonly programs: number;
  readonly seed: number;
  readonly backends: readonly BackendName[];
  /** Every so many programs, one is of several actors at once. */
  readonly concurrentEvery: number;
}

/** How to use it. */
export const USAGE = `Usage: npm run test:model -- [--programs N] [--seed N] [--backend memory|grpc|real] [--concurrent-every N]
Runs random programs against a plain model: shared out evenly to all backends, or all on the one that is named.

  --programs N          how many in all; default 300
  --seed N              decides all of them; default: another each time
  --backend NAME        only memory (embedded ledger in this process), grpc (the same over gRPC) or real (immudb)
  --concurrent-every N  one in N programs is of two to four actors at once; default 4

Exit code: 0 if all of them held, 1 if one did not: it is printed as small as could be found, with its seed.`;

/** @throws Error for anything that is not in the usage */
export function parseOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      programs: { type: 'string', default: '300' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 30)) },
      backend: { type: 'string' },
      'concurrent-every': { type: 'string', default: '4' },
    },
  });
  const backend = BACKENDS.find((name) => name === values.backend);
  if (values.backend !== undefined && backend === undefined)
    throw new Error(`--backend must be one of: ${BACKENDS.join(', ')}`);
  return {
    programs: wholeNumber('--programs', values.programs, 1),
    seed: wholeNumber('--seed', values.seed, 0),
    concurrentEvery: wholeNumber('--concurrent-every', values['concurrent-every'], 1),
    backends: backend === undefined ? BACKENDS : [backend],
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`${name} must be a whole number from ${least}`);
  return value;
}

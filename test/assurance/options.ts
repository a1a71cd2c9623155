// The command line of `npm run assurance`.

import { parseArgs } from 'node:util';
import { ROWS } from './rows.js';

export interface Options {
  readonly json: boolean;
  readonly row: number | undefined;
  readonly seed: number;
  /** Of the forged answers, one of so many is tried; of scenarios all. */
  readonly every: number;
  /** Mutants for each answer of the sweep. */
  readonly mutants: number;
  readonly help: boolean;
}

export const USAGE = `npm run assurance -- [options]

  --row N       only row N of the table of attacks
  --every N     of the forged answers, try one in N (default 12; 1 for all, which takes about an hour)
  --mutants N   random bit and byte changes of each recorded answer (default 100)
  --seed N      which ones (default: by the clock, and printed)
  --json        one JSON object for machines
`;

/** @throws TypeError naming the option that is wrong */
export function parseOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: 'boolean', default: false },
      row: { type: 'string' },
      every: { type: 'string', default: '12' },
      mutants: { type: 'string', default: '100' },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    json: values.json,
    help: values.help,
    row: values.row === undefined ? undefined : wholeNumber('row', values.row, 1, ROWS.length),
    every: wholeNumber('every', values.every, 1, 100_000),
    mutants: wholeNumber('mutants', values.mutants, 0, 1_000_000),
    seed: wholeNumber('seed', values.seed ?? String(Date.now() % 2 ** 31), 0, 2 ** 32 - 1),
  };
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new TypeError(`--${name} takes a whole number from ${min} to ${max}`);
}

// A short run of the disk tests; `npm run test:disk -- --cycles 50` is a long one. More here: IMMUREPO_TEST_CYCLES. Where disks
// cannot be mounted, or strace is missing, the run says so and its cases are skipped.
import { describe, expect, it } from 'vitest';
import { claimsOf, countsOf, problemOf } from './claims.js';
import { diskRun } from './disk-run.js';
import { wayToMount } from './mounting.js';

const CYCLES = Number(process.env.IMMUREPO_TEST_CYCLES ?? 1);
const mounts = wayToMount() !== undefined;

describe.skipIf(!mounts)('on disks of their own (skipped where none can be mounted)', () => {
  it.each(['trust-full', 'trust-vanishes', 'ledger-full', 'ledger-vanishes'])(
    `%s, in ${CYCLES} cycles`,
    { timeout: 60_000 + CYCLES * 60_000 },
    async (only) => {
      const [result, ...others] = await diskRun({ cycles: CYCLES, processes: 4, seed: 1, only });
      expect(others).toEqual([]);
      if (result?.outcome !== 'held') throw new Error(result?.why ?? 'The run told nothing.');
      expect(result).toMatchObject({ name: only, figures: { cycles: CYCLES } });
      console.log(`${only}: ${JSON.stringify(result.figures)}`);
    },
  );
});

describe('the claims of a writer', () => {
  const lines = [
    'try a ;',
    'done a ;',
    'try b c ;',
    'fail LEDGER_STORAGE_FAILED b c ;',
    'try d e ;',
    'try f ;',
  ];
  const claims = claimsOf([...lines, 'fail UNKNOWN_OUTCOME f ;', 'done d']);

  it('are read, except from a line that was cut short', () => {
    expect(countsOf(claims)).toEqual({ done: 1, refused: 1, open: 2 });
  });

  it.each([
    ['a', undefined],
    ['a d e f', undefined],
    ['d e', 'a was acknowledged and is gone'],
    ['a b c', 'b, c was refused (LEDGER_STORAGE_FAILED) and is there'],
    ['a d', 'of d, e only 1 are there'],
  ])('are held against what is there: %s', (there, problem) => {
    const ids = new Set(there.split(' '));
    expect(problemOf(claims, (id) => ids.has(id))).toBe(problem);
  });
});

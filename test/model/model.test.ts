// Random programs against a plain model, a few on each backend; `npm run test:model -- --programs 10000` runs many. More here:
// IMMUREPO_PROGRAMS, others: IMMUREPO_SEED.

import { describe, expect, it } from 'vitest';
import { describeReal } from '../support/describe-real.js';
import { type Backend, grpcBackend, memoryBackend, realBackend } from './backends.js';
import { type Fault, faultyBackend } from './faulty-backend.js';
import { runPrograms } from './run-programs.js';

/** On each backend. */
const PROGRAMS = Number(process.env.IMMUREPO_PROGRAMS ?? 16);
/** The same in every run, so that a red one is about the change. */
const SEED = Number(process.env.IMMUREPO_SEED ?? 20_261);
const CONCURRENT_EVERY = 4;

async function run(name: string, open: () => Promise<Backend>): Promise<void> {
  const totals = await runPrograms({
    programs: PROGRAMS,
    seed: SEED,
    concurrentEvery: CONCURRENT_EVERY,
    open,
  });
  const { sequential, concurrent, steps, refused } = totals;
  console.log(
    `${name}: ${sequential} programs and ${concurrent} concurrent ones, ${steps} actions, ${refused} of them refused ` +
      `(seed ${SEED})`,
  );
  expect(sequential + concurrent).toBe(PROGRAMS);
  expect(refused).toBeGreaterThan(0);
}

const timeout = 60_000 + PROGRAMS * 2_000;

describe('random programs give what a plain model gives', { timeout }, () => {
  it('on an embedded ledger', () => run('embedded', memoryBackend));
  it('on an embedded ledger over gRPC', () => run('embedded over gRPC', grpcBackend));
});

describeReal('random programs give what a plain model gives', ({ address }) => {
  it('on a real immudb', { timeout }, () => run('real immudb', () => realBackend(address)));
});

describe('the model notices a server that', () => {
  const noticed = /expected|cannot be explained|left out|has two revisions|is of \d actions/;

  it.each<[Fault, number]>([
    ['ignores conditions', 1000],
    ['ignores conditions at times', 1],
    ['lists too little', 1000],
  ])('%s', async (fault, concurrentEvery) => {
    const open = () => faultyBackend(fault);
    const found = runPrograms({ programs: 40, seed: SEED, concurrentEvery, open, shrinkMs: 0 });
    await expect(found).rejects.toThrow(noticed);
    await expect(found).rejects.toThrow(`seed ${SEED}, path `);
  });
});

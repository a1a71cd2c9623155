// Runs the cases, in a place where disks may be mounted: `node driver.mjs OPTIONS`. Tells one line of JSON per case.
import { ledgerFaults } from './cases/ledger-faults.js';
import { ledgerFull } from './cases/ledger-full.js';
import { ledgerOneWriter } from './cases/ledger-one-writer.js';
import { ledgerReadOnly } from './cases/ledger-read-only.js';
import { ledgerTools } from './cases/ledger-tools.js';
import { ledgerVanishes } from './cases/ledger-vanishes.js';
import { trustFaults } from './cases/trust-faults.js';
import { trustFull } from './cases/trust-full.js';
import { trustShared } from './cases/trust-shared.js';
import { trustVanishes } from './cases/trust-vanishes.js';
import { Context, type DiskCase } from './context.js';
import type { DiskOptions, DiskResult } from './disk-run.js';
import { canInject } from './mounting.js';

const CASES: readonly DiskCase[] = [
  trustFull,
  trustVanishes,
  trustShared,
  trustFaults,
  ledgerFull,
  ledgerVanishes,
  ledgerReadOnly,
  ledgerOneWriter,
  ledgerTools,
  ledgerFaults,
];

const { cycles, processes, seed, only, mayMount } = JSON.parse(process.argv[2] ?? '{}') as DiskOptions & {
  readonly mayMount: boolean;
};
const means = { nothing: true, mount: mayMount, inject: canInject() };
const chosen = CASES.filter(({ name }) => only === undefined || name.startsWith(only));
if (chosen.length === 0)
  throw new TypeError(`There is no case "${String(only)}": ${CASES.map(({ name }) => name).join(', ')}`);
for (const each of chosen) {
  const result = means[each.needs] ? await resultOf(each) : skipped(each);
  console.log(JSON.stringify(result));
}

async function resultOf({ name, run }: DiskCase): Promise<DiskResult> {
  const begun = performance.now();
  const figures: Record<string, number> = {};
  for (let cycle = 0; cycle < cycles; cycle++) {
    const context = new Context(processes, pseudoRandom(seed * 1_000 + cycle));
    try {
      for (const [word, count] of Object.entries(await run(context, cycle)))
        figures[word] = (figures[word] ?? 0) + count;
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { name, outcome: 'failed', why: `Cycle ${cycle} of seed ${seed}: ${text}` };
    } finally {
      await context.clear();
    }
  }
  return {
    name,
    outcome: 'held',
    figures: { cycles, ...figures },
    seconds: (performance.now() - begun) / 1_000,
  };
}

function skipped({ name, needs }: DiskCase): DiskResult {
  const why =
    needs === 'mount' ? 'mounting is not allowed here' : 'strace is not there, or may not inject faults';
  return { name, outcome: 'skipped', why };
}

/** Numbers from 0 up to 1 that look random and are the same for the same seed. */
function pseudoRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

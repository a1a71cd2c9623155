// npm run faults -- [--runs N] [--seed N]: mixed operations on a real server while connections break and the server dies,
// each run judged by what is in the ledger afterwards.
import { parseArgs } from 'node:util';
import { faultRuns, type FaultTotals } from './fault-run.js';

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const runs = Number(values.runs ?? 100);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  throw new TypeError('--runs must be a number from 1, --seed a whole number');
}

const list = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .sort()
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

function linesOf(totals: FaultTotals): string {
  const { writes, durationMs } = totals;
  return (
    `${totals.runs} runs, ${Math.round(durationMs / totals.runs)} ms each: ${totals.operations} operations. ` +
    `Writes: ${writes.committed} committed, all there; ${writes.failed} failed, none there; ${writes.unknown} of unknown outcome. ` +
    `${totals.reads} values read, all there; ${totals.states} trusted states, all there, never going back. ` +
    `Worked again after ${Math.round(totals.longestHealMs)} ms at most.\n` +
    `  Faults: ${list(totals.faults)}\n  Failures: ${list(totals.failures)}`
  );
}

console.log(`Seed ${seed}, ${runs} runs`);
const totals = await faultRuns({
  runs,
  seed,
  onRun: (done) => {
    if (done.runs % 50 === 0 && done.runs < runs) console.log(linesOf(done));
  },
});
console.log(linesOf(totals));

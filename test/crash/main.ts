// npm run test:crash -- [--cycles N] [--seed N]: kills a process that writes to one folder, again and again, and checks
// after each time that nothing acknowledged is lost.
import { parseArgs } from 'node:util';
import { crashRun, type CrashTotals } from './crash-run.js';

const { values } = parseArgs({ options: { cycles: { type: 'string' }, seed: { type: 'string' } } });
const cycles = Number(values.cycles ?? 100);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isInteger(cycles) || cycles < 1 || !Number.isInteger(seed)) {
  throw new TypeError('--cycles must be a number from 1, --seed a whole number');
}

function lineOf(totals: CrashTotals): string {
  const { acknowledged, unacknowledged, transactions, durationMs } = totals;
  return (
    `${totals.cycles} cycles, ${Math.round(durationMs / totals.cycles)} ms each: ${acknowledged} writes acknowledged, ` +
    `all there and proven; ${unacknowledged} more committed; ${String(transactions)} transactions, every row checked`
  );
}

console.log(`Seed ${seed}, ${cycles} cycles`);
const totals = await crashRun({
  cycles,
  seed,
  onCycle: (done) => {
    if (done.cycles % 50 === 0 && done.cycles < cycles) console.log(lineOf(done));
  },
});
console.log(lineOf(totals));

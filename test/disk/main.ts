// npm run test:disk -- [--cycles N] [--processes N] [--seed N] [--only NAME]: trust stores and ledgers on disks that fill
// up, are read-only or vanish, with many processes at once, some of them killed. Best as root, with strace: what cannot be
// tried here is named.
import { parseArgs } from 'node:util';
import { diskRun, type DiskResult } from './disk-run.js';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { cycles: text, processes: text, seed: text, only: text } });
const cycles = Number(values.cycles ?? 20);
const processes = Number(values.processes ?? 16);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 20));
if (
  ![cycles, processes, seed].every((number) => Number.isInteger(number) && number >= 0) ||
  cycles < 1 ||
  processes < 2
)
  throw new TypeError('--cycles must be a number from 1, --processes from 2, --seed from 0');

function lineOf(result: DiskResult): string {
  if (result.outcome !== 'held') return `${result.name}: ${result.outcome.toUpperCase()}: ${result.why}`;
  const figures = Object.entries(result.figures).map(([word, count]) => `${count} ${word}`);
  return `${result.name}: held in ${Math.round(result.seconds)} s: ${figures.join(', ')}`;
}

console.log(`Seed ${seed}, ${cycles} cycles, ${processes} processes`);
const results = await diskRun({ cycles, processes, seed, only: values.only }, (result) => {
  console.log(lineOf(result));
});
if (results.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;

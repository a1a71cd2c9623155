// `npm run bench`: figures of one session, as ratios against a baseline measured in it.
//
//   --quick          fewer rounds, for a first look
//   --transactions N  how far the ledger grows, and how many entities are streamed (default 100,000; a million takes
//                     some minutes)
//   --only PART     one part: saving, finding, remote (on a real immudb), starting, streaming or
//                   growing; may be given again
//   --json           nothing but JSON on standard output

import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { finds, saves } from './embedded.js';
import { growth } from './growth.js';
import { remote } from './remote.js';
import { lineOf, reaches, type Row } from './report.js';
import type { Size } from './size.js';
import { streaming } from './streaming.js';
import { start } from './start.js';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
    transactions: { type: 'string', default: '100000' },
  },
});
const transactions = Number(values.transactions);
if (!Number.isInteger(transactions) || transactions < 1000) {
  throw new TypeError('--transactions takes a whole number from 1000');
}
const size: Size = values.quick ? { rounds: 3, scale: 0.5 } : { rounds: 9, scale: 1 };
const say = (line: string) => process.stderr.write(`${line}\n`);

const parts: readonly (readonly [string, () => Promise<Row[]>])[] = [
  ['saving', () => saves(size)],
  ['finding', () => finds(size)],
  ['remote', () => remote(size, say)],
  ['starting', () => start(values.quick ? 3 : 9)],
  ['streaming', () => streaming(values.quick ? 5000 : transactions, say)],
  ['growing', () => growth(values.quick ? 1000 : transactions, say)],
];
for (const name of values.only)
  if (!parts.some(([part]) => part === name)) throw new TypeError(`--only: there is no part "${name}"`);
const rows: Row[] = [];
for (const [name, part] of parts) {
  if (values.only.length > 0 && !values.only.includes(name)) continue;
  say(`measuring: ${name} …`);
  const found = await part();
  rows.push(...found);
  if (!values.json)
    found.forEach((row) => {
      console.log(lineOf(row));
    });
}
const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model };
if (values.json)
  console.log(JSON.stringify({ machine, rows: rows.map((row) => ({ ...row, reached: reaches(row) })) }));
else console.log(`\nOn Node ${machine.node}, ${machine.cpus} cores (${String(machine.model)}).`);

// Writes a file of purchase orders: npm run example:orders -- [--rows N] [--seed N] [--out FILE]

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { ordersCsv } from './orders-csv.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1200' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'examples/approvals/data/orders.csv' },
  },
});
const [rows, seed] = [Number(values.rows), Number(values.seed)];
if (!Number.isInteger(rows) || rows < 1 || rows > 100_000 || !Number.isInteger(seed)) {
  console.error('--rows must be a whole number from 1 to 100000, and --seed a whole number.');
  process.exit(2);
}
await mkdir(dirname(values.out), { recursive: true });
await writeFile(values.out, ordersCsv({ rows, seed }));
console.log(`${String(rows)} rows written to ${values.out}.`);

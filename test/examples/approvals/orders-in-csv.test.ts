// What is made of the rows of a file, whoever wrote it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COLUMNS } from '../../../examples/approvals/server/imports/import-row.js';
import {
  type OrderInFile,
  ordersInCsv,
  refusedLines,
} from '../../../examples/approvals/server/imports/orders-in-csv.js';

const HEADER = COLUMNS.join(',');
const { signal } = new AbortController();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'approvals-csv-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(text: string | Buffer): Promise<OrderInFile[]> {
  const path = join(folder, 'orders.csv');
  await writeFile(path, text);
  const orders: OrderInFile[] = [];
  for await (const order of ordersInCsv(path, signal)) orders.push(order);
  return orders;
}

/** Rows of a file, without its header. */
const refused = async (...rows: string[]) =>
  (await read([HEADER, ...rows, ''].join('\n'))).flatMap((order) => refusedLines(order, undefined));

const row = (number: string, rest = 'Canon,ada,it,Paper,2,9.50,') => `${number},${rest}`;

describe('a file of orders', () => {
  it('puts rows that follow one another together, and knows in which lines they begin', async () => {
    const noted = 'Canon,ada,it,"Paper, white",2,9.50,"first\nsecond"';
    const text = [HEADER, row('PO-000001', noted), row('PO-000001'), '', row('PO-000002'), ''].join('\n');
    const orders = await read(text);
    expect(orders.map(({ rows }) => rows.map(({ line }) => line))).toEqual([[2, 4], [6]]);
    expect(orders.at(-1)?.endsAt).toBe(Buffer.byteLength(text));
    expect(orders[0]?.rows[0].row).toMatchObject({ product: 'Paper, white', note: 'first\nsecond' });
    expect(orders[1]?.rows[0].row.note).toBeUndefined();
  });

  it('takes a byte order mark, other ends of lines, and columns in another order', async () => {
    const columns = COLUMNS.filter((column) => column !== 'note').toReversed();
    const text = `\ufeff${columns.join(',')}\r\n9.50,2,Paper,it,ada,Canon,PO-000001\r\n`;
    const [order] = await read(text);
    expect(refusedLines(order!, undefined)).toEqual([]);
    expect(order?.rows[0].row).toMatchObject({ number: 'PO-000001', supplier: 'Canon', quantity: '2' });
  });

  it.each([
    ['PO-1,Canon,ada,it,Paper,2,9.50,', 'number must be like PO-000123.'],
    ['PO-000001,,ada,it,Paper,2,9.50,', 'supplier must be given.'],
    ['PO-000001,Canon,cleo,it,Paper,2,9.50,', 'requester must be ada or ben.'],
    [
      'PO-000001,Canon,ada,moon,Paper,2,9.50,',
      'cost_centre must be one of office, it, facilities, sales, workshop.',
    ],
    ['PO-000001,Canon,ada,it,Paper,0,9.50,', 'quantity must be a whole number from 1 to 9999.'],
    ['PO-000001,Canon,ada,it,Paper,2.5,9.50,', 'quantity must be a whole number from 1 to 9999.'],
    ['PO-000001,Canon,ada,it,Paper,2,nine,', 'unit_price must be an amount like 1234.50.'],
    ['PO-000000,Canon,ada,it,Paper,2,9.50,', 'number must be like PO-000123.'],
    ['PO-000001,   ,ada,it,Paper,2,9.50,', 'supplier must be given.'],
    [
      'PO-000001,Canon,ada,it,Pa\u0007per,2,9.50,',
      'product must be without control characters, and without marks that turn the direction of writing.',
    ],
    [
      'PO-000001,Canon,ada,it,Paper,2,9.50,please, soon',
      'There are 9 values for 8 columns: one with a comma in it must be in quotes.',
    ],
    ['PO-000001,Canon,ada,it,Paper,2', 'unit_price must be an amount like 1234.50.'],
  ])('refuses %s', async (line, why) => {
    expect(await refused(line)).toEqual([{ line: 2, why }]);
  });

  it('takes none of an order of which a row is refused', async () => {
    const bad = 'Canon,ada,it,Paper,0,9.50,';
    expect(await refused(row('PO-000001'), row('PO-000001', bad), row('PO-000002'))).toEqual([
      { line: 2, why: 'It is of the same order as line 3, which was refused.' },
      { line: 3, why: 'quantity must be a whole number from 1 to 9999.' },
    ]);
  });

  it('refuses an order that is of two suppliers, or is there already, or has too many rows', async () => {
    expect(await refused(row('PO-000001'), row('PO-000001', 'Xerox,ada,it,Paper,2,9.50,'))).toContainEqual({
      line: 3,
      why: 'PO-000001 has another supplier, requester or cost_centre in line 2.',
    });
    const noted = 'Canon,ada,it,Paper,2,9.50,';
    expect(await refused(row('PO-000001', `${noted}a`), row('PO-000001', `${noted}b`))).toContainEqual({
      line: 3,
      why: 'PO-000001 has another note in line 2, and an order has one note.',
    });
    expect(await refused(row('PO-000001', `${noted}a`), row('PO-000001', `${noted}a`))).toEqual([]);
    const [order] = await read(`${HEADER}\n${row('PO-000001')}\n`);
    expect(refusedLines(order!, 7)).toEqual([{ line: 2, why: 'PO-000001 is in line 7 already.' }]);
    expect(await refused(...Array.from({ length: 51 }, () => row('PO-000001')))).toContainEqual({
      line: 2,
      why: 'PO-000001 has more than 50 rows.',
    });
  });

  it.each([
    ['number,what\nPO-000001,x\n', /^The columns of the file must be number,supplier,/],
    [`${HEADER}\nPO-000001,"Canon\n`, /^The file cannot be read: Quote Not Closed/],
    [`${HEADER},note\n${row('PO-000001')},\n`, /^The columns of the file must be .*, each once/],
    [`${row('PO-000001')}\n`, /^The columns of the file must be/],
    ['', /^There is nothing in the file/],
    [
      Buffer.from(`${HEADER}\n${row('PO-000001', 'M\xfcller,ada,it,a,1,1.00,')}\n`, 'latin1'),
      /^The file is not in UTF-8/,
    ],
    [`${HEADER}\n${row(`PO-000001`, 'x'.repeat(70_000))}\n`, /^The file cannot be read: Max Record Size/],
  ])('cannot be read: %#', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('has nothing in it where there is only a header', async () => {
    expect(await read(`${HEADER}\n`)).toEqual([]);
  });

  it('of one order with very many rows is read soon, counted, and lets others have their turn', async () => {
    const rows = 20_000;
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const [order] = await read(`${HEADER}\n${`${row('PO-000001')}\n`.repeat(rows)}`);
    clearInterval(timer);
    expect(order!.rows.length + order!.rowsBeyond).toBe(rows);
    expect(refusedLines(order!, undefined)).toHaveLength(order!.rows.length);
    expect(order!.rows.length).toBeLessThan(100);
    expect(turns).toBeGreaterThan(10);
  }, 10_000);
});

// Imports a file of orders: its rows are put together to orders, and those are imported by `immurepo/import`, which checks all
// of them before it writes any, writes each one once however often the file is imported, and goes on where it was broken off.

import type { Ledger } from 'immurepo';
import { importEntities } from 'immurepo/import';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countOf, orderNumber } from '../orders/order-number.js';
import type { OrderNumbers } from '../orders/order-numbers.js';
import { PurchaseOrder } from '../orders/purchase-order.js';
import { type SortedOrders, sortByWhatIsKnown } from './known-orders.js';
import { type OrderInFile, ordersInCsv, type RefusedLine, refusedLines } from './orders-in-csv.js';

/** How far an import is. Everything is counted in rows of the file. */
export interface ImportTally {
  /** How far it is: reading the file is the first half, writing the second. */
  bytesRead: number;
  bytesTotal: number;
  rows: number;
  written: number;
  /** Rows of orders that are there already, and ask for the same. */
  unchanged: number;
  /** The first of those that were not taken. */
  readonly refused: RefusedLine[];
  refusedCount: number;
}

export function newTally(): ImportTally {
  return { bytesRead: 0, bytesTotal: 0, rows: 0, written: 0, unchanged: 0, refused: [], refusedCount: 0 };
}

/** What an import needs besides the file. */
export interface ImportTerms {
  readonly ledger: Ledger;
  /** Told how far it is, as it goes. */
  readonly tally: ImportTally;
  /** The numbers of orders. */
  readonly numbers: Pick<OrderNumbers, 'farthest' | 'skipTo'>;
  /** @returns a new folder, to be removed */
  readonly makeFolder: () => Promise<string>;
  readonly signal: AbortSignal;
}

const MOST_REFUSED_SHOWN = 100;

/** @param path of the CSV file @throws BadRequestException for a file that cannot be read at all · ImmuError */
export async function importOrders(path: string, terms: ImportTerms): Promise<void> {
  const { tally } = terms;
  tally.bytesTotal = (await stat(path)).size;
  const folder = await terms.makeFolder();
  try {
    const { fresh, unchanged, different } = await read(path, terms);
    tally.unchanged = rowsIn(unchanged);
    for (const order of different)
      refuseOrder(tally, order, 'is there already, and asks for something else. Change it on its page, or give this one another number.'); // prettier-ignore
    const farthest = await terms.numbers.farthest();
    const near = fresh.filter((order) => countIn(order) <= farthest);
    for (const order of fresh)
      if (countIn(order) > farthest) refuseOrder(tally, order, `is far beyond the numbers that are in use. The highest that can be taken now is ${orderNumber(farthest)}.`); // prettier-ignore
    if (near.length > 0) {
      await terms.numbers.skipTo(near.reduce((most, order) => Math.max(most, countIn(order)), 0));
      const file = join(folder, 'orders.ndjson');
      await writeFile(file, linesOf(near));
      await write(file, near, terms);
    }
    tally.bytesRead = tally.bytesTotal;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads the file, and sorts the orders that can be taken. */
async function read(path: string, { ledger, tally, signal }: ImportTerms): Promise<SortedOrders> {
  const seen = new Map<string, number>();
  const taken: OrderInFile[] = [];
  for await (const order of ordersInCsv(path, signal)) {
    const [{ row, line }] = order.rows;
    tally.rows += order.rows.length + order.rowsBeyond;
    tally.bytesRead = Math.floor(order.endsAt / 2);
    const refused = refusedLines(order, seen.get(row.number));
    refuse(tally, refused);
    tally.refusedCount += order.rowsBeyond;
    if (!seen.has(row.number)) seen.set(row.number, line);
    if (refused.length === 0) taken.push(order);
  }
  return sortByWhatIsKnown(taken, ledger.repository(PurchaseOrder));
}

async function write(file: string, orders: readonly OrderInFile[], terms: ImportTerms): Promise<void> {
  const { ledger, tally, signal } = terms;
  const refusedOrders = new Set<OrderInFile>();
  let counted = 0;
  const report = await importEntities(ledger, PurchaseOrder, file, {
    acceptValid: true,
    signal,
    onRefused: ({ line, message }) => {
      const order = orders[line - 1];
      if (order === undefined) return;
      refusedOrders.add(order);
      refuse(tally, order.rows.map((row) => ({ line: row.line, why: message }))); // prettier-ignore
    },
    onProgress: ({ phase, done }) => {
      const last = orders[done - 1];
      if (phase !== 'writing' || last === undefined) return;
      tally.bytesRead = Math.floor((tally.bytesTotal + last.endsAt) / 2);
      // Told as it goes: an import may be broken off, and what was written until then stays.
      for (; counted < done; counted++)
        if (!refusedOrders.has(orders[counted]!)) tally.written += orders[counted]!.rows.length;
    },
  });
  // Orders are written in the order of the file: those that a run which was broken off wrote meanwhile are the first.
  const stored = orders.filter((order) => !refusedOrders.has(order));
  tally.unchanged += rowsIn(stored.slice(0, report.skipped));
  tally.written = rowsIn(stored.slice(report.skipped));
}

function rowsIn(orders: readonly OrderInFile[]): number {
  return orders.reduce((count, { rows }) => count + rows.length, 0);
}

function refuse(tally: ImportTally, lines: readonly RefusedLine[]): void {
  tally.refusedCount += lines.length;
  tally.refused.push(...lines.slice(0, MOST_REFUSED_SHOWN - tally.refused.length));
}

function refuseOrder(tally: ImportTally, { rows }: OrderInFile, why: string): void {
  refuse(tally, rows.map(({ line, row }) => ({ line, why: `${row.number} ${why}` }))); // prettier-ignore
}

function countIn({ rows: [{ row }] }: OrderInFile): number {
  return countOf(row.number);
}

function* linesOf(orders: readonly OrderInFile[]): Generator<string, void> {
  for (const order of orders) yield `${JSON.stringify(jsonOf(order))}\n`;
}

function jsonOf({ rows }: OrderInFile): object {
  const [{ row }] = rows;
  const { number, supplier, requester, cost_centre: costCentre, note } = row;
  const lines = rows.map(({ row: { product, quantity, unit_price: unitPrice } }) => ({
    product,
    quantity: Number(quantity),
    unitPrice,
  }));
  return { number, supplier, requester, costCentre, note, lines };
}

// A file of purchase orders to begin with: of real products at real prices, in made-up orders.

import { COST_CENTRE_IDS } from '../server/budgets/cost-centres.js';
import { allProducts, type Product } from '../server/catalogue/superstore.js';
import { COLUMNS, type ImportRow } from '../server/imports/import-row.js';
import { orderNumber } from '../server/orders/order-number.js';
import { peopleWith } from '../server/people/people.js';
import { type Random, randomFrom } from './random.js';

export interface OrdersFile {
  /** How many rows, without the header. Default 1,200. */
  readonly rows?: number;
  /** The same file for the same seed. Default 1. */
  readonly seed?: number;
}

const NOTES = [
  'For the new office.',
  'The old one is broken.',
  'For the trade fair in spring.',
  'As agreed with the works council.',
  'We have run out of it.',
  'For two new colleagues.',
];
const MOST_ROWS_OF_AN_ORDER = 3;
const REQUESTERS = peopleWith(['requester']).map(({ id }) => id);

/** The text of the file. */
export function ordersCsv({ rows = 1_200, seed = 1 }: OrdersFile = {}): string {
  const random = randomFrom(seed);
  const bySupplier = groupedBySupplier(allProducts());
  const lines = [COLUMNS.join(',')];
  for (let count = 1; lines.length <= rows; count++) {
    const most = Math.min(MOST_ROWS_OF_AN_ORDER, rows + 1 - lines.length);
    for (const row of anOrder(orderNumber(count), random, bySupplier, most)) lines.push(csvLine(row));
  }
  return `${lines.join('\n')}\n`;
}

function anOrder(
  number: string,
  random: Random,
  bySupplier: ReadonlyMap<string, readonly Product[]>,
  most: number,
): Partial<ImportRow>[] {
  const supplier = random.pick([...bySupplier.keys()]);
  const products = bySupplier.get(supplier)!;
  const order = {
    number,
    supplier,
    requester: random.pick(REQUESTERS),
    cost_centre: random.pick(COST_CENTRE_IDS),
  };
  // Most orders have no note.
  const note = random.below(3) === 0 ? random.pick(NOTES) : '';
  const chosen = new Set(Array.from({ length: 1 + random.below(most) }, () => random.pick(products)));
  return [...chosen].map(({ name, unitPrice }, index) => ({
    ...order,
    product: name,
    quantity: String(1 + random.below(5)),
    unit_price: unitPrice.toString(),
    note: index === 0 ? note : '',
  }));
}

function groupedBySupplier(products: readonly Product[]): Map<string, Product[]> {
  const groups = new Map<string, Product[]>();
  for (const product of products) {
    const group = groups.get(product.supplier) ?? [];
    groups.set(product.supplier, [...group, product]);
  }
  return groups;
}

function csvLine(row: Partial<ImportRow>): string {
  return COLUMNS.map((column) => csvField(row[column] ?? '')).join(',');
}

function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// The file the example begins with, and the tool that makes it.
import { parse } from 'csv-parse/sync';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { allProducts } from '../../../examples/approvals/server/catalogue/superstore.js';
import { COLUMNS, ImportRow, problemOf } from '../../../examples/approvals/server/imports/import-row.js';
import { ordersCsv } from '../../../examples/approvals/tools/orders-csv.js';

const rowsOf = (csv: string) => parse<Record<(typeof COLUMNS)[number], string>>(csv, { columns: true });

describe('the file of orders', () => {
  it('is the same for everybody', () => {
    const digest = createHash('sha256').update(ordersCsv()).digest('hex');
    expect(digest).toMatchInlineSnapshot(
      `"b9e3bfff94efe4e8bda73ee84700e7d650a37f877e720a6ba423a04802674b29"`,
    );
    expect(ordersCsv({ seed: 2 })).not.toBe(ordersCsv());
  });

  it.each([1, 2, 50, 1_200])('has %i rows', (rows) => {
    const csv = ordersCsv({ rows });
    expect(csv.startsWith(`${COLUMNS.join(',')}\n`)).toBe(true);
    expect(rowsOf(csv)).toHaveLength(rows);
  });

  it('is of real products at real prices, and nothing in it is refused', () => {
    const products = new Map(allProducts().map((product) => [product.name, product]));
    for (const row of rowsOf(ordersCsv())) {
      const product = products.get(row.product);
      expect([product?.supplier, product?.unitPrice.toString()]).toEqual([row.supplier, row.unit_price]);
      const { note, ...rest } = row;
      expect(problemOf(Object.assign(new ImportRow(), rest, note === '' ? {} : { note }))).toBeUndefined();
    }
  });

  it('has orders of several rows, which stand together', () => {
    const numbers = rowsOf(ordersCsv()).map(({ number }) => number);
    const orders = new Set(numbers);
    expect(orders.size).toBeLessThan(numbers.length);
    expect(numbers).toEqual(numbers.toSorted());
  });
});

describe('the products', () => {
  it('are many, each once, by makers whose names they begin with', () => {
    const products = allProducts();
    expect(products.length).toBeGreaterThan(800);
    expect(new Set(products.map(({ name }) => name)).size).toBe(products.length);
    for (const { name, supplier, unitPrice } of products) {
      expect(name.toLowerCase().startsWith(supplier.toLowerCase())).toBe(true);
      expect(unitPrice.cents).toBeGreaterThan(0n);
    }
  });
});

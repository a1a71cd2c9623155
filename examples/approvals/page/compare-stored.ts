// Whether what is displayed of an order is what the stored bytes say, member by member. Sums are computed here.
import type { StoredOrder, StoredRecord } from './stored-order.js';
import type { OrderDetail } from './types.js';

/**
 * What is displayed otherwise than it was stored, in plain words.
 *
 * @param stored read from bytes whose hash was recomputed
 * @param detail of the same revision, as the service answered it and as it is displayed
 */
export function differences({ order }: StoredRecord, { order: displayed }: OrderDetail): string[] {
  if (order === undefined) return ['the order was deleted, and is displayed all the same'];
  const lines = order.lines.map((line) => ({ ...line, total: times(line.unitPrice, line.quantity) }));
  const pairs: Readonly<Record<string, readonly [stored: unknown, displayed: unknown]>> = {
    supplier: [order.supplier, displayed.supplier],
    requester: [order.requester, displayed.requester],
    'cost centre': [order.costCentre, displayed.costCentre],
    status: [order.status, displayed.status],
    note: [order.note ?? '', displayed.note ?? ''],
    lines: [spelled(lines), spelled(displayed.lines)],
    total: [totalOf(order), displayed.total],
  };
  return Object.entries(pairs)
    .filter(([, [a, b]]) => a !== b)
    .map(([name]) => `the ${name} displayed is not what the stored bytes say`);
}

/** The sum of an order. @param order as stored @throws RangeError where an amount is not written like "12.00" */
export function totalOf({ lines }: StoredOrder): string {
  return written(lines.reduce((sum, line) => sum + cents(line.unitPrice) * BigInt(line.quantity), 0n));
}

function times(amount: string, quantity: number): string {
  return written(cents(amount) * BigInt(quantity));
}

function cents(amount: string): bigint {
  if (!/^\d+\.\d{2}$/.test(amount)) throw new RangeError('an amount is not written as one');
  return BigInt(amount.replace('.', ''));
}

function written(sum: bigint): string {
  return sum.toString().padStart(3, '0').replace(/..$/, '.$&');
}

function spelled(lines: OrderDetail['order']['lines']): string {
  return JSON.stringify(
    lines.map(({ product, quantity, unitPrice, total }) => [product, quantity, unitPrice, total]),
  );
}

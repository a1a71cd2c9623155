// What this process knows of all orders: number, status and supplier, each taken from a proven record. Lists come from the
// ledger's indexes; this is for what an index cannot tell: how many orders there are of each status, and which ones stand where
// a record cannot be proven any more, so that the others can still be listed.

import { Injectable } from '@nestjs/common';
import { evidenceOf } from 'immurepo';
import type { LedgerPlugin } from 'immurepo/extend';
import { ORDER_STATUSES, type OrderStatus } from './order-status.js';
import { PurchaseOrder, supplierKey } from './purchase-order.js';
import type { OrderSearch, PlaceInList } from './purchase-orders.js';

/** What is known of an order. */
export interface RegisteredOrder extends PlaceInList {
  /** The newest that was seen; 0n for one that could not be proven. */
  readonly revision: bigint;
  /** undefined for one that could not be proven since this process began. */
  readonly status: OrderStatus | undefined;
}

export type Counts = Record<OrderStatus, number>;

@Injectable()
export class OrderRegister {
  readonly #orders = new Map<string, RegisteredOrder>();

  /** Tells the register of every order that is saved, once its commit was proven. */
  readonly plugin: LedgerPlugin = {
    name: 'order-register',
    afterSave: (entity) => {
      if (entity instanceof PurchaseOrder) this.note(entity);
    },
  };

  /** Takes what a proven order says, unless more is known by now. */
  note(order: PurchaseOrder): void {
    const { number, status, supplierAndNumber } = order;
    // That nobody changed it since it was read is for those to ask who show it.
    const { revision } = evidenceOf(order, { allowModified: true });
    if (revision <= (this.#orders.get(number)?.revision ?? 0n)) return;
    this.#orders.set(number, { number, revision, status, supplierAndNumber });
  }

  /** That there is such an order, and that it cannot be proven. What was known of it before stays known. */
  noteUnproven(number: string): void {
    if (this.#orders.has(number)) return;
    this.#orders.set(number, { number, revision: 0n, status: undefined, supplierAndNumber: '' });
  }

  get(number: string): RegisteredOrder | undefined {
    return this.#orders.get(number);
  }

  counts(): Counts {
    return countsOf(this.#orders.values());
  }

  numbers(): string[] {
    return [...this.#orders.keys()].sort();
  }

  /** What a search would find, in its order; and everything of which nothing is known, wherever that may belong. */
  search({ status, supplier, after }: OrderSearch): RegisteredOrder[] {
    const begins = supplier === undefined ? undefined : supplierKey(supplier);
    const order = begins === undefined ? newestFirst : bySupplier;
    return [...this.#orders.values()]
      .filter((one) => one.status === undefined || status === undefined || one.status === status)
      .filter((one) => one.status === undefined || one.supplierAndNumber.startsWith(begins ?? ''))
      .sort(order)
      .filter((one) => after === undefined || order(after, one) < 0);
  }
}

export function countsOf(orders: Iterable<Pick<RegisteredOrder, 'status'>>): Counts {
  const counts = Object.fromEntries(ORDER_STATUSES.map((status) => [status, 0])) as Counts;
  for (const { status } of orders) if (status !== undefined) counts[status]++;
  return counts;
}

function newestFirst(a: PlaceInList, b: PlaceInList): number {
  return compare(b.number, a.number);
}

function bySupplier(a: PlaceInList, b: PlaceInList): number {
  return compare(a.supplierAndNumber, b.supplierAndNumber) || compare(a.number, b.number);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

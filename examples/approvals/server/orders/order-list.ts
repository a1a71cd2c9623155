// Pages of orders: as they are, by the ledger's indexes, or as they were. An order that cannot be proven does not hide the
// others: the page is then read one by one, and that order is on it with nothing but its number.

import { Injectable } from '@nestjs/common';
import { type Verified, VerificationError } from 'immurepo';
import { numberMeant } from './order-number.js';
import { type Counts, countsOf, OrderRegister } from './order-register.js';
import type { OrderStatus } from './order-status.js';
import { PastOrders } from './past-orders.js';
import { oneByOne, type ReadOrder } from './proven-or-not.js';
import { type PurchaseOrder, supplierKey } from './purchase-order.js';
import { type OrderSearch, PurchaseOrders } from './purchase-orders.js';

/** Which page. */
export interface PageAsked {
  readonly status?: OrderStatus | undefined;
  /** The number of an order, or the beginning of a supplier's name. */
  readonly search?: string | undefined;
  /** The number of the last order of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
  readonly asOf?: Date | undefined;
}

export interface OrderPage {
  readonly orders: readonly ReadOrder[];
  /** What to give as `after` for the next page. */
  readonly next: string | undefined;
  /** How many orders of each status there are in all. */
  readonly counts: Counts;
}

@Injectable()
export class OrderList {
  constructor(
    private readonly orders: PurchaseOrders,
    private readonly register: OrderRegister,
    private readonly past: PastOrders,
  ) {}

  async page(asked: PageAsked): Promise<OrderPage> {
    if (asked.asOf !== undefined) return this.#pageAsOf(asked, asked.asOf);
    const number = asked.search === undefined ? undefined : numberMeant(asked.search);
    const found = number === undefined ? await this.#search(asked) : await this.#numbered(number, asked);
    for (const { order } of found) if (order !== undefined) this.register.note(order);
    return { ...cut(found, asked.limit), counts: this.register.counts() };
  }

  async #search({ status, search, after, limit }: PageAsked): Promise<ReadOrder[]> {
    const place = after === undefined ? undefined : (this.register.get(after) ?? (await this.orders.findOrFail(after))); // prettier-ignore
    const asked: OrderSearch = { status, supplier: search, after: place };
    try {
      return (await this.orders.search(asked, limit + 1)).map((order) => ({ number: order.number, order }));
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      const there = this.register.search(asked).slice(0, limit + 1);
      return oneByOne(there.map(({ number }) => number), (each) => this.orders.find(each)); // prettier-ignore
    }
  }

  async #numbered(number: string, { status, after }: PageAsked): Promise<ReadOrder[]> {
    if (after !== undefined) return [];
    const found = await oneByOne([number], (each) => this.orders.find(each));
    return found.filter(({ order }) => !order || status === undefined || order.status === status);
  }

  /** No index knows the past: all that was is read, kept for the next page, and looked through. */
  async #pageAsOf({ status, search, after, limit }: PageAsked, time: Date): Promise<OrderPage> {
    const all = await this.past.asOf(time);
    const matches = all
      .filter(
        ({ order }) =>
          !order || ((status === undefined || order.status === status) && isMeant(order, search)),
      )
      .filter(({ number }) => after === undefined || number < after);
    const counts = countsOf(all.flatMap(({ order }) => order ?? []));
    return { ...cut(matches, limit), counts };
  }
}

function cut(found: readonly ReadOrder[], limit: number): Pick<OrderPage, 'orders' | 'next'> {
  const orders = found.slice(0, limit);
  return { orders, next: found.length > limit ? orders.at(-1)?.number : undefined };
}

function isMeant(order: Verified<PurchaseOrder>, search: string | undefined): boolean {
  if (search === undefined) return true;
  const number = numberMeant(search);
  return number === undefined
    ? order.supplierAndNumber.startsWith(supplierKey(search))
    : order.number === number;
}

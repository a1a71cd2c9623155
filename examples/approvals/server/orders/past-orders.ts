// All orders as they were at a time. What was does not change, so the last few times that somebody asked for are kept.

import { Injectable } from '@nestjs/common';
import { type Verified, VerificationError } from 'immurepo';
import { OrderRegister } from './order-register.js';
import { oneByOne, type ReadOrder } from './proven-or-not.js';
import type { PurchaseOrder } from './purchase-order.js';
import { PurchaseOrders } from './purchase-orders.js';

const KEPT = 4;

@Injectable()
export class PastOrders {
  readonly #kept = new Map<bigint, Promise<readonly ReadOrder[]>>();

  constructor(
    private readonly orders: PurchaseOrders,
    private readonly register: OrderRegister,
  ) {}

  /** Newest numbers first. */
  async asOf(time: Date): Promise<readonly ReadOrder[]> {
    const { txId } = await this.orders.at(time).moment();
    const known = this.#kept.get(txId);
    if (known !== undefined) return known;
    const reading = this.#read(txId);
    this.#kept.set(txId, reading);
    for (const oldest of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(oldest);
    try {
      const all = await reading;
      // An order that could not be proven may be put back as it was.
      if (all.some(({ order }) => order === undefined)) this.#kept.delete(txId);
      return all;
    } catch (error) {
      this.#kept.delete(txId);
      throw error;
    }
  }

  async #read(txId: bigint): Promise<readonly ReadOrder[]> {
    const past = this.orders.at(txId);
    try {
      const all: Verified<PurchaseOrder>[] = [];
      for await (const order of past.stream()) all.push(order);
      return all.map((order) => ({ number: order.number, order })).reverse();
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      return oneByOne(this.register.numbers().reverse(), (number) => past.find(number));
    }
  }
}

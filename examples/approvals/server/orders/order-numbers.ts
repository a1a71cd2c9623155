// Gives out the numbers of new orders. One counter that every new order changes would make all of them wait for each other, and
// fifty people at once would mostly repeat what another one was first with. So each process takes a block of numbers, in a
// transaction of its own, and gives those out from memory. A conflict over the counter or over an order costs no number; a
// process that ends loses the rest of its block, as a sequence with a cache does in any database.

import { Injectable } from '@nestjs/common';
import { Ledger } from 'immurepo';
import { Conflict } from '../http/conflict.js';
import { OrderCounter } from './order-counter.js';
import { MOST_ORDERS, orderNumber } from './order-number.js';

const BLOCK = 20;
const COUNTER = 'purchase-orders';
/** How far beyond the numbers that were given out a file may go: a slip of the pen would use up all of them. */
const FARTHEST = 200_000;

@Injectable()
export class OrderNumbers {
  #next = 0;
  #end = 0;
  #refill: Promise<void> | undefined;

  constructor(private readonly ledger: Ledger) {}

  /** A number that nobody else is given. @throws Conflict NO_NUMBERS_LEFT */
  async take(): Promise<string> {
    while (this.#next === this.#end) {
      this.#refill ??= this.#takeBlock().finally(() => (this.#refill = undefined));
      await this.#refill;
    }
    return orderNumber(this.#next++);
  }

  /** Gives out none up to this one: orders come from elsewhere that have them. */
  async skipTo(count: number): Promise<void> {
    await this.#advance(count + 1, 0);
    if (this.#next <= count) this.#next = this.#end;
  }

  /** The highest count that orders from elsewhere may have. */
  async farthest(): Promise<number> {
    const counter = await this.ledger.repository(OrderCounter).find(COUNTER);
    return Math.min(MOST_ORDERS, (counter?.next ?? 1) - 1 + FARTHEST);
  }

  async #takeBlock(): Promise<void> {
    const first = await this.#advance(1, BLOCK);
    [this.#next, this.#end] = [first, Math.min(first + BLOCK, MOST_ORDERS + 1)];
  }

  /** @returns the first number of so many that are the caller's */
  #advance(atLeast: number, by: number): Promise<number> {
    return this.ledger.transaction(async (tx) => {
      const counters = tx.repository(OrderCounter);
      const counter = (await counters.find(COUNTER)) ?? counters.create({ id: COUNTER, next: 1 });
      const first = Math.max(counter.next, atLeast);
      if (by > 0 && first > MOST_ORDERS)
        throw new Conflict(
          'NO_NUMBERS_LEFT',
          'All numbers of purchase orders are given out: there can be no new one.',
        );
      counter.next = first + by;
      await counters.save(counter);
      return first;
    });
  }
}

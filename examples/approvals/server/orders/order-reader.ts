// One order: as it is or was, with its budget; its timeline; and the Merkle path of one of its revisions.

import { Injectable, NotFoundException } from '@nestjs/common';
import { Ledger, type Verified, VerificationError } from 'immurepo';
import type { MerklePath } from 'immurepo/client';
import type { Budget } from '../budgets/budget.js';
import { Budgets } from '../budgets/budgets.js';
import type { PurchaseOrder } from './purchase-order.js';
import { PurchaseOrders } from './purchase-orders.js';
import { timelineOf, type TimelineEntry } from './timeline.js';

export interface OrderWithBudget {
  readonly order: Verified<PurchaseOrder>;
  /** undefined where it was asked for the past, and for one that cannot be proven: that is no fault of the order. */
  readonly budget: Verified<Budget> | undefined;
}

/** A path that begins with what was written, so that whoever recomputes it need not begin with a hash. */
export interface PathFromBytes extends MerklePath {
  /** The very bytes whose SHA-256 is `entry.valueHash`. undefined where the key was deleted, and nothing was written. */
  readonly storedValue?: Uint8Array;
}

/** What immudb puts before the value of a plain key: it is hashed with it. */
const PLAIN_VALUE = Uint8Array.of(0x00);

@Injectable()
export class OrderReader {
  constructor(
    private readonly ledger: Ledger,
    private readonly orders: PurchaseOrders,
    private readonly budgets: Budgets,
  ) {}

  /** @throws ImmuError NOT_FOUND */
  async read(number: string, asOf?: Date): Promise<OrderWithBudget> {
    if (asOf !== undefined)
      return { order: await this.orders.at(asOf).findOrFail(number), budget: undefined };
    return this.withBudget(await this.orders.findOrFail(number));
  }

  async withBudget(order: Verified<PurchaseOrder>): Promise<OrderWithBudget> {
    try {
      return { order, budget: await this.budgets.find(order.costCentre) };
    } catch (error) {
      if (error instanceof VerificationError) return { order, budget: undefined };
      throw error;
    }
  }

  /** All that happened to it, oldest first. @throws NotFoundException */
  async timeline(number: string): Promise<TimelineEntry[]> {
    const entries = await timelineOf(this.orders, number);
    if (entries.length === 0) throw new NotFoundException(`There is no purchase order ${number}.`);
    return entries;
  }

  /** Every hash from a revision to the trusted state, and the bytes it begins with. @throws NotFoundException */
  async path(number: string, revision: bigint): Promise<PathFromBytes> {
    const { client } = this.ledger;
    const history = await this.orders.history(number);
    const found = history.find((one) => one.revision === revision);
    const path = found && (await client.proofs.merklePath(found.evidence.key, { atTx: found.txId }));
    if (path === undefined)
      throw new NotFoundException(`The purchase order ${number} has no revision ${String(revision)}.`);
    if (path.entry.metadata?.deleted === true) return path;
    const stored = await client.verifiedGet(path.entry.key, { atTx: path.transaction.txId });
    return stored === undefined ? path : { ...path, storedValue: asStored(stored.value) };
  }
}

function asStored(value: Uint8Array): Uint8Array {
  return Buffer.concat([PLAIN_VALUE, value]);
}

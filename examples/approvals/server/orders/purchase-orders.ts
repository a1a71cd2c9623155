// Where purchase orders are kept, and how they are found: by number, by status, by the beginning of a supplier's name.

import { Repository, type Verified } from 'immurepo';
import type { OrderStatus } from './order-status.js';
import { PurchaseOrder, supplierKey } from './purchase-order.js';

/** Which orders, and after which of them. */
export interface OrderSearch {
  readonly status?: OrderStatus | undefined;
  /** What the supplier's name begins with. */
  readonly supplier?: string | undefined;
  /** The last one of the page before, as far as its place in the list goes. */
  readonly after?: PlaceInList | undefined;
}

/** What decides where an order stands in a list. */
export type PlaceInList = Pick<PurchaseOrder, 'number' | 'supplierAndNumber'>;

export class PurchaseOrders extends Repository<PurchaseOrder> {
  static readonly entity = PurchaseOrder;

  /** The next of a list: newest numbers first, or, with a supplier, by its name. Each is proven. */
  async search({ status, supplier, after }: OrderSearch, limit: number): Promise<Verified<PurchaseOrder>[]> {
    const withStatus = status === undefined ? {} : { status };
    if (supplier === undefined) {
      const before = { lt: after?.number ?? LAST };
      return this.findBy({ ...withStatus, number: before }, { desc: true, limit });
    }
    const begins = { startsWith: supplierKey(supplier) };
    const range = after === undefined ? begins : { ...begins, gt: after.supplierAndNumber };
    return this.findBy({ ...withStatus, supplierAndNumber: range }, { limit });
  }

  /** All whose numbers are between two, both included. */
  numbered(first: string, last: string): Promise<Verified<PurchaseOrder>[]> {
    return this.findBy({ number: { gte: first, lte: last } });
  }
}

/** After every number. */
const LAST = 'PO-:';

// The purchase order, as it is stored. Who did what to it, when and why stands beside every revision, in the ledger.

import { Entity, Id, type IdProps, Index, type IndexProps, type OptionalProps, Property, t } from 'immurepo';
import { Money, money } from './money.js';
import { issuesOfOrder } from './order-issues.js';
import { ORDER_STATUSES, type OrderStatus } from './order-status.js';

/** One product of an order. */
export class OrderLine {
  @Property({ type: t.string() }) product!: string;
  @Property({ type: t.number() }) quantity!: number;
  @Property({ type: money }) unitPrice!: Money;

  get total(): Money {
    return this.unitPrice.times(this.quantity);
  }
}

@Index({ name: 'by-status', on: ['status', 'number'] })
@Index({ name: 'by-status-and-supplier', on: ['status', 'supplierAndNumber'] })
@Entity<PurchaseOrder>({
  name: 'purchase-order',
  version: 1,
  requireActor: true,
  validate: issuesOfOrder,
})
export class PurchaseOrder {
  declare [IdProps]?: 'number';
  declare [IndexProps]?: 'number' | 'status' | 'supplierAndNumber';
  declare [OptionalProps]?: 'status';

  /** Like `PO-000123`. */
  @Index({ name: 'by-number' }) @Id() number!: string;
  @Property({ type: t.string() }) supplier!: string;
  /** The id of the person who asks for it. */
  @Property({ type: t.string() }) requester!: string;
  @Property({ type: t.string() }) costCentre!: string;
  @Property({ type: t.enum(ORDER_STATUSES), default: 'draft' }) status!: OrderStatus;
  @Property({ type: t.array(t.embedded(() => OrderLine)) }) lines!: OrderLine[];
  @Property({ type: t.optional(t.string()) }) note?: string | undefined;

  get total(): Money {
    return Money.sum(this.lines.map(({ total }) => total));
  }

  /** What orders are found by, and listed in the order of, when people look for a supplier. */
  @Index({ name: 'by-supplier' }) get supplierAndNumber(): string {
    return `${supplierKey(this.supplier)}\n${this.number}`;
  }
}

/** How a supplier's name is compared: whoever types `canon` means Canon. */
export function supplierKey(supplier: string): string {
  return supplier.trim().toLowerCase();
}

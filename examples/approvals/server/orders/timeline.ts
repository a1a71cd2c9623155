// What happened to an order: its revisions, each proven and chained to the one before, told as events.

import type { PropertyChange, Revision } from 'immurepo';
import { CURRENCY, type Money } from './money.js';
import type { OrderStatus } from './order-status.js';
import type { PurchaseOrder } from './purchase-order.js';
import type { PurchaseOrders } from './purchase-orders.js';

export type OrderEvent = 'drafted' | 'imported' | 'edited' | 'submitted' | 'approved' | 'rejected' | 'paid' | 'revised' | 'deleted'; // prettier-ignore

/** A property that an event changed, in texts for people. */
export interface Change {
  readonly property: string;
  readonly label: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface TimelineEntry {
  readonly revision: Revision<PurchaseOrder>;
  readonly event: OrderEvent;
  readonly changes: readonly Change[];
}

/** Oldest first; empty for an order that is not there. */
export async function timelineOf(orders: PurchaseOrders, number: string): Promise<TimelineEntry[]> {
  const history = await orders.history(number);
  return Promise.all(
    history.map(async (revision, index) => {
      const before = history[index - 1];
      const diff = await orders.diff(number, before?.revision ?? 0n, revision.revision);
      return { revision, event: eventOf(before, revision), changes: changesOf(diff, before, revision) };
    }),
  );
}

const BY_STATUS: Readonly<Record<OrderStatus, OrderEvent>> = {
  draft: 'revised',
  submitted: 'submitted',
  approved: 'approved',
  rejected: 'rejected',
  paid: 'paid',
};

function eventOf(before: Revision<PurchaseOrder> | undefined, revision: Revision<PurchaseOrder>): OrderEvent {
  const [was, is] = [before?.entity, revision.entity];
  if (is === undefined) return 'deleted';
  if (was === undefined) return revision.actor === 'import' ? 'imported' : 'drafted';
  return was.status === is.status ? 'edited' : BY_STATUS[is.status];
}

/** How the properties are called, in the order in which they are told. */
const LABELS: Readonly<Record<string, string>> = {
  status: 'Status',
  supplier: 'Supplier',
  requester: 'Requester',
  costCentre: 'Cost centre',
  lines: 'Products',
  note: 'Note',
};

function changesOf(
  diff: readonly PropertyChange[],
  before: Revision<PurchaseOrder> | undefined,
  after: Revision<PurchaseOrder>,
): Change[] {
  const changed = new Map(diff.map((change) => [change.property, change]));
  const changes = Object.entries(LABELS).flatMap(([property, label]) => {
    const change = changed.get(property);
    if (change === undefined) return [];
    return [{ property, label, before: told(change.before), after: told(change.after) }];
  });
  const [was, is] = [before?.entity?.total, after.entity?.total];
  if (was?.cents !== is?.cents)
    changes.push({ property: 'total', label: 'Total', before: toldAmount(was), after: toldAmount(is) });
  return changes;
}

/** A line, as it is stored. */
interface StoredLine {
  readonly product: string;
  readonly quantity: number;
  readonly unitPrice: string;
}

function told(stored: unknown): string | null {
  if (typeof stored === 'string') return stored;
  if (!Array.isArray(stored)) return null;
  const lines = stored as readonly StoredLine[];
  return lines
    .map(({ product, quantity, unitPrice }) => `${quantity} × ${product} at ${unitPrice} ${CURRENCY}`)
    .join('\n');
}

function toldAmount(amount: Money | undefined): string | null {
  return amount === undefined ? null : `${amount.toString()} ${CURRENCY}`;
}

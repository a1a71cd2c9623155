// What must be so at the end: everything that was acknowledged is there, and nothing is half done. The ledger is opened and
// proven here, after the service was killed: what said "done" is not asked whether it is.

import { evidenceOf, type Ledger, openLedger, type Verified } from 'immurepo';
import { Budget } from '../../server/budgets/budget.js';
import { Money } from '../../server/orders/money.js';
import type { OrderStatus } from '../../server/orders/order-status.js';
import { PurchaseOrder } from '../../server/orders/purchase-order.js';
import { Payment } from '../../server/payments/payment.js';
import type { Acknowledged } from './user.js';

export interface Audit {
  /** What was acknowledged and is not there, as that revision and in that transaction. */
  readonly lost: readonly string[];
  /** Budgets that are not the sum of their orders. */
  readonly wrongBudgets: readonly string[];
  /** Orders that are paid without a payment of their amount in the same transaction, and payments of none. */
  readonly wrongPayments: readonly string[];
  readonly orders: number;
  readonly approvals: number;
}

const STATUS_AFTER: Readonly<Record<Acknowledged['action'], OrderStatus>> = {
  create: 'draft',
  submit: 'submitted',
  approve: 'approved',
  pay: 'paid',
};

/** @param ledgerPath of a ledger that nobody has open */
export async function audit(ledgerPath: string, acknowledged: readonly Acknowledged[]): Promise<Audit> {
  const ledger = await openLedger({ path: ledgerPath, entities: [PurchaseOrder, Budget, Payment] });
  try {
    const orders = await all(ledger, PurchaseOrder);
    return {
      lost: await lostOf(ledger, acknowledged),
      wrongBudgets: wrongBudgets(await all(ledger, Budget), orders),
      wrongPayments: wrongPayments(await all(ledger, Payment), orders),
      orders: orders.length,
      approvals: acknowledged.filter(({ action }) => action === 'approve').length,
    };
  } finally {
    await ledger.close();
  }
}

async function all<T extends object>(ledger: Ledger, entity: new () => T): Promise<Verified<T>[]> {
  const found: Verified<T>[] = [];
  for await (const one of ledger.repository(entity).stream()) found.push(one);
  return found;
}

/** Each of them is looked for among the revisions of its order. */
async function lostOf(ledger: Ledger, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const orders = ledger.repository(PurchaseOrder);
  const lost: string[] = [];
  for (const [number, done] of byNumber(acknowledged)) {
    const history = await orders.history(number);
    const isThere = ({ action, revision, txId }: Acknowledged) =>
      history.some(
        (one) =>
          String(one.revision) === revision &&
          String(one.txId) === txId &&
          one.entity?.status === STATUS_AFTER[action],
      );
    for (const one of done)
      if (!isThere(one)) lost.push(`${one.action} of ${number} in transaction ${one.txId}`);
  }
  return lost;
}

function byNumber(acknowledged: readonly Acknowledged[]): Map<string, Acknowledged[]> {
  const groups = new Map<string, Acknowledged[]>();
  for (const one of acknowledged) {
    const group = groups.get(one.number);
    if (group === undefined) groups.set(one.number, [one]);
    else group.push(one);
  }
  return groups;
}

function wrongBudgets(budgets: readonly Budget[], orders: readonly PurchaseOrder[]): string[] {
  return budgets.flatMap(({ costCentre, reserved, spent }) => {
    const sum = (status: OrderStatus) =>
      Money.sum(
        orders
          .filter((order) => order.costCentre === costCentre && order.status === status)
          .map(({ total }) => total),
      );
    const isRight = sum('approved').cents === reserved.cents && sum('paid').cents === spent.cents;
    return isRight ? [] : [`${costCentre}: reserved ${reserved.toString()}, spent ${spent.toString()}`];
  });
}

function wrongPayments(
  payments: readonly Verified<Payment>[],
  orders: readonly Verified<PurchaseOrder>[],
): string[] {
  const byOrder = new Map(payments.map((payment) => [payment.order, payment]));
  const paid = orders.filter(({ status }) => status === 'paid');
  const numbers = new Set(paid.map(({ number }) => number));
  const isPaid = (order: Verified<PurchaseOrder>) => {
    const payment = byOrder.get(order.number);
    return payment?.amount.cents === order.total.cents && evidenceOf(payment).txId === evidenceOf(order).txId;
  };
  return [
    ...paid.filter((order) => !isPaid(order)).map(({ number }) => `${number} is paid without its payment`),
    ...payments
      .filter(({ order }) => !numbers.has(order))
      .map(({ order }) => `a payment of ${order}, which is not paid`),
  ];
}

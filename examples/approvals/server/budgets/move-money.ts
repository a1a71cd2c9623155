// What approving and paying do to the budget of the order's cost centre: a part of the transaction that does it.

import type { Transaction } from 'immurepo';
import { Conflict } from '../http/conflict.js';
import type { PurchaseOrder } from '../orders/purchase-order.js';
import type { MoneyEffect } from '../orders/transitions.js';
import { Payment } from '../payments/payment.js';
import { Budget } from './budget.js';

/** @throws Conflict BUDGET_EXCEEDED if too little is left */
export async function moveMoney(tx: Transaction, effect: MoneyEffect, order: PurchaseOrder): Promise<void> {
  if (effect === 'none') return;
  const budgets = tx.repository(Budget);
  const budget = await budgets.findOrFail(order.costCentre);
  const { total } = order;
  if (effect === 'reserve') {
    if (total.isMoreThan(budget.left))
      throw new Conflict(
        'BUDGET_EXCEEDED',
        `${budget.name} has ${budget.left.forPeople()} left, and ${order.number} is about ${total.forPeople()}.`,
      );
    budget.reserved = budget.reserved.plus(total);
  } else {
    budget.reserved = budget.reserved.minus(total);
    budget.spent = budget.spent.plus(total);
    const { number, supplier, costCentre } = order;
    const payments = tx.repository(Payment);
    await payments.insert(payments.create({ order: number, supplier, costCentre, amount: total }));
  }
  await budgets.save(budget);
}

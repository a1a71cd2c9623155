// Reads every order and proves it, around those that cannot be proven any more.

import { VerificationError } from 'immurepo';
import { MOST_ORDERS, orderNumber } from './order-number.js';
import type { OrderRegister } from './order-register.js';
import type { PurchaseOrders } from './purchase-orders.js';

/** Enters all orders into the register. */
export async function readAll(orders: PurchaseOrders, register: OrderRegister): Promise<void> {
  try {
    for await (const order of orders.stream()) register.note(order);
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    await readBetween(orders, register, 1, MOST_ORDERS);
  }
}

/**
 * A failed check says nothing of what was read, not even which of many records it was. So the numbers are halved, until those
 * are alone that cannot be proven.
 */
async function readBetween(
  orders: PurchaseOrders,
  register: OrderRegister,
  first: number,
  last: number,
): Promise<void> {
  try {
    for (const order of await orders.numbered(orderNumber(first), orderNumber(last))) register.note(order);
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    if (first === last) {
      register.noteUnproven(orderNumber(first));
      return;
    }
    const middle = Math.floor((first + last) / 2);
    await readBetween(orders, register, first, middle);
    await readBetween(orders, register, middle + 1, last);
  }
}

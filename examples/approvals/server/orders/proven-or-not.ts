// Orders read one by one, so that what is wrong with one of them is known to be that one's.

import { type Verified, VerificationError } from 'immurepo';
import type { PurchaseOrder } from './purchase-order.js';

/** An order that was proven, or why there is none to show. */
export type ReadOrder =
  | { readonly number: string; readonly order: Verified<PurchaseOrder> }
  | { readonly number: string; readonly order?: never; readonly failure: VerificationError };

/** How many are read at once. */
const AT_ONCE = 16;

/** @returns in the order of `numbers`, without those that are not there */
export async function oneByOne(
  numbers: readonly string[],
  find: (number: string) => Promise<Verified<PurchaseOrder> | undefined>,
): Promise<ReadOrder[]> {
  const read: ReadOrder[] = [];
  for (let at = 0; at < numbers.length; at += AT_ONCE) {
    const some = await Promise.all(
      numbers.slice(at, at + AT_ONCE).map((number) => provenOrNot(number, find)),
    );
    read.push(...some.flat());
  }
  return read;
}

async function provenOrNot(
  number: string,
  find: (number: string) => Promise<Verified<PurchaseOrder> | undefined>,
): Promise<ReadOrder[]> {
  try {
    const order = await find(number);
    return order === undefined ? [] : [{ number, order }];
  } catch (error) {
    if (error instanceof VerificationError) return [{ number, failure: error }];
    throw error;
  }
}

// What may be put into a store, whichever it is. Breaking these rules is a bug of the engine above.

import type { Head, Put } from './ledger-store.js';

/** The longest key of a row, in bytes. */
export const MAX_KEY_BYTES = 1_100;

/** The longest value of a row, in bytes. */
export const MAX_VALUE_BYTES = 2 ** 25 + 2 ** 10;

/** @throws TypeError unless the key can be that of a row */
export function checkKey(key: Uint8Array): void {
  if (key.length < 1 || key.length > MAX_KEY_BYTES)
    throw new TypeError(`A key has 1 to ${MAX_KEY_BYTES} bytes, this one ${key.length}.`);
}

/** @throws TypeError unless the rows and the head can be stored */
export function checkCommit(puts: readonly Put[], head: Head): void {
  for (const { key, value } of puts) {
    checkKey(key);
    if (value.length > MAX_VALUE_BYTES)
      throw new TypeError(`A value has at most ${MAX_VALUE_BYTES} bytes, this one ${value.length}.`);
  }
  if (head.alh.length !== 32)
    throw new TypeError(`An accumulated hash has 32 bytes, this one ${head.alh.length}.`);
  if (BigInt.asUintN(64, head.txId) !== head.txId)
    throw new TypeError(`A transaction id has 64 bits, ${head.txId} does not fit.`);
}

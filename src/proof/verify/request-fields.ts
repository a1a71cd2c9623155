// What a caller asks for must be askable: a slip there is a TypeError, never a verdict on the server.

import { MAX_STORED_KEY_BYTES } from '../layout/entry.js';
import { MAX_TX_ID } from './limits.js';

/** Requires a key with 1 ≤ length < 65535, so that its stored form fits an entry. @throws TypeError */
export function requireKey(key: Uint8Array, name: string): void {
  if (key.length > 0 && key.length < MAX_STORED_KEY_BYTES) return;
  throw new TypeError(`${name} has ${key.length} bytes; a key has 1 to ${MAX_STORED_KEY_BYTES - 1}.`);
}

/** Requires a transaction id with `min ≤ txId < 2^63`. @throws TypeError */
export function requireTxId(txId: bigint, name: string, min: 0n | 1n = 1n): void {
  if (txId >= min && txId <= MAX_TX_ID) return;
  throw new TypeError(
    `${name} is ${String(txId)}; a transaction id is ${String(min)} to ${String(MAX_TX_ID)}.`,
  );
}

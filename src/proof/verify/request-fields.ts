// What a caller asks for must be askable, and what it trusts a state: a slip there is a TypeError, never a verdict on
// the server. A fork found against a mistyped state would latch the ledger.

import { MAX_STORED_KEY_BYTES } from '../layout/entry.js';
import { DIGEST_BYTES } from '../layout/hash.js';
import type { LedgerState } from '../layout/ledger-state.js';
import { MAX_TX_ID } from './limits.js';

/** Requires a key with 1 ≤ length < 65535, so that its stored form fits an entry. @throws TypeError */
export function requireKey(key: Uint8Array, name: string): void {
  requireBytes(key, name);
  if (key.length > 0 && key.length < MAX_STORED_KEY_BYTES) return;
  throw new TypeError(`${name} has ${key.length} bytes; a key has 1 to ${MAX_STORED_KEY_BYTES - 1}.`);
}

/** Requires bytes, which text is not. @throws TypeError */
export function requireBytes(value: unknown, name: string): void {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${name} is no Uint8Array.`);
}

/** Requires a transaction id, a bigint with `min ≤ txId < 2^63`. @throws TypeError */
export function requireTxId(txId: unknown, name: string, min: 0n | 1n = 1n): void {
  if (typeof txId === 'bigint' && txId >= min && txId <= MAX_TX_ID) return;
  throw new TypeError(
    `${name} is ${String(txId)}; a transaction id is a bigint from ${String(min)} to ${String(MAX_TX_ID)}.`,
  );
}

/** Requires a state as a check returns it, or none. @throws TypeError */
export function requireTrusted(trusted: LedgerState | undefined): void {
  if (trusted === undefined) return;
  requireTxId(trusted.txId, 'trusted.txId', 0n);
  requireBytes(trusted.alh, 'trusted.alh');
  if (trusted.alh.length === DIGEST_BYTES) return;
  throw new TypeError(`trusted.alh has ${trusted.alh.length} bytes, not ${DIGEST_BYTES}.`);
}

/** Requires a moment that 64 bits hold, or none: of a larger one the hash would cover another. @throws TypeError */
export function requireSeconds(seconds: bigint | undefined, name: string): void {
  if (seconds === undefined || BigInt.asIntN(64, seconds) === seconds) return;
  throw new TypeError(`${name} is ${String(seconds)}; a moment is a signed 64-bit integer.`);
}

// What the server takes at most, checked before anything is sent: its own refusals name no key.

import { ImmuError } from '../errors.js';
import { MAX_REQUEST_BYTES } from './connection-options.js';
import { printableKey } from './printable-key.js';

/** The most the server takes, with its default settings. */
export interface ClientLimits {
  /** Entries of one transaction. */
  readonly maxEntriesPerTx: number;
  /** Preconditions of one write. */
  readonly maxPreconditions: number;
  /** Bytes of one key. */
  readonly maxKeyBytes: number;
  /** Bytes of one request, and thereby of all keys and values of one write together. */
  readonly maxMessageBytes: number;
}

/** The limits this client holds its requests to. */
export const CLIENT_LIMITS: ClientLimits = {
  maxEntriesPerTx: 1024,
  maxPreconditions: 1024,
  maxKeyBytes: 1023,
  maxMessageBytes: MAX_REQUEST_BYTES,
};

/** @throws ImmuError INVALID_ARGUMENT for an empty key, KEY_TOO_LARGE · TypeError for what is no bytes at all */
export function assertKey(key: Uint8Array): void {
  if (!(key instanceof Uint8Array)) throw new TypeError('a key must be a Uint8Array');
  if (key.length === 0)
    throw new ImmuError('INVALID_ARGUMENT', 'A key is empty: it must have at least one byte.');
  const max = CLIENT_LIMITS.maxKeyBytes;
  if (key.length > max) {
    throw new ImmuError(
      'KEY_TOO_LARGE',
      `Key ${printableKey(key)} has ${key.length} bytes; the server takes ${max}. Shorten it, or use a hash of it as key.`,
      { details: { bytes: key.length, maxBytes: max } },
    );
  }
}

/** @throws TypeError unless the value is a bigint from 1 to 2^64 − 1 */
export function assertTxId(name: string, value: bigint): void {
  if (typeof value !== 'bigint' || value < 1n || value >= 1n << 64n) {
    throw new TypeError(`${name} must be a transaction id: a bigint of at least 1n`);
  }
}

/** @throws TypeError unless the value is a whole number from `min` to `max` */
export function assertWholeNumber(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new TypeError(`${name} must be a whole number from ${min} to ${max}`);
  }
}

/** The most entries one answer lists; a longer list is read page by page. */
export const MAX_PAGE_SIZE = 2500;

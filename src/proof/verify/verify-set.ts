// A write of keys and values with proof.

import { kvKey, kvValue } from '../layout/entry.js';
import type { KeyMetadata } from '../layout/kv-metadata.js';
import type { LedgerState } from './against-trusted.js';
import type { ProvenEntries } from './proven.js';
import type { RawVerifiableTx } from './raw.js';
import { requireBytes, requireKey, requireSeconds } from './request-fields.js';
import type { VerificationPolicy } from './signature.js';
import { type ExpectedEntry, expectedEntry, verifyWrite } from './write.js';

/** One key to write. */
export interface SetEntry {
  /** Not empty. */
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly metadata?: KeyMetadata | undefined;
}

/** What was asked to be written, in one transaction. */
export interface SetRequest {
  /** At least one. */
  readonly entries: readonly SetEntry[];
}

/**
 * Checks the answer to a verifiable set: a transaction newer than the trusted state, with exactly these keys, values
 * and metadata in this order. That preconditions were evaluated is not provable.
 *
 * @param trusted undefined on first contact; then nothing says that the transaction is new
 * @throws VerificationError BINDING_MISMATCH if it is not that write; otherwise the code of the check that failed
 * @throws TypeError for a request without entries, or with an empty or too long key
 */
export function verifySet(
  request: SetRequest,
  response: RawVerifiableTx | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenEntries {
  if (request.entries.length === 0) throw new TypeError('entries is empty: a set writes at least one key.');
  const expected = request.entries.map((entry, index) => expectedValue(entry, `entries[${index}]`));
  return verifyWrite(expected, response, trusted, policy);
}

/**
 * A key and value as they must have been written.
 *
 * @param name what to call it in an error
 * @throws TypeError for what cannot be asked for
 */
export function expectedValue({ key, value, metadata }: SetEntry, name: string): ExpectedEntry {
  requireKey(key, `${name}.key`);
  requireBytes(value, `${name}.value`);
  requireSeconds(metadata?.expiresAt, `${name}.metadata.expiresAt`);
  return expectedEntry(kvKey(key), kvValue(value), metadata);
}

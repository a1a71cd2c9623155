// An addition to a sorted set with proof.

import { NO_BYTES } from '../../bytes.js';
import { sortedSetKey } from '../layout/entry.js';
import type { LedgerState } from './against-trusted.js';
import type { ProvenEntries } from './proven.js';
import type { RawVerifiableTx } from './raw.js';
import { requireKey, requireTxId } from './request-fields.js';
import type { VerificationPolicy } from './signature.js';
import { type ExpectedEntry, expectedEntry, verifyWrite } from './write.js';

/** The addition that was asked for. */
export interface SortedSetAddRequest {
  /** The set's name, not empty. */
  readonly set: Uint8Array;
  /** Not NaN. Negative scores are proven like others, but the server sorts them after all positive ones. */
  readonly score: number;
  /** The key that is added, not empty. */
  readonly key: Uint8Array;
  /** The transaction the member is bound to; 0 or left out to follow the latest value. */
  readonly atTx?: bigint;
}

/**
 * Checks the answer to a verifiable addition to a sorted set: a transaction newer than the trusted state, with exactly
 * this entry and no metadata. Nothing is proven of the entry it points to.
 *
 * @param trusted undefined on first contact; then nothing says that the transaction is new
 * @throws VerificationError BINDING_MISMATCH if it is not that write; otherwise the code of the check that failed
 * @throws TypeError for a score that is not a number, or an empty name or key
 */
export function verifySortedSetAdd(
  request: SortedSetAddRequest,
  response: RawVerifiableTx | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenEntries {
  return verifyWrite([expectedMember(request)], response, trusted, policy);
}

/** An addition as it must have been written. @throws TypeError for one that cannot be asked for */
export function expectedMember({ set, score, key, atTx = 0n }: SortedSetAddRequest): ExpectedEntry {
  requireKey(set, 'set');
  requireKey(key, 'key');
  requireTxId(atTx, 'atTx', 0n);
  if (typeof score !== 'number') throw new TypeError('score is not a number.');
  if (Number.isNaN(score)) throw new TypeError('score is NaN, which has no place in an order.');
  return expectedEntry(sortedSetKey(set, score, key, atTx), NO_BYTES);
}

// A write of a reference with proof.

import { kvKey, referenceValue } from '../layout/entry.js';
import type { LedgerState } from './against-trusted.js';
import type { ProvenEntries } from './proven.js';
import type { RawVerifiableTx } from './raw.js';
import { requireKey, requireTxId } from './request-fields.js';
import type { VerificationPolicy } from './signature.js';
import { type ExpectedEntry, expectedEntry, verifyWrite } from './write.js';

/** The reference that was asked for. */
export interface SetReferenceRequest {
  /** The reference's own key, not empty. */
  readonly key: Uint8Array;
  /** The key it points to, not empty. */
  readonly referencedKey: Uint8Array;
  /** The transaction it is bound to; 0 or left out to follow the latest value. */
  readonly atTx?: bigint;
}

/**
 * Checks the answer to a verifiable set reference: a transaction newer than the trusted state, with exactly this
 * reference and no metadata. Nothing is proven of the entry it points to.
 *
 * @param trusted undefined on first contact; then nothing says that the transaction is new
 * @throws VerificationError BINDING_MISMATCH if it is not that write; otherwise the code of the check that failed
 */
export function verifySetReference(
  request: SetReferenceRequest,
  response: RawVerifiableTx | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenEntries {
  return verifyWrite([expectedReference(request)], response, trusted, policy);
}

/** A reference as it must have been written. @throws TypeError for one that cannot be asked for */
export function expectedReference({ key, referencedKey, atTx = 0n }: SetReferenceRequest): ExpectedEntry {
  requireKey(key, 'key');
  requireKey(referencedKey, 'referencedKey');
  requireTxId(atTx, 'atTx', 0n);
  return expectedEntry(kvKey(key), referenceValue(referencedKey, atTx));
}

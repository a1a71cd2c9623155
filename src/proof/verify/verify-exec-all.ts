// Several operations in one transaction, with proof: the transaction is fetched by the id the write was answered with, and
// must be exactly those operations.

import { type LedgerState, verifyAgainstTrusted } from './against-trusted.js';
import { withContext } from './failure.js';
import { parseMessage } from './parse-fields.js';
import type { ProvenEntries } from './proven.js';
import type { RawVerifiableTx } from './raw.js';
import { requireTrusted, requireTxId } from './request-fields.js';
import type { VerificationPolicy } from './signature.js';
import { expectedReference, type SetReferenceRequest } from './verify-reference.js';
import { expectedValue, type SetEntry } from './verify-set.js';
import { expectedMember, type SortedSetAddRequest } from './verify-sorted-set.js';
import { type ExpectedEntry, requireExactly, requireNewer } from './write.js';

/** A transaction to bind to: an id, or the one the operation itself is part of; left out to follow the latest value. */
type Binding = { readonly atTx?: bigint | 'this' | undefined };

/** One operation that was asked for. */
export type ExecutedOperation =
  | (SetEntry & { readonly kind: 'set' })
  | (Omit<SetReferenceRequest, 'atTx'> & Binding & { readonly kind: 'setReference' })
  | (Omit<SortedSetAddRequest, 'atTx'> & Binding & { readonly kind: 'zAdd' });

/** What was asked to be done, and the transaction that is said to have done it. */
export interface ExecAllRequest {
  /** At least one, in order. */
  readonly operations: readonly ExecutedOperation[];
  /** As the server answered the write: ≥ 1. */
  readonly txId: bigint;
  /** The newest transaction known before the write was sent, 0 for none: the write's own is a later one. */
  readonly after: bigint;
}

/**
 * Checks that a transaction is the write that was asked for: later than what was known before, with exactly these
 * operations in this order. Operations bound to their own transaction must name that one. That preconditions were evaluated is
 * not provable, and nothing is proven of the entries that references and members point to.
 *
 * @param response to a verifiable transaction request for `txId`, without `entriesSpec`
 * @param trusted undefined on first contact
 * @throws VerificationError BINDING_MISMATCH if it is not that write; otherwise the code of the check that failed
 * @throws TypeError for a request without operations, or with one that cannot be asked for
 */
export function verifyExecAll(
  { operations, txId, after }: ExecAllRequest,
  response: RawVerifiableTx | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenEntries {
  requireTxId(txId, 'txId');
  requireTxId(after, 'after', 0n);
  requireTrusted(trusted);
  const expected = expectedOperations(operations, txId);
  return withContext({ trusted, evidence: response }, () => {
    requireNewer(txId, after);
    const proven = verifyAgainstTrusted(response, txId, trusted, policy);
    return requireExactly(expected, parseMessage(response?.tx, 'tx'), proven);
  });
}

/**
 * The entries that operations must have made.
 *
 * @param txId of the transaction they are part of
 * @throws TypeError for none, or one that cannot be asked for
 */
export function expectedOperations(
  operations: readonly ExecutedOperation[],
  txId: bigint,
): readonly ExpectedEntry[] {
  if (operations.length === 0)
    throw new TypeError('operations is empty: a transaction does at least one thing.');
  return operations.map((operation, index) => {
    if (operation.kind === 'set') return expectedValue(operation, `operations[${index}]`);
    const { atTx = 0n } = operation;
    const bound = { ...operation, atTx: atTx === 'this' ? txId : atTx };
    return bound.kind === 'zAdd' ? expectedMember(bound) : expectedReference(bound);
  });
}

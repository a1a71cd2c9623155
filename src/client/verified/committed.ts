// What is handed out of a proven transaction of operations.

import type { KeyMetadata, LedgerState, ProvenEntries } from '../../proof/index.js';
import type { Operation } from '../key-value/operations.js';
import type { VerifiedContext } from './context.js';
import type { ReadProof } from './evidence.js';
import type { OperationsRequest } from './operations-request.js';
import { readProof, writtenIn } from './read-proof.js';

/** A key with its value, proven to be written. */
export interface CommittedSet {
  readonly kind: 'set';
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** Metadata as written; undefined if there is none. */
  readonly metadata: KeyMetadata | undefined;
  readonly proof: ReadProof;
}

/** A reference, proven to be written. Of the value it leads to nothing is proven. */
export interface CommittedReference {
  readonly kind: 'setReference';
  readonly key: Uint8Array;
  readonly referencedKey: Uint8Array;
  /** The transaction it is bound to, or 0 when it follows the latest value. */
  readonly atTx: bigint;
  readonly proof: ReadProof;
}

/** A member of a sorted set, proven to be added. Of the value it leads to nothing is proven. */
export interface CommittedMember {
  readonly kind: 'zAdd';
  readonly set: Uint8Array;
  readonly score: number;
  readonly key: Uint8Array;
  /** The transaction it is bound to, or 0 when it follows the latest value. */
  readonly atTx: bigint;
  readonly proof: ReadProof;
}

/** One operation of a proven transaction. */
export type CommittedOperation = CommittedSet | CommittedReference | CommittedMember;

/** A proven transaction: exactly these operations, in this order. */
export interface VerifiedTransaction<Done extends CommittedOperation = CommittedOperation> {
  readonly txId: bigint;
  /** Accumulated hash, 32 bytes. */
  readonly alh: Uint8Array;
  /** Unix seconds the server wrote into the header, as claimed. */
  readonly serverTime: bigint;
  /** The operations as requested, now proven. */
  readonly operations: readonly Done[];
}

/** The transaction of a write of operations. Raises the floors of the keys it wrote. */
export function committed(
  context: VerifiedContext,
  { operations }: OperationsRequest,
  proven: ProvenEntries,
): VerifiedTransaction {
  const { header } = proven;
  const checkedAgainst = proven.trusted ?? proven.state;
  return {
    ...writtenIn(proven),
    operations: operations.map((operation, index) => {
      const metadata = proven.entries[index]?.metadata;
      if (operation.kind !== 'zAdd') context.floors.raise(operation.key, { txId: header.id, metadata });
      return done(context, operation, proven, index, checkedAgainst);
    }),
  };
}

function done(
  context: VerifiedContext,
  operation: Operation,
  proven: ProvenEntries,
  index: number,
  checkedAgainst: LedgerState,
): CommittedOperation {
  const proof = readProof(context, proven, index, checkedAgainst);
  const { kind, key } = operation;
  if (kind === 'set')
    return { kind, key, value: operation.value, metadata: proven.entries[index]?.metadata, proof };
  const atTx = operation.atTx === 'this' ? proven.header.id : (operation.atTx ?? 0n);
  if (kind === 'setReference') return { kind, key, referencedKey: operation.referencedKey, atTx, proof };
  return { kind, set: operation.set, score: operation.score, key, atTx, proof };
}

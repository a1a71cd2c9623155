// What is wrong with a chain of revisions, in words.

import { equalBytes } from '../../bytes.js';
import type { StoredRecord } from '../../codec/record.js';
import { ChainForkError, VerificationError } from '../../errors.js';
import { describeRecord, type StoredSchema } from '../entity-bytes.js';

/** A record and the transaction it was committed in. */
export interface PlacedRecord {
  readonly record: StoredRecord;
  readonly txId: bigint;
}

/** Whether two revisions name the same predecessor: of one chain, they are one and the same. */
export function sharesPredecessor({ record: a }: PlacedRecord, { record: b }: PlacedRecord): boolean {
  return a.prevTx === b.prevTx && equalBytes(a.prevDigest, b.prevDigest);
}

/** Two revisions name the same predecessor. */
export function chainFork(
  schema: StoredSchema,
  key: Uint8Array,
  first: PlacedRecord,
  second: PlacedRecord,
): ChainForkError {
  const { revision } = second.record;
  return new ChainForkError(
    `${describeRecord(schema, key)} has two revisions ${String(revision)}, in transactions ${String(first.txId)} and ` +
      `${String(second.txId)}: a precondition was not honoured, or one of them was written past this library.`,
    { details: { entity: schema.name, key, revision, txId: second.txId } },
  );
}

/** A history lists a revision after another one that it does not name. */
export function notSuccessor(
  schema: StoredSchema,
  key: Uint8Array,
  before: PlacedRecord | undefined,
  { record, txId }: PlacedRecord,
): VerificationError {
  const { revision, prevTx } = record;
  return new VerificationError(
    'CHAIN_BROKEN',
    `${describeRecord(schema, key)}: the server lists revision ${String(revision)} in transaction ${String(txId)} ` +
      `${before === undefined ? 'first' : `after revision ${String(before.record.revision)}`}, which is not the predecessor it ` +
      `names (revision ${String(revision - 1n)} in transaction ${String(prevTx)}). Revisions were left out.`,
    { details: { entity: schema.name, key, revision, txId } },
  );
}

/** A revision names a predecessor, and the server does not show it where it should be. */
export function noPredecessor(
  schema: StoredSchema,
  key: Uint8Array,
  { record, txId }: PlacedRecord,
  why: string,
  cause?: unknown,
): VerificationError {
  const { revision, prevTx } = record;
  return new VerificationError(
    'CHAIN_BROKEN',
    `${describeRecord(schema, key)}: revision ${String(revision)} in transaction ${String(txId)} names as its predecessor ` +
      `revision ${String(revision - 1n)} in transaction ${String(prevTx)}, but ${why}. It is withheld, or one of the two was ` +
      'written past this library.',
    { cause, details: { entity: schema.name, key, revision, txId, prevTx } },
  );
}

// All revisions of one entity, and the check that they are one unbroken chain: each names its predecessor by number,
// transaction and hash, so that a revision the server leaves out, repeats or invents is found.

import { isLinkAfter } from '../codec/revision-chain.js';
import type { OperationOptions, VerifiedEntry, VerifiedRevision } from '../client/index.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import { equalBytes } from '../bytes.js';
import { ChainForkError, ImmuError, VerificationError } from '../errors.js';
import type { RepositoryContext } from './context.js';
import { decodeRevision, type StoredRevision } from './stored-revision.js';
import { describeRecord, type StoredSchema } from './entity-bytes.js';
import type { Evidence } from './evidence.js';
import { track, type Verified } from './verified.js';

/** One revision of an entity, as history lists it. */
export interface Revision<T> {
  /** 1, 2, 3 … */
  readonly revision: bigint;
  /** Whether this revision deleted the entity. */
  readonly deleted: boolean;
  /** The entity as of this revision; undefined where it was deleted. */
  readonly entity: Verified<T> | undefined;
  readonly txId: bigint;
  /** When the server says it committed it. */
  readonly committedAt: Date;
  /** What proves it. */
  readonly evidence: Evidence;
}

/**
 * Reads, proves and chains every revision of a key, oldest first.
 *
 * @throws ChainForkError if two revisions name the same predecessor
 * @throws VerificationError CHAIN_BROKEN if one is missing between the others
 */
export async function readHistory<T extends object>(
  context: RepositoryContext,
  schema: EntitySchema<T>,
  key: Uint8Array,
  options: OperationOptions,
): Promise<Revision<T>[]> {
  const listed = await context.client.verifiedHistory(key, options);
  const revisions = listed.map((entry) => decodeRevision(schema, valueOf(schema, entry)));
  try {
    revisions.forEach((revision, index) => {
      assertFollows(schema, key, revisions[index - 1], revision);
    });
  } catch (error) {
    if (error instanceof VerificationError) context.client.report('history', error);
    throw error;
  }
  return revisions.map(({ entity, record, base, evidence }) => {
    if (entity !== undefined) track(entity, { schema, evidence, base });
    return {
      revision: record.revision,
      deleted: record.tombstone,
      entity: entity as Verified<T> | undefined,
      txId: evidence.txId,
      committedAt: evidence.committedAt,
      evidence,
    };
  });
}

/** Record keys hold plain values only; anything else was written by another program. */
function valueOf(schema: StoredSchema, entry: VerifiedRevision): VerifiedEntry {
  if (entry.kind === 'value') return entry;
  throw new ImmuError(
    'UNREADABLE_RECORD',
    `${describeRecord(schema, entry.key)} was written as ${entry.kind} in transaction ${String(entry.txId)}, which no ` +
      'repository does: another program wrote to its key.',
    { details: { entity: schema.name, key: entry.key, txId: entry.txId } },
  );
}

function assertFollows(
  schema: StoredSchema,
  key: Uint8Array,
  before: StoredRevision<object> | undefined,
  revision: StoredRevision<object>,
): void {
  if (isLinkAfter(revision.record, before?.base)) return;
  const { record, base } = revision;
  const subject = describeRecord(schema, key);
  const details = { entity: schema.name, key, revision: record.revision, txId: base.txId };
  if (before !== undefined && sharesPredecessor(before, revision)) {
    throw new ChainForkError(
      `${subject} has two revisions ${String(record.revision)}, in transactions ${String(before.base.txId)} and ${String(base.txId)}: ` +
        'a precondition was not honoured, or one of them was written past this library.',
      { details },
    );
  }
  throw new VerificationError(
    'CHAIN_BROKEN',
    `${subject}: the server lists revision ${String(record.revision)} in transaction ${String(base.txId)} ` +
      `${before === undefined ? 'first' : `after revision ${String(before.record.revision)}`}, which is not the predecessor it ` +
      `names (revision ${String(record.revision - 1n)} in transaction ${String(record.prevTx)}). Revisions were left out.`,
    { details },
  );
}

function sharesPredecessor(a: StoredRevision<object>, b: StoredRevision<object>): boolean {
  return a.record.prevTx === b.record.prevTx && equalBytes(a.record.prevDigest, b.record.prevDigest);
}

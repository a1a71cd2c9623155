// From entities to one atomic transaction: each write is conditional on the revision it builds on, all are committed
// or none, and evidence is bound only to what was proven.

import { encodeRecord, type StoredRecord } from '../codec/record.js';
import { carriedExtensions } from '../codec/record-extensions.js';
import { linkAfter } from '../codec/revision-chain.js';
import { NO_BYTES } from '../bytes.js';
import type { OperationOptions, Precondition, VerifiedEntry } from '../client/index.js';
import { ConflictError, ImmuError } from '../errors.js';
import type { RepositoryContext } from './context.js';
import { baseOf, evidenceFor, type RecordBase } from './stored-revision.js';
import { CODEC, describeRecord, payloadOf, type StoredSchema } from './entity-bytes.js';
import type { Evidence } from './evidence.js';
import { track } from './verified.js';
import { newWriteId } from './write-id.js';

/** One entity to be written, or deleted. */
export interface PendingWrite {
  readonly schema: StoredSchema;
  readonly key: Uint8Array;
  /** The instance to save; undefined to delete. */
  readonly entity: object | undefined;
  /** The revision it builds on; undefined for one that was never stored. */
  readonly base: RecordBase | undefined;
}

/** A write as proven. */
export interface CommittedWrite {
  readonly write: PendingWrite;
  readonly evidence: Evidence;
}

/**
 * Commits writes in one transaction and binds the evidence to their instances.
 *
 * @returns in the order of the writes
 * @throws ConflictError if another writer changed one of them since the revision it builds on; nothing was written
 */
export async function commit(
  context: RepositoryContext,
  writes: readonly PendingWrite[],
  options: OperationOptions,
): Promise<CommittedWrite[]> {
  const writeId = newWriteId();
  const prepared = writes.map((write) => {
    const record = recordOf(write, writeId);
    return { write, record, entry: { key: write.key, value: encodeRecord(record) } };
  });
  const entries = prepared.map(({ entry }) => entry);
  const preconditions = writes.map(preconditionOf);
  try {
    const proven = await context.client.verifiedSet(entries, { ...options, preconditions });
    return prepared.flatMap(({ write, record }, index) => {
      const entry = proven.entries[index];
      return entry === undefined ? [] : [settle(write, record, entry)];
    });
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'PRECONDITION_FAILED') throw error;
    throw await conflict(context, writes, options, error);
  }
}

function recordOf({ schema, entity, base }: PendingWrite, writeId: Uint8Array): StoredRecord {
  return {
    ...linkAfter(base),
    tombstone: entity === undefined,
    codec: CODEC.id,
    entityVersion: schema.version,
    writeId,
    extensions: carriedExtensions(base?.extensions ?? []),
    payload: entity === undefined ? NO_BYTES : payloadOf(schema, entity, base?.undeclared),
  };
}

/** A record key is never deleted in immudb's sense, so "does not exist" means "was never written". */
function preconditionOf({ key, base }: PendingWrite): Precondition {
  return base === undefined
    ? { kind: 'mustNotExist', key }
    : { kind: 'notModifiedAfter', key, txId: base.txId };
}

/** The entry is proven to hold the very bytes of the record. */
function settle(write: PendingWrite, record: StoredRecord, entry: VerifiedEntry): CommittedWrite {
  const { schema, entity } = write;
  const evidence = evidenceFor(schema, record, entry);
  if (entity !== undefined) {
    track(entity, { schema, evidence, base: baseOf(record, entry, write.base?.undeclared) });
  }
  return { write, evidence };
}

/** The server does not say which condition failed: the entities that moved are found by reading them. */
async function conflict(
  context: RepositoryContext,
  writes: readonly PendingWrite[],
  options: OperationOptions,
  cause: ImmuError,
): Promise<ConflictError> {
  const current = await context.client.verifiedGetAll(
    writes.map(({ key }) => key),
    options,
  );
  const moved = writes.flatMap(({ schema, key, base }, index) => {
    const now = current[index]?.txId;
    if (now === base?.txId) return [];
    const builtOn = base === undefined ? 'was to be new' : `was loaded at transaction ${String(base.txId)}`;
    const since = now === undefined ? '' : ` and was written in transaction ${String(now)}`;
    return [{ key, story: `${describeRecord(schema, key)} ${builtOn}${since}` }];
  });
  const stories = moved.slice(0, 5).map(({ story }) => story);
  return new ConflictError(
    `${stories.length === 0 ? 'An entity was changed' : stories.join('; ')} (another writer was first). Nothing was written: load ` +
      'again, decide anew, and save.',
    { cause, details: { changed: moved.map(({ key }) => key) } },
  );
}

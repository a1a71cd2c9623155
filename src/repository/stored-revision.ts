// One stored revision: from a proven entry to its record, its instance and its evidence.

import type { PlainRecord } from '../codec/codec.js';
import { equalBytes } from '../bytes.js';
import { parseRecord } from '../codec/parse-record.js';
import { KIND_BYTE } from '../codec/record-key.js';
import type { RecordExtension } from '../codec/record-extensions.js';
import { factsOf, type RevisionFacts } from '../codec/revision-facts.js';
import type { StoredRecord } from '../codec/record.js';
import type { CommittedRevision } from '../codec/revision-chain.js';
import type { VerifiedEntry } from '../client/index.js';
import type { Hydrated } from '../entity/entity-instance.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import { ImmuError } from '../errors.js';
import { describeRecord, entityOf, payloadOf, type StoredSchema } from './entity-bytes.js';
import type { Evidence } from './evidence.js';
import { codecsOf } from './payload-codecs.js';

/** What the next revision of an entity builds on. */
export interface RecordBase extends CommittedRevision {
  readonly tombstone: boolean;
  /** Which codec wrote the payload. */
  readonly codec: number;
  /** The version of the class that wrote it. */
  readonly entityVersion: number;
  /** The encoded properties; empty for a tombstone. */
  readonly payload: Uint8Array;
  /**
   * What the instance encoded to right after it was read, where that may be something else than the payload: it is what an
   * unchanged one still encodes to. By the codec that wrote the payload.
   */
  readonly asRead?: Uint8Array | undefined;
  /** Stored properties this code does not know, kept for the next save. */
  readonly undeclared: PlainRecord | undefined;
  /** The extensions of the record. */
  readonly extensions: readonly RecordExtension[];
  /** What they say. */
  readonly facts: RevisionFacts;
}

/** A decoded revision, and what proves it. */
export interface StoredRevision<T extends object> {
  /** A new instance; undefined for a tombstone. */
  readonly entity: T | undefined;
  readonly record: StoredRecord;
  readonly base: RecordBase;
  readonly evidence: Evidence;
}

/**
 * Refuses what a reference led to: it may be a record, but is that of another entity.
 *
 * @param key the record key that was asked for
 * @throws ImmuError UNREADABLE_RECORD
 */
export function assertOwnEntry(schema: StoredSchema, key: Uint8Array, entry: VerifiedEntry): void {
  if (equalBytes(entry.key, key)) return;
  throw new ImmuError(
    'UNREADABLE_RECORD',
    `${describeRecord(schema, key)} was written as a reference to another key, which no repository does: another program ` +
      'wrote to its key.',
    { details: { entity: schema.name, key, txId: entry.txId } },
  );
}

/**
 * Decodes a proven entry of an entity's record key.
 *
 * @param key the record key that was asked for; default: the entry's own
 *
 * @throws ImmuError UNREADABLE_RECORD or UNSUPPORTED_FORMAT naming entity, key and transaction: the bytes are what was
 *   committed, but this code cannot read them
 */
export function decodeRevision<T extends object>(
  schema: EntitySchema<T>,
  entry: VerifiedEntry,
  key: Uint8Array = entry.key,
): StoredRevision<T> {
  assertOwnEntry(schema, key, entry);
  try {
    const record = parseRecord(entry.value);
    assertListsOwn(schema, factsOf(record.extensions));
    const decoded = record.tombstone ? undefined : entityOf(schema, record, entry.key);
    return {
      entity: decoded?.entity,
      record,
      base: {
        ...baseOf(record, entry, decoded?.undeclared),
        ...(decoded === undefined ? {} : asRead(schema, record, decoded)),
      },
      evidence: evidenceFor(schema, record, entry),
    };
  } catch (error) {
    throw located(schema, entry, error);
  }
}

/**
 * A save deletes what the revision before it listed: a record that lists the keys of others must not get at them.
 *
 * @throws ImmuError UNREADABLE_RECORD
 */
function assertListsOwn(
  { keys, className }: Pick<EntitySchema, 'keys' | 'className'>,
  { indexKeys }: RevisionFacts,
): void {
  if (indexKeys.length === 0) return;
  // All keys of an entity begin alike but for their kind, the second byte.
  const [mark, , ...own] = keys.prefix;
  const isOwn = (key: Uint8Array) =>
    key[0] === mark &&
    (key[1] === KIND_BYTE.index || key[1] === KIND_BYTE.unique) &&
    own.every((byte, at) => key[at + 2] === byte);
  if (indexKeys.every(isOwn)) return;
  throw new ImmuError(
    'UNREADABLE_RECORD',
    `Its list of index keys names keys that are not those of ${className}: another program wrote it.`,
  );
}

/**
 * What was read from an older version, or is spelled otherwise by this one, cannot be held against the stored bytes.
 *
 * @throws ImmuError UNREADABLE_RECORD if it cannot be stored as it was read: it was made into something that no codec takes
 */
function asRead<T extends object>(
  schema: EntitySchema<T>,
  { codec, entityVersion }: StoredRecord,
  { entity, undeclared }: Hydrated<T>,
): Pick<RecordBase, 'asRead'> {
  if (entityVersion === schema.version && !schema.mayRespell) return {};
  try {
    return { asRead: payloadOf(schema, entity, undeclared, codecsOf(schema).reader(codec)) };
  } catch (cause) {
    if (!(cause instanceof ImmuError)) throw cause;
    const message = `It was read as something that cannot be stored: ${cause.message}`;
    throw new ImmuError('UNREADABLE_RECORD', message, { cause });
  }
}

/** What a next revision builds on, once `record` is proven to stand in `entry`. */
export function baseOf(
  record: StoredRecord,
  entry: VerifiedEntry,
  undeclared: PlainRecord | undefined,
): RecordBase {
  const { revision, tombstone, codec, entityVersion, payload, extensions } = record;
  const facts = factsOf(extensions);
  return {
    revision,
    txId: entry.txId,
    value: entry.value,
    tombstone,
    codec,
    entityVersion,
    payload,
    undeclared,
    extensions,
    facts,
  };
}

/** The evidence of a record proven to stand in `entry`. */
export function evidenceFor(schema: StoredSchema, record: StoredRecord, entry: VerifiedEntry): Evidence {
  return {
    ...entry.proof,
    entity: schema.name,
    key: entry.key,
    revision: record.revision,
    committedAt: new Date(Number(entry.serverTime) * 1000),
  };
}

function located(schema: StoredSchema, entry: VerifiedEntry, error: unknown): unknown {
  if (!(error instanceof ImmuError)) return error;
  return new ImmuError(
    error.code,
    `${describeRecord(schema, entry.key)}, as committed in transaction ${String(entry.txId)}: ${error.message}`,
    { cause: error, details: { ...error.details, entity: schema.name, key: entry.key, txId: entry.txId } },
  );
}

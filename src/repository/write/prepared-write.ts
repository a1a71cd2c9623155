// One write, ready to be stored: the entity's bytes and index keys as they were when it was asked for.

import { compareBytes, equalBytes, NO_BYTES } from '../../bytes.js';
import { encodeKeyParts } from '../../codec/key-parts.js';
import { encodeKey, parseKey } from '../../codec/record-key.js';
import type { Provenance, RevisionFacts } from '../../codec/revision-facts.js';
import type { IndexSchema } from '../../entity/index-schema.js';
import { describeRecord, payloadOf, type StoredSchema } from '../entity-bytes.js';
import type { Evidence } from '../evidence.js';
import type { RecordBase } from '../stored-revision.js';

/** One entity to be written, or deleted. */
export interface PendingWrite {
  readonly schema: StoredSchema;
  readonly key: Uint8Array;
  /** The instance to save; undefined to delete. */
  readonly entity: object | undefined;
  /** The revision it builds on; undefined for one that was never stored. */
  readonly base: RecordBase | undefined;
  /** When it ceases to count; null for never. Default: as the revision it builds on. */
  readonly expiresAt?: Date | null | undefined;
  /** In whose name, where that was said before the commit. Default: in that of the work that commits. */
  readonly provenance?: Provenance | undefined;
  /** Whether it must never have been stored before, and is not read first. */
  readonly isNew?: boolean;
  /** What its validators were asked about: its payload, but for what is undeclared. Absent where there are none. */
  readonly asked?: Uint8Array | undefined;
}

/** An index entry an entity is found under. */
export interface IndexEntry {
  readonly index: IndexSchema;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A write whose bytes no longer follow the instance. */
export interface PreparedWrite extends PendingWrite {
  /** Empty for a deletion. */
  readonly payload: Uint8Array;
  /** Ascending by key; none for a deletion. */
  readonly indexEntries: readonly IndexEntry[];
  /** In milliseconds since 1970. */
  readonly expiryMs: number | undefined;
}

/** A write as proven. */
export interface CommittedWrite {
  readonly write: PreparedWrite;
  readonly evidence: Evidence;
  /** What the revision says of itself. */
  readonly facts: RevisionFacts;
}

/** The value of an index entry that is not unique: that it is there says all. */
const PRESENT = Uint8Array.of(1);

/**
 * Takes down what is to be written. Hooks, validators and the application may have had the instance since its key was
 * settled: nothing is stored under the key of another, nor what no validator has seen.
 *
 * @throws ImmuError VALUE_REFUSED naming the property, VALUE_TOO_LARGE, KEY_TOO_LARGE · TypeError for an instance that was
 *   changed so
 */
export function prepareWrite(write: PendingWrite): PreparedWrite {
  const { schema, key, entity, base } = write;
  if (entity === undefined) return { ...write, payload: NO_BYTES, indexEntries: [], expiryMs: undefined };
  if (!equalBytes(schema.keyFor(schema.idOf(entity)), key)) throw otherId(schema, key);
  const payload = payloadOf(schema, entity, base?.undeclared);
  if (!isAsAsked(write, payload)) throw changedMeanwhile(schema, key);
  return {
    ...write,
    payload,
    indexEntries: indexEntriesOf(schema, key, entity),
    expiryMs: expiryOf(write),
  };
}

/** The write as the caller wants it to expire, if the caller says so. */
export function expiring(write: PendingWrite, expiresAt: Date | null | undefined): PendingWrite {
  return expiresAt === undefined ? write : { ...write, expiresAt };
}

/** Every index entry an entity is to be found under, ascending by key. */
export function indexEntriesOf(schema: StoredSchema, key: Uint8Array, entity: object): readonly IndexEntry[] {
  if (schema.indexes.length === 0) return [];
  const { parts: id } = parseKey(key);
  return schema.indexes
    .flatMap((index): IndexEntry[] => {
      const values = index.valuesOf(entity);
      if (values === undefined) return [];
      return index.unique
        ? [{ index, key: encodeKey(index.keys, values), value: encodeKeyParts(id) }]
        : [{ index, key: encodeKey(index.keys, [...values, ...id]), value: PRESENT }];
    })
    .sort((a, b) => compareBytes(a.key, b.key));
}

function isAsAsked({ schema, entity, base, asked }: PendingWrite, payload: Uint8Array): boolean {
  if (asked === undefined || entity === undefined) return true;
  const declared = base?.undeclared === undefined ? payload : payloadOf(schema, entity, undefined);
  return equalBytes(declared, asked);
}

function otherId(schema: StoredSchema, key: Uint8Array): TypeError {
  return new TypeError(
    `The id of ${describeRecord(schema, key)} was changed while it was being saved: a hook, a validator or the application did. ` +
      'An id names a history: set it before the save, and not again. Nothing was written.',
  );
}

function changedMeanwhile(schema: StoredSchema, key: Uint8Array): TypeError {
  return new TypeError(
    `${describeRecord(schema, key)} was changed while it was being saved, after its validators were asked: no validator has seen ` +
      'what it holds now. Await the save before you change it; validators must not change it at all. Nothing was written.',
  );
}

function expiryOf({ expiresAt, base }: PendingWrite): number | undefined {
  if (expiresAt === undefined) return base?.tombstone === true ? undefined : base?.facts.expiresAt;
  if (expiresAt === null) return undefined;
  if (!(expiresAt instanceof Date) || Number.isNaN(expiresAt.getTime()))
    throw new TypeError('expiresAt must be a valid Date, or null for never');
  return expiresAt.getTime();
}

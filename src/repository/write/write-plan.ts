// From prepared writes to one atomic transaction: records, index entries netted so that no key occurs twice, and the
// conditions under which all of it holds.

import { toMapKey } from '../../bytes.js';
import { encodeRecord, type StoredRecord } from '../../codec/record.js';
import { linkAfter } from '../../codec/revision-chain.js';
import { extensionsOf, type Provenance } from '../../codec/revision-facts.js';
import type { ClientLimits, EntryToWrite, Precondition } from '../../client/index.js';
import { NO_BYTES } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import { codecsOf } from '../payload-codecs.js';
import { takenTwice } from './unique-violation.js';
import type { IndexEntry, PreparedWrite } from './prepared-write.js';

/** A record that was read and decided upon: the write must not happen if it changed since. */
export interface Guard {
  readonly key: Uint8Array;
  /** The transaction it was found in; undefined if it was absent. */
  readonly txId: bigint | undefined;
}

/** What a plan is made of besides the writes. */
export interface PlanOptions {
  /** In whose name all is written for which the write itself names nobody. */
  readonly provenance: Provenance;
  /** Records read on the way to these writes. */
  readonly guards?: readonly Guard[];
  /** Unique keys nobody holds any more though they are there, with the transaction they were last written in. */
  readonly orphans?: ReadonlyMap<string, bigint>;
  /** Written along, on the condition that it is not there yet. */
  readonly marker?: EntryToWrite | undefined;
}

/** A record as it will be stored. */
export interface PlannedRecord {
  readonly write: PreparedWrite;
  readonly record: StoredRecord;
  readonly value: Uint8Array;
}

/** One transaction. Its entries begin with the records, in the order of the writes. */
export interface WritePlan {
  readonly records: readonly PlannedRecord[];
  readonly entries: readonly EntryToWrite[];
  readonly preconditions: readonly Precondition[];
  /** Index entries that come into being, by key: who is to have them. */
  readonly added: readonly AddedEntry[];
  readonly counts: WriteCounts;
  /** How many of the conditions are for what was only read. */
  readonly guarded: number;
}

/** An index entry to be written. */
export interface AddedEntry extends IndexEntry {
  readonly write: PreparedWrite;
}

/** What one transaction holds. */
export interface WriteCounts {
  readonly records: number;
  readonly indexEntriesWritten: number;
  readonly indexEntriesDeleted: number;
  /** Entries in all. */
  readonly entries: number;
  readonly preconditions: number;
  /** Bytes of all keys and values. */
  readonly bytes: number;
}

/** Plans one transaction. @throws UniqueViolationError if two of the writes want one unique value */
export function planWrites(
  writes: readonly PreparedWrite[],
  writeId: Uint8Array,
  options: PlanOptions,
): WritePlan {
  const records = writes.map((write): PlannedRecord => {
    const record = recordOf(write, writeId, options.provenance);
    return { write, record, value: encodeRecord(record) };
  });
  const { added, removed } = netted(writes);
  const addedKeys = new Set(added.map(({ key }) => toMapKey(key)));
  const deleted = [...removed].flatMap(([name, { key }]) => (addedKeys.has(name) ? [] : [key]));
  const { marker } = options;
  const entries: EntryToWrite[] = [
    ...records.map(({ write: { key }, value }) => ({ key, value })),
    ...added.map(({ key, value }) => ({ key, value })),
    ...deleted.map((key) => ({
      key,
      value: NO_BYTES,
      metadata: { deleted: true, nonIndexable: false },
    })),
    ...(marker === undefined ? [] : [marker]),
  ];
  const guards = guardsBeside(writes, options.guards ?? []);
  const preconditions = [
    ...writes.map(({ key, base }) => unchangedSince({ key, txId: base?.txId })),
    ...guards.map(unchangedSince),
    ...added.filter(({ index }) => index.unique).map(({ key }) => isFree(key, removed, options.orphans)),
    ...(marker === undefined ? [] : [{ kind: 'mustNotExist', key: marker.key } as const]),
  ];
  const counts = {
    records: records.length,
    indexEntriesWritten: added.length,
    indexEntriesDeleted: deleted.length,
    entries: entries.length,
    preconditions: preconditions.length,
    bytes: entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0),
  };
  return { records, entries, preconditions, added, counts, guarded: guards.length };
}

/** What was read and is written is guarded by the write, if that builds on what was read. */
function guardsBeside(writes: readonly PreparedWrite[], guards: readonly Guard[]): Guard[] {
  const builtOn = new Map(writes.map(({ key, base }) => [toMapKey(key), base?.txId]));
  return guards.filter(({ key, txId }) => {
    const name = toMapKey(key);
    return !builtOn.has(name) || builtOn.get(name) !== txId;
  });
}

function recordOf(write: PreparedWrite, writeId: Uint8Array, provenance: Provenance): StoredRecord {
  const { schema, entity, base, payload, indexEntries, expiryMs } = write;
  const facts = {
    ...(write.provenance ?? provenance),
    indexKeys: indexEntries.map(({ key }) => key),
    expiresAt: expiryMs,
  };
  return {
    ...linkAfter(base),
    tombstone: entity === undefined,
    codec: codecsOf(schema).writer.id,
    entityVersion: schema.version,
    writeId,
    extensions: extensionsOf(facts, base?.extensions ?? []),
    payload,
  };
}

/** A record key is never deleted in immudb's sense, so "does not exist" means "was never written". */
function unchangedSince({ key, txId }: Guard): Precondition {
  return txId === undefined ? { kind: 'mustNotExist', key } : { kind: 'notModifiedAfter', key, txId };
}

/** What changes among the index entries: the difference between what each record lists and what it listed. */
function netted(writes: readonly PreparedWrite[]) {
  const added = new Map<string, AddedEntry>();
  // By key: a server that looked at no conditions may have let two records list one.
  const removed = new Map<string, { readonly key: Uint8Array; readonly write: PreparedWrite }>();
  for (const write of writes) {
    const before = new Map((write.base?.facts.indexKeys ?? []).map((key) => [toMapKey(key), key]));
    for (const entry of write.indexEntries) {
      const name = toMapKey(entry.key);
      if (before.delete(name)) continue;
      const other = added.get(name);
      if (other !== undefined) throw takenTwice(entry, other.write, write);
      added.set(name, { ...entry, write });
    }
    for (const [name, key] of before) removed.set(name, { key, write });
  }
  return { added: [...added.values()], removed };
}

/** A unique value is free if nobody has it, or if who has it gives it up in the same transaction. */
function isFree(
  key: Uint8Array,
  removed: ReadonlyMap<string, { readonly write: PreparedWrite }>,
  orphans: ReadonlyMap<string, bigint> | undefined,
): Precondition {
  const name = toMapKey(key);
  // The entry may be younger than the record that gives it up: what was seen of it counts more.
  const txId = orphans?.get(name) ?? removed.get(name)?.write.base?.txId;
  return unchangedSince({ key, txId });
}

/** @throws ImmuError BATCH_TOO_LARGE naming the counts; nothing was sent */
export function assertFits({ counts, guarded }: WritePlan, limits: ClientLimits): void {
  const { maxEntriesPerTx, maxPreconditions, maxMessageBytes } = limits;
  if (
    counts.entries <= maxEntriesPerTx &&
    counts.preconditions <= maxPreconditions &&
    counts.bytes <= maxMessageBytes
  )
    return;
  const { records, indexEntriesWritten, indexEntriesDeleted } = counts;
  throw new ImmuError(
    'BATCH_TOO_LARGE',
    `One transaction takes ${maxEntriesPerTx} entries, ${maxPreconditions} conditions and ${maxMessageBytes} bytes, but this ` +
      `one needs ${counts.entries} entries (${records} records, ${indexEntriesWritten} index entries written and ` +
      `${indexEntriesDeleted} deleted), ${counts.preconditions} conditions (${guarded} of them for what was only read) and ` +
      `${counts.bytes} bytes. Nothing is split silently: ${guarded === 0 ? 'save' : 'read less in one transaction, or save'} in ` +
      'batches of batchLimit(), each of which is a transaction of its own.',
    { details: { ...counts, maxEntriesPerTx, maxPreconditions, maxMessageBytes } },
  );
}

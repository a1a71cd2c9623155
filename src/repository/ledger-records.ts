// Records of the ledger itself: every read proven, every write committed at once.

import { equalBytes, NO_BYTES } from '../bytes.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { RepositoryContext } from './context.js';
import type { Evidence } from './evidence.js';
import { codecsOf } from './payload-codecs.js';
import { type ReadOptions, type Records, seen, type Seen, type WriteOptions } from './records.js';
import { decodeRevision, type RecordBase } from './stored-revision.js';
import { trackedOf } from './verified.js';
import { type CommitOptions, commitWrites } from './write/commit.js';
import {
  type CommittedWrite,
  expiring,
  type PendingWrite,
  prepareWrite,
  type PreparedWrite,
} from './write/prepared-write.js';

/** What is stored, read and written through the ledger's client. */
export class LedgerRecords implements Records {
  /** @inheritDoc */
  readonly mayTryAgain = true;
  readonly #context: RepositoryContext;

  /** @param context the ledger */
  constructor(context: RepositoryContext) {
    this.#context = context;
  }

  /** @inheritDoc */
  get database(): string {
    return this.#context.client.database;
  }

  /** @inheritDoc */
  async get<T extends object>(
    schema: EntitySchema<T>,
    key: Uint8Array,
    options: ReadOptions,
  ): Promise<Seen<T> | undefined> {
    const entry = await this.#context.client.verifiedGet(key, options);
    return entry && seen(this.#context, schema, decodeRevision(schema, entry, key), Date.now());
  }

  /** @inheritDoc */
  async getAll<T extends object>(
    schema: EntitySchema<T>,
    keys: readonly Uint8Array[],
    options: ReadOptions,
  ): Promise<(Seen<T> | undefined)[]> {
    const entries = await this.#context.client.verifiedGetAll(keys, options);
    const now = Date.now();
    return entries.map(
      (entry, index) => entry && seen(this.#context, schema, decodeRevision(schema, entry, keys[index]), now),
    );
  }

  /** @inheritDoc */
  async bases<T extends object>(
    schema: EntitySchema<T>,
    keys: readonly Uint8Array[],
    options: ReadOptions,
  ): Promise<(RecordBase | undefined)[]> {
    const { client } = this.#context;
    const [single] = keys;
    if (single === undefined) return [];
    const entries =
      keys.length === 1
        ? [await client.verifiedGet(single, options)]
        : await client.verifiedGetAll(keys, options);
    return entries.map((entry, index) => entry && decodeRevision(schema, entry, keys[index]).base);
  }

  /** @inheritDoc */
  async write(
    writes: readonly PendingWrite[],
    options: Omit<WriteOptions, 'force'>,
  ): Promise<(Evidence | undefined)[]> {
    const { expiresAt, ...commit } = options;
    const prepared = writes.map((write) => prepareWrite(expiring(write, expiresAt)));
    const changed = prepared.filter((write) => !writesNothing(write));
    const committed = await this.#commit(changed, { ...commit, asked: prepared });
    const told = this.#context.lifecycle.committed(committed);
    if (told !== undefined) await told;
    const evidence = new Map(committed.map(({ write, evidence }) => [write, evidence]));
    return prepared.map(
      (write) => evidence.get(write) ?? (write.entity && trackedOf(write.entity)?.evidence),
    );
  }

  async #commit(writes: readonly PreparedWrite[], options: CommitOptions): Promise<CommittedWrite[]> {
    const { coalesced, provenance } = this.#context;
    if (writes.length === 0) return [];
    const isBound = [options.idempotencyKey, options.signal, options.timeoutMs].some(
      (option) => option !== undefined,
    );
    // What may be broken off, or has a name of its own, cannot share the fate of others.
    if (coalesced === undefined || isBound) return commitWrites(this.#context, writes, options);
    const current = provenance.current(writes.map(({ schema }) => schema));
    const committed = await coalesced.commit(writes.map((write) => ({ ...write, provenance: current })));
    return committed.map((one, index) => ({ ...one, write: writes[index] ?? one.write }));
  }
}

/** Whether the record is as it is to be: it holds this already, or is not there and is not to be. */
export function writesNothing(write: PreparedWrite): boolean {
  const { entity, base } = write;
  return entity === undefined ? base === undefined || base.tombstone : changesNothing(write);
}

/**
 * Whether an entity holds what was proven, is found under what it is found under, and expires when it does. One that was
 * written by another codec, or by another version of its class, is written anew.
 */
export function changesNothing(write: PreparedWrite): boolean {
  const { schema, entity, base, payload, indexEntries, expiryMs } = write;
  if (entity === undefined || base === undefined || trackedOf(entity)?.base !== base) return false;
  const { indexKeys, expiresAt } = base.facts;
  return (
    expiryMs === expiresAt &&
    indexEntries.length === indexKeys.length &&
    indexEntries.every(({ key }, index) => equalBytes(key, indexKeys[index] ?? NO_BYTES)) &&
    base.codec === codecsOf(schema).writer.id &&
    base.entityVersion === schema.version &&
    (equalBytes(payload, base.payload) || (base.asRead !== undefined && equalBytes(payload, base.asRead)))
  );
}

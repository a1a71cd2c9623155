// Records of the ledger itself: every read proven, every write committed at once.

import { equalBytes, NO_BYTES } from '../bytes.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { RepositoryContext } from './context.js';
import type { Evidence } from './evidence.js';
import { type ReadOptions, type Records, seen, type Seen, type WriteOptions } from './records.js';
import { decodeRevision } from './stored-revision.js';
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
    return entry && seen(schema, decodeRevision(schema, entry, key), Date.now());
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
      (entry, index) => entry && seen(schema, decodeRevision(schema, entry, keys[index]), now),
    );
  }

  /** @inheritDoc */
  async write(
    writes: readonly PendingWrite[],
    options: Omit<WriteOptions, 'force'>,
  ): Promise<(Evidence | undefined)[]> {
    const { expiresAt, ...commit } = options;
    const prepared = writes.map((write) => prepareWrite(expiring(write, expiresAt)));
    const changed = prepared.filter((write) => !changesNothing(write));
    const committed = await this.#commit(changed, { ...commit, asked: prepared });
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
    const current = provenance.current();
    const committed = await coalesced.commit(writes.map((write) => ({ ...write, provenance: current })));
    return committed.map((one, index) => ({ ...one, write: writes[index] ?? one.write }));
  }
}

/** Whether an entity holds what was proven, is found under what it is found under, and expires when it does. */
export function changesNothing({ entity, base, payload, indexEntries, expiryMs }: PreparedWrite): boolean {
  if (entity === undefined || base === undefined || trackedOf(entity)?.base !== base) return false;
  const { indexKeys, expiresAt } = base.facts;
  return (
    expiryMs === expiresAt &&
    indexEntries.length === indexKeys.length &&
    indexEntries.every(({ key }, index) => equalBytes(key, indexKeys[index] ?? NO_BYTES)) &&
    equalBytes(payload, base.payload)
  );
}

// Records as one transaction sees them: reads of one moment, each guarded until the commit, and writes kept back.

import { toMapKey } from '../../bytes.js';
import type { VerifiedEntry } from '../../client/index.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
import { ConflictError } from '../../errors.js';
import type { RepositoryContext } from '../context.js';
import { describeRecord, type StoredSchema } from '../entity-bytes.js';
import type { Evidence } from '../evidence.js';
import { changesNothing } from '../ledger-records.js';
import { type ReadOptions, type Records, seen, type Seen, type WriteOptions } from '../records.js';
import { decodeRevision } from '../stored-revision.js';
import { type PendingWrite, prepareWrite, type PreparedWrite } from '../write/prepared-write.js';
import type { Guard } from '../write/write-plan.js';

/** A record that was read, for errors and to read it again. */
interface GuardedRead extends Guard {
  readonly schema: StoredSchema;
  /** What was read; undefined if it was absent, or came by a query. */
  readonly entry: VerifiedEntry | undefined;
}

/** Reads and writes of one attempt of one transaction. */
export class TransactionRecords implements Records {
  readonly #context: RepositoryContext;
  readonly #reads = new Map<string, GuardedRead>();
  readonly #writes = new Map<string, PreparedWrite>();
  /** All that was read is as of this transaction, or of one after it in which nothing of it had changed. */
  #asOf: bigint | undefined;
  #conflict: ConflictError | undefined;
  #finished = false;

  /** @param context the ledger */
  constructor(context: RepositoryContext) {
    this.#context = context;
  }

  /** Why this attempt cannot be committed any more. */
  get conflict(): ConflictError | undefined {
    return this.#conflict;
  }

  /** What is to be written, in the order in which it was first asked for. */
  get writes(): readonly PreparedWrite[] {
    return [...this.#writes.values()];
  }

  /** What was read. */
  get guards(): readonly Guard[] {
    return [...this.#reads.values()].map(({ key, txId }) => ({ key, txId }));
  }

  /** Whether it is over. */
  get isFinished(): boolean {
    return this.#finished;
  }

  /** Refuses everything from here on. */
  finish(): void {
    this.#finished = true;
  }

  /** @throws TypeError if it is over · ConflictError if it cannot be committed any more */
  assertOpen(): void {
    if (this.#finished) {
      throw new TypeError(
        'This transaction is over: it was committed or given up when its callback ended. Await everything inside of the ' +
          'callback, and keep neither the transaction nor its repositories.',
      );
    }
    if (this.#conflict !== undefined) throw this.#conflict;
  }

  /** Whether something of an entity class is kept back. */
  hasWritesOf(schema: StoredSchema): boolean {
    return [...this.#writes.values()].some((write) => write.schema === schema);
  }

  /** @inheritDoc */
  async get<T extends object>(
    schema: EntitySchema<T>,
    key: Uint8Array,
    options: ReadOptions,
  ): Promise<Seen<T> | undefined> {
    const [found] = await this.getAll(schema, [key], options);
    return found;
  }

  /** @inheritDoc */
  async getAll<T extends object>(
    schema: EntitySchema<T>,
    keys: readonly Uint8Array[],
    options: ReadOptions,
  ): Promise<(Seen<T> | undefined)[]> {
    this.assertOpen();
    const unread = keys.filter((key) => !this.#isKnown(key));
    if (unread.length > 0) await this.#read(schema, unread, options);
    this.assertOpen();
    const now = Date.now();
    return keys.map((key) => this.#seen(schema, key, now));
  }

  /**
   * Guards what a query returned.
   *
   * @throws ConflictError if it changed since something else was read
   */
  async guard(schema: StoredSchema, found: readonly Evidence[], options: ReadOptions): Promise<void> {
    this.assertOpen();
    await this.#note(
      found.map(({ key, txId }) => ({ schema, key, txId, entry: undefined })),
      this.#asOf ?? 0n,
      options,
    );
  }

  /** @inheritDoc Kept back: nothing is sent before the end of the transaction. */
  write(
    writes: readonly PendingWrite[],
    options: Omit<WriteOptions, 'force'>,
  ): Promise<(Evidence | undefined)[]> {
    return new Promise((resolve) => {
      this.assertOpen();
      const { expiresAt, idempotencyKey } = options;
      if (idempotencyKey !== undefined)
        throw new TypeError('idempotencyKey cannot be given inside of a transaction: its writes are one.');
      const prepared = writes.map((write) => {
        const before = this.#writes.get(toMapKey(write.key));
        return prepareWrite({ ...write, base: before === undefined ? write.base : before.base, expiresAt });
      });
      for (const write of prepared) this.#keepBack(write);
      resolve(prepared.map(() => undefined));
    });
  }

  #keepBack(write: PreparedWrite): void {
    const name = toMapKey(write.key);
    const neverStored = write.entity === undefined && (write.base === undefined || write.base.tombstone);
    if (neverStored || changesNothing(write)) this.#writes.delete(name);
    else this.#writes.set(name, write);
  }

  #isKnown(key: Uint8Array): boolean {
    const name = toMapKey(key);
    const read = this.#reads.get(name);
    const isReadable = read !== undefined && (read.entry !== undefined || read.txId === undefined);
    return isReadable || this.#writes.has(name);
  }

  #seen<T extends object>(schema: EntitySchema<T>, key: Uint8Array, now: number): Seen<T> | undefined {
    const write = this.#writes.get(toMapKey(key));
    // What was saved here is found as it was saved: the very instance.
    if (write !== undefined) return { entity: write.entity as T | undefined, base: write.base };
    const entry = this.#reads.get(toMapKey(key))?.entry;
    return entry && seen(schema, decodeRevision(schema, entry), now);
  }

  async #read<T extends object>(
    schema: EntitySchema<T>,
    keys: readonly Uint8Array[],
    options: ReadOptions,
  ): Promise<void> {
    const { client } = this.#context;
    // The answer is not older than what was trusted before it was asked for.
    const before = this.#asOf ?? (await client.trustedState())?.txId ?? 0n;
    const [single] = keys;
    const entries =
      keys.length === 1 && single !== undefined
        ? [await client.verifiedGet(single, options)]
        : await client.verifiedGetAll(keys, options);
    const reads = keys.map((key, index) => {
      const entry = entries[index];
      return { schema, key, txId: entry?.txId, entry };
    });
    await this.#note(reads, before, options);
  }

  /** @param before a transaction as of which all earlier reads hold */
  async #note(reads: readonly GuardedRead[], before: bigint, options: ReadOptions): Promise<void> {
    const isFirst = this.#reads.size === 0;
    for (const read of reads) {
      const known = this.#reads.get(toMapKey(read.key));
      if (known !== undefined && known.txId !== read.txId) throw this.#changed(known);
      if (known?.entry === undefined) this.#reads.set(toMapKey(read.key), read);
    }
    const newest = reads.reduce((most, { txId = 0n }) => (txId > most ? txId : most), before);
    if (isFirst) this.#asOf = newest;
    else if (newest > (this.#asOf ?? 0n)) await this.#catchUp(options);
  }

  /** Something newer was read than what was read before: all of it must still be what it was, at one moment. */
  async #catchUp(options: ReadOptions): Promise<void> {
    const reads = [...this.#reads.values()];
    const { notBefore: _, ...operation } = options;
    const entries = await this.#context.client.verifiedGetAll(
      reads.map(({ key }) => key),
      operation,
    );
    let asOf = this.#asOf ?? 0n;
    for (const [index, read] of reads.entries()) {
      const now = entries[index]?.txId;
      if (now !== read.txId) throw this.#changed(read);
      if (now !== undefined && now > asOf) asOf = now;
    }
    this.#asOf = asOf;
  }

  #changed({ schema, key }: GuardedRead): ConflictError {
    this.#conflict ??= new ConflictError(
      `${describeRecord(schema, key)} was changed by another writer while this transaction was under way. Nothing was written.`,
      { details: { changed: [key] } },
    );
    return this.#conflict;
  }
}

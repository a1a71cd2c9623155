// Records as one transaction sees them: reads of one moment, each guarded until the commit, and writes kept back.

import { toMapKey } from '../../bytes.js';
import type { OperationOptions, VerifiedEntry } from '../../client/index.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
import { ConflictError } from '../../errors.js';
import type { RepositoryContext } from '../context.js';
import { describeRecord, type StoredSchema } from '../entity-bytes.js';
import type { Evidence } from '../evidence.js';
import { writesNothing } from '../ledger-records.js';
import { type ReadOptions, type Records, seen, type Seen, type WriteOptions } from '../records.js';
import { decodeRevision, type RecordBase } from '../stored-revision.js';
import { expiring, type PendingWrite, prepareWrite, type PreparedWrite } from '../write/prepared-write.js';
import type { Guard } from '../write/write-plan.js';

/** A record that was read, for errors and to read it again. */
interface GuardedRead extends Guard {
  readonly schema: StoredSchema;
  /** What was read; undefined if it was absent, or came by a query. */
  readonly entry: VerifiedEntry | undefined;
}

/** Reads and writes of one attempt of one transaction. */
export class TransactionRecords implements Records {
  /** @inheritDoc */
  readonly mayTryAgain = false;
  readonly #context: RepositoryContext;
  readonly #timeLeft: () => OperationOptions;
  readonly #reads = new Map<string, GuardedRead>();
  readonly #writes = new Map<string, PreparedWrite>();
  /** As of this transaction, all that was read is as it was read; undefined before anything was. */
  #asOf: bigint | undefined;
  #conflict: ConflictError | undefined;
  /** What a part of it failed for. */
  #failure: { readonly error: unknown } | undefined;
  #finished = false;

  /**
   * @param context the ledger
   * @param timeLeft the bounds of the transaction: they hold for each read, too
   */
  constructor(context: RepositoryContext, timeLeft: () => OperationOptions = () => ({})) {
    this.#context = context;
    this.#timeLeft = timeLeft;
  }

  /** @inheritDoc */
  get database(): string {
    return this.#context.client.database;
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

  /** @throws TypeError if it is over · ConflictError, or what a part of it failed for, if it cannot be committed any more */
  assertOpen(): void {
    if (this.#finished) {
      throw new TypeError(
        'This transaction is over: it was committed or given up when its callback ended. Await everything inside of the ' +
          'callback, and keep neither the transaction nor its repositories.',
      );
    }
    if (this.#conflict !== undefined) throw this.#conflict;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Refuses everything from here on for what a part of it failed for, the commit included. */
  fail(error: unknown): void {
    this.#failure ??= { error };
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
    await this.#readUnread(schema, keys, options);
    const now = Date.now();
    return keys.map((key) => this.#seen(schema, key, now));
  }

  /** @inheritDoc */
  async bases<T extends object>(
    schema: EntitySchema<T>,
    keys: readonly Uint8Array[],
    options: ReadOptions,
  ): Promise<(RecordBase | undefined)[]> {
    await this.#readUnread(schema, keys, options);
    return keys.map((key) => {
      const write = this.#writes.get(toMapKey(key));
      if (write !== undefined) return write.base;
      const entry = this.#reads.get(toMapKey(key))?.entry;
      return entry && decodeRevision(schema, entry, key).base;
    });
  }

  /**
   * Guards what a query returned.
   *
   * @param newest the newest transaction of what the query met and did not return, 0 for none
   * @throws ConflictError if it changed since something else was read
   */
  async guard(
    schema: StoredSchema,
    found: readonly Evidence[],
    newest: bigint,
    options: ReadOptions,
  ): Promise<void> {
    this.assertOpen();
    const isAsBefore = this.#reads.size === 0 || newest <= (this.#asOf ?? 0n);
    if (found.length === 0 && isAsBefore) return;
    // A query reads in several steps: nothing says that what it found ever held at one moment.
    await this.#note(
      found.map(({ key, txId }) => ({ schema, key, txId, entry: undefined })),
      undefined,
      this.#bounded(options),
    );
    this.assertOpen();
  }

  /** Gives the attempt up: what is looked for changes faster than it can be found. @throws ConflictError */
  giveWay(schema: StoredSchema): never {
    this.#conflict ??= new ConflictError(
      `${schema.className} entities were changed by other writers each time this transaction looked for some of them. Nothing ` +
        'was written.',
      { details: { changed: [] } },
    );
    throw this.#conflict;
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
      const prepared = writes.map((write) => prepareWrite(expiring(this.#upon(write), expiresAt)));
      // Who writes is who says so here, whoever is named where the transaction began.
      const writing = prepared.filter((write) => !writesNothing(write)).map(({ schema }) => schema);
      const provenance = writing.length === 0 ? undefined : this.#context.provenance.current(writing);
      for (const write of prepared) this.#keepBack({ ...write, provenance });
      resolve(prepared.map(() => undefined));
    });
  }

  /** A write upon what this transaction keeps back of the same record, if anything. */
  #upon(write: PendingWrite): PendingWrite {
    const before = this.#writes.get(toMapKey(write.key));
    if (write.isNew === true) this.#assertNew(write, before);
    if (before === undefined) return write;
    const { base, expiryMs } = before;
    return { ...write, base, expiresAt: expiryMs === undefined ? null : new Date(expiryMs) };
  }

  /** What is known to be there cannot be inserted, however often the transaction is run. */
  #assertNew({ schema, key }: PendingWrite, before: PreparedWrite | undefined): void {
    const read = before === undefined ? this.#reads.get(toMapKey(key)) : undefined;
    if (before?.entity === undefined && read?.txId === undefined) return;
    const where =
      read?.txId === undefined ? 'saved in this transaction' : `in transaction ${String(read.txId)}`;
    throw new ConflictError(
      `${describeRecord(schema, key)} was to be new, and was written before: ${where}. Nothing was written: save it instead of ` +
        'inserting it.',
      { details: { changed: [key] } },
    );
  }

  #keepBack(write: PreparedWrite): void {
    const name = toMapKey(write.key);
    if (writesNothing(write)) this.#writes.delete(name);
    else this.#writes.set(name, write);
  }

  /** All of them are known then. */
  async #readUnread<T extends object>(
    schema: EntitySchema<T>,
    keys: readonly Uint8Array[],
    options: ReadOptions,
  ): Promise<void> {
    this.assertOpen();
    const unread = keys.filter((key) => !this.#isKnown(key));
    if (unread.length > 0) await this.#read(schema, unread, this.#bounded(options));
    this.assertOpen();
  }

  /** What ends a read: its own bounds, or those of the transaction. */
  #bounded(options: ReadOptions): ReadOptions {
    const left = this.#timeLeft();
    const signals = [options.signal, left.signal].filter((signal) => signal !== undefined);
    const timeoutMs = Math.min(options.timeoutMs ?? Infinity, left.timeoutMs ?? Infinity);
    return {
      ...options,
      signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
      timeoutMs: timeoutMs === Infinity ? undefined : timeoutMs,
    };
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
    return entry && seen(this.#context, schema, decodeRevision(schema, entry, key), now);
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
    await this.#note(reads, newestOf(reads, before), options);
  }

  /**
   * Takes up what was read, once it and all that was read before hold at one moment: none of it is handed out sooner.
   *
   * @param heldAt the transaction as of which `reads` hold; undefined if that is not known of any
   */
  async #note(
    reads: readonly GuardedRead[],
    heldAt: bigint | undefined,
    options: ReadOptions,
  ): Promise<void> {
    let moment = heldAt;
    while (moment === undefined || (this.#reads.size > 0 && moment !== this.#asOf)) {
      const [count, asOf] = [this.#reads.size, this.#asOf];
      moment = await this.#lookAgain([...this.#reads.values(), ...reads], options);
      // Others may be noted while one waits: those are part of all that was read, too.
      if (this.#reads.size === count && this.#asOf === asOf) break;
    }
    for (const read of reads) {
      const known = this.#reads.get(toMapKey(read.key));
      if (known !== undefined && known.txId !== read.txId) throw this.#changed(known);
      if (known?.entry === undefined) this.#reads.set(toMapKey(read.key), read);
    }
    this.#asOf = moment;
  }

  /** @returns a transaction as of which all of it holds @throws ConflictError if some of it has changed */
  async #lookAgain(reads: readonly GuardedRead[], options: ReadOptions): Promise<bigint> {
    const before = this.#asOf ?? 0n;
    const { notBefore: _, ...operation } = options;
    const entries = await this.#context.client.verifiedGetAll(
      reads.map(({ key }) => key),
      operation,
    );
    const changed = reads.find(({ txId }, index) => entries[index]?.txId !== txId);
    if (changed !== undefined) throw this.#changed(changed);
    return newestOf(reads, before);
  }

  #changed({ schema, key }: GuardedRead): ConflictError {
    this.#conflict ??= new ConflictError(
      `${describeRecord(schema, key)} was changed by another writer while this transaction was under way. Nothing was written.`,
      { details: { changed: [key] } },
    );
    return this.#conflict;
  }
}

/** The newest transaction among what was read, or `before` if that is newer. */
function newestOf(reads: readonly GuardedRead[], before: bigint): bigint {
  return reads.reduce((newest, { txId = 0n }) => (txId > newest ? txId : newest), before);
}

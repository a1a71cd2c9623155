// One repository: typed reads and writes of one entity class. What is stored is the codec's, what is proven the client's.

import type { OperationOptions } from '../client/index.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { CreateData, IdOf, UpdateData } from '../entity/entity-types.js';
import type { Ref } from '../entity/ref.js';
import type { Where } from '../entity/where-types.js';
import { ImmuError } from '../errors.js';
import type { RepositoryContext } from './context.js';
import { diffOf, type PropertyChange } from './diff.js';
import { describeRecord } from './entity-bytes.js';
import { EntityWriter, notFound } from './entity-writer.js';
import type { Evidence } from './evidence.js';
import { historyPages, readHistory, type Revision } from './history.js';
import { prepareInstance } from './hand-out.js';
import { LedgerRecords } from './ledger-records.js';
import { PastRepository } from './past-repository.js';
import { count, type CountOptions } from './query/count.js';
import { findBy, type FindByOptions, type FindOneByOptions } from './query/find-by.js';
import { page, type Page, type PageOptions } from './query/page.js';
import type { QueryItem, SelectKeys } from './query/select.js';
import type { QuerySource } from './query/source.js';
import { stream, type StreamOptions } from './query/stream.js';
import { streamBy } from './query/stream-by.js';
import type { ReadOptions, Records, Seen, WriteOptions } from './records.js';
import { type RepositoryBinding, soundBinding } from './repository-binding.js';
import type { StoredRevision } from './stored-revision.js';
import { takeOver } from './take-over.js';
import { revisionNumbered } from './time/revision-numbered.js';
import { guardedFindBy } from './transaction/guarded-find.js';
import { assertFindOptions, assertWriteOptions, unguarded } from './transaction/inside-options.js';
import type { TransactionRecords } from './transaction/transaction-records.js';
import { uniqueWhere, type UpsertOptions } from './upsert.js';
import { loadRefs, pinnedRef, refTo } from './relations.js';
import type { Verified } from './verified.js';
import { assertBatch, batchLimitOf, planOf, type WriteForecast } from './write/forecast.js';

/**
 * Verified reads and writes of one entity class. Every entity that is returned was proven to be committed; what cannot
 * be proven is that it is the latest, or that an absent one does not exist.
 */
export class Repository<T extends object> {
  readonly #context: RepositoryContext;
  readonly #schema: EntitySchema<T>;
  readonly #records: Records;
  readonly #writer: EntityWriter<T>;
  /** The transaction it is within; undefined for the ledger itself. */
  readonly #inside: TransactionRecords | undefined;

  /**
   * Use `ledger.repository(Class)`, or, within a transaction, `tx.repository(Class)`.
   *
   * @param binding what the ledger hands to a class that extends this one
   * @throws TypeError for anything else
   */
  constructor(binding: RepositoryBinding<T>) {
    const { context, schema, inside } = soundBinding(binding, new.target.name);
    this.#context = context;
    this.#schema = schema;
    this.#inside = inside;
    this.#records = inside ?? new LedgerRecords(context);
    this.#writer = new EntityWriter(schema, this.#records, context.lifecycle);
  }

  /**
   * Builds an instance without storing it. A generated id is set if it is missing.
   *
   * @param data the properties; a generated id may be left out
   */
  create(data: CreateData<T>): T {
    return this.#schema.create(data);
  }

  /** A reference to an entity, or to the one of an id: to be stored in others, and loaded. */
  ref(target: IdOf<T> | T): Ref<T> {
    return refTo(this.#context, this.#schema, target);
  }

  /**
   * A reference to the very revision that an entity holds, whatever is saved of it later: "the order as it was signed".
   *
   * @param entity as it was loaded or saved
   * @throws NoEvidenceError, ModifiedEntityError if what it holds is no stored revision
   */
  pin(entity: T): Ref<T> {
    return pinnedRef(this.#context, this.#schema, entity);
  }

  /**
   * Loads what a reference refers to, proven: the latest revision, or the pinned one.
   *
   * @returns undefined if there is none, as {@link Repository.find}
   * @throws ImmuError PIN_MISMATCH
   */
  async load(ref: Ref<T>, options: OperationOptions = {}): Promise<Verified<T> | undefined> {
    return (await this.loadMany([ref], options))[0];
  }

  /**
   * Loads what many references refer to: those that are not pinned in one round trip, of one snapshot.
   *
   * @returns in the order of `refs`, undefined where there is none
   * @throws ImmuError PIN_MISMATCH
   */
  async loadMany(
    refs: readonly Ref<T>[],
    options: OperationOptions = {},
  ): Promise<(Verified<T> | undefined)[]> {
    const loaded = await loadRefs(this.#context, this.#records, this.#schema, refs, options);
    return loaded as (Verified<T> | undefined)[];
  }

  /**
   * Reads one entity and proves it.
   *
   * @returns undefined if the server says there is none (not provable), or its deletion or expiry is proven
   * @throws VerificationError if the answer contradicts what is trusted
   * @throws ImmuError UNREADABLE_RECORD and others
   */
  async find(id: IdOf<T>, options: ReadOptions = {}): Promise<Verified<T> | undefined> {
    return verified(await this.#records.get(this.#schema, this.#schema.keyFor(id), options));
  }

  /**
   * Reads one entity and proves it.
   *
   * @throws ImmuError NOT_FOUND if there is none
   */
  async findOrFail(id: IdOf<T>, options: ReadOptions = {}): Promise<Verified<T>> {
    const key = this.#schema.keyFor(id);
    const seen = await this.#records.get(this.#schema, key, options);
    const entity = verified(seen);
    if (entity === undefined) throw notFound(this.#schema, key, seen);
    return entity;
  }

  /**
   * Reads many entities of one snapshot and proves them.
   *
   * @returns in the order of `ids`, undefined where absent or deleted
   */
  async findMany(ids: readonly IdOf<T>[], options: ReadOptions = {}): Promise<(Verified<T> | undefined)[]> {
    const keys = ids.map((id) => this.#schema.keyFor(id));
    return (await this.#records.getAll(this.#schema, keys, options)).map(verified);
  }

  /** Whether an entity is stored and not deleted. True is proven, false is not. */
  async exists(id: IdOf<T>, options: ReadOptions = {}): Promise<boolean> {
    const seen = await this.#records.get(this.#schema, this.#schema.keyFor(id), options);
    return seen?.entity !== undefined;
  }

  /**
   * All revisions of an entity, oldest first, deletions included, each proven and chained to the one before.
   *
   * @param options `notBefore` as in `find`
   * @returns empty if the server shows none
   * @throws ChainForkError, VerificationError CHAIN_BROKEN
   */
  async history(id: IdOf<T>, options: ReadOptions = {}): Promise<Revision<T>[]> {
    return readHistory(this.#outside('history'), this.#schema, this.#schema.keyFor(id), options);
  }

  /**
   * The revisions of an entity one by one, newest first, in flat memory: one round trip each. A fork shows in
   * {@link Repository.history} only.
   *
   * @throws VerificationError CHAIN_BROKEN
   */
  revisions(id: IdOf<T>, options: OperationOptions = {}): AsyncGenerator<Revision<T>, void, undefined> {
    return historyPages(this.#outside('revisions'), this.#schema, this.#schema.keyFor(id), { ...options });
  }

  /**
   * What changed from one revision of an entity to another, property by property, both proven.
   *
   * @param from a revision's number, from 1n; 0n for before the first
   * @param to default: the latest
   * @throws ImmuError NOT_FOUND if the server shows no such revision
   */
  async diff(
    id: IdOf<T>,
    from: bigint,
    to?: bigint,
    options: OperationOptions = {},
  ): Promise<PropertyChange[]> {
    this.#outside('diff');
    const key = this.#schema.keyFor(id);
    const bounds = { ...options };
    const revision = (number: bigint) => this.#revision(key, number, bounds);
    const latest = async () => {
      const [base] = await this.#records.bases(this.#schema, [key], bounds);
      if (base === undefined) throw notFound(this.#schema, key, undefined);
      return { base };
    };
    const before = from === 0n ? undefined : await revision(from);
    return diffOf(this.#schema, before, to === undefined ? await latest() : await revision(to));
  }

  /**
   * Stores what an entity was at an earlier revision as its next one: nothing is taken back, and history shows it.
   *
   * @param revision its number, from 1n; not one that deleted it
   * @returns the entity as it is now
   * @throws ConflictError if another writer was first · ImmuError NOT_FOUND · TypeError for a deletion
   */
  async restore(id: IdOf<T>, revision: bigint, options: WriteOptions = {}): Promise<Verified<T>> {
    const context = this.#outside('restore');
    const key = this.#schema.keyFor(id);
    const given = { ...options };
    const { entity, base } = await this.#revision(key, revision, given);
    if (entity === undefined)
      throw new TypeError(`restore: revision ${String(revision)} is a deletion; delete it instead.`);
    prepareInstance(context, this.#schema, entity);
    return (await this.#writer.replace(entity, base, given)) as Verified<T>;
  }

  /**
   * This class as it was: reads only, all of them proven.
   *
   * @param when the id of a transaction, or a time by the server's clock
   * @throws TypeError for neither
   */
  at(when: bigint | Date): PastRepository<T> {
    return new PastRepository(this.#outside('at'), this.#schema, when);
  }

  /** {@inheritDoc findBy} */
  async findBy<K extends SelectKeys<T> = never>(
    where: Where<T>,
    options: FindByOptions<T, K> = {},
  ): Promise<QueryItem<T, K>[]> {
    return this.#find<K>(where, options);
  }

  /** {@inheritDoc findOneBy} */
  async findOneBy<K extends SelectKeys<T> = never>(
    where: Where<T>,
    options: FindOneByOptions<T, K> = {},
  ): Promise<QueryItem<T, K> | undefined> {
    const [first] = await this.#find<K>(where, { ...options, limit: 1 });
    return first;
  }

  /** {@inheritDoc streamBy} */
  streamBy<K extends SelectKeys<T> = never>(
    where: Where<T>,
    options: FindOneByOptions<T, K> = {},
  ): AsyncGenerator<QueryItem<T, K>, void, undefined> {
    return streamBy<T, K>(this.#sourceFor('streamBy'), where, options);
  }

  /** {@inheritDoc page} */
  async page<K extends SelectKeys<T> = never>(
    options: PageOptions<T, K> = {},
  ): Promise<Page<QueryItem<T, K>>> {
    return page<T, K>(this.#sourceFor('page'), options);
  }

  /** {@inheritDoc stream} */
  stream<K extends SelectKeys<T> = never>(
    options: StreamOptions<T, K> = {},
  ): AsyncGenerator<QueryItem<T, K>, void, undefined> {
    return stream<T, K>(this.#sourceFor('stream'), options);
  }

  /** {@inheritDoc count} */
  async count(options: CountOptions<T> = {}): Promise<number> {
    return count(this.#sourceFor('count'), options);
  }

  /**
   * Stores an entity as its next revision. A loaded one builds on the revision it was loaded at; one that was not is
   * read first, unless its id was generated for it: then it is new. Nothing is written if it still holds what was proven.
   *
   * @returns the same instance, with evidence
   * @throws ConflictError if another writer was first · UniqueViolationError
   */
  async save(entity: T, options: WriteOptions = {}): Promise<Verified<T>> {
    await this.#writer.save([entity], this.#sound(options));
    return entity as Verified<T>;
  }

  /**
   * Stores entities in one transaction, all or none, each as with {@link Repository.save}.
   *
   * @param entities {@link Repository.batchLimit} of them fit in any case, more may
   * @throws ConflictError · UniqueViolationError · ImmuError BATCH_TOO_LARGE
   */
  async saveMany(entities: readonly T[], options: WriteOptions = {}): Promise<Verified<T>[]> {
    assertBatch(this.#schema, entities.length, this.#context.client.limits);
    await this.#writer.save(entities, this.#sound(options));
    return [...entities] as Verified<T>[];
  }

  /**
   * Stores a new entity without reading first.
   *
   * @throws ConflictError if it was ever stored before, even if it was deleted since · UniqueViolationError
   */
  async insert(entity: T, options: WriteOptions = {}): Promise<Verified<T>> {
    await this.#writer.insert([entity], this.#sound(options));
    return entity as Verified<T>;
  }

  /** Stores new entities in one transaction, all or none, each as with {@link Repository.insert}. */
  async insertMany(entities: readonly T[], options: WriteOptions = {}): Promise<Verified<T>[]> {
    assertBatch(this.#schema, entities.length, this.#context.client.limits);
    await this.#writer.insert(entities, this.#sound(options));
    return [...entities] as Verified<T>[];
  }

  /**
   * Reads an entity, changes the given properties and saves it.
   *
   * @param patch properties to replace; the id cannot be changed
   * @throws ImmuError NOT_FOUND, ConflictError (not with `force`: then it is read and changed again)
   */
  async update(id: IdOf<T>, patch: UpdateData<T>, options: WriteOptions = {}): Promise<Verified<T>> {
    return (await this.#writer.update(id, patch, this.#sound(options))) as Verified<T>;
  }

  /**
   * Stores an entity if there is none of its id, and otherwise changes the one that is there: again, where another writer
   * was first.
   *
   * @param data the properties, with the id; or, with `by`, with those of a unique index
   * @returns the entity as stored, with evidence
   */
  async upsert(data: CreateData<T>, options: UpsertOptions<T> = {}): Promise<Verified<T>> {
    const { by, ...write } = this.#sound(options);
    const patch: Record<string, unknown> = { ...data };
    for (const { property } of this.#schema.idProperties) {
      if (patch[property] === undefined && by === undefined)
        throw new TypeError(`upsert needs the id: ${this.#schema.className}.${property} is not given.`);
      Reflect.deleteProperty(patch, property);
    }
    const where = by === undefined ? undefined : uniqueWhere(this.#schema, by, data);
    const find =
      where && (async () => (await this.#find<never>(where, { signal: options.signal, limit: 1 }))[0]);
    const stored = await this.#writer.upsert(
      () => this.#schema.create(data),
      patch as UpdateData<T>,
      write,
      find,
    );
    return stored as Verified<T>;
  }

  /**
   * Deletes an entity: a revision of its own that says so. Its history stays, and its deletion can be proven.
   *
   * @param target an id, or a loaded entity, which must still be the latest revision
   * @returns what proves the deletion; undefined if there was nothing to delete
   * @throws ConflictError if another writer was first
   */
  async delete(target: IdOf<T> | T, options: WriteOptions = {}): Promise<Evidence | undefined> {
    return this.#writer.delete(target, this.#sound(options));
  }

  /**
   * Reads an entity again, into the same instance: its latest revision, with new evidence.
   *
   * @throws ImmuError NOT_FOUND if it was deleted meanwhile; the instance is left as it was
   */
  async refresh(entity: T, options: ReadOptions = {}): Promise<Verified<T>> {
    const key = this.#schema.keyFor(this.#schema.idOf(entity));
    const seen = await this.#records.get(this.#schema, key, options);
    if (seen?.entity === undefined) throw notFound(this.#schema, key, seen);
    takeOver(this.#schema, entity, seen.entity);
    return entity as Verified<T>;
  }

  /**
   * What saving these entities would take, without saving them: entries and conditions of the transaction, and its bytes,
   * against what one transaction takes. No hook is called and no validator asked.
   *
   * @param options as for `saveMany`
   */
  async plan(entities: readonly T[], options: WriteOptions = {}): Promise<WriteForecast> {
    const context = this.#outside('plan');
    const pending = await this.#writer.pending(entities, options);
    return planOf(context, pending, options);
  }

  #find<K extends SelectKeys<T>>(where: Where<T>, options: FindByOptions<T, K>): Promise<QueryItem<T, K>[]> {
    const [context, schema, records] = [this.#context, this.#schema, this.#inside];
    if (records === undefined) return findBy<T, K>({ context, schema }, where, options);
    assertFindOptions(options);
    // Without a selection, which is refused, an item is the entity.
    return guardedFindBy({ context, schema, records }, where, options);
  }

  #sourceFor(method: string): QuerySource<T> {
    return { context: this.#outside(method), schema: this.#schema };
  }

  /** The ledger, for what no transaction can guard. @throws TypeError within one */
  #outside(method: string): RepositoryContext {
    if (this.#inside !== undefined) throw unguarded(method);
    return this.#context;
  }

  #sound<Options extends WriteOptions>(options: Options): Options {
    if (this.#inside !== undefined) assertWriteOptions(options);
    return options;
  }

  async #revision(
    key: Uint8Array,
    number: bigint,
    { signal, timeoutMs }: OperationOptions,
  ): Promise<StoredRevision<T>> {
    const bounds = { signal, timeoutMs };
    const revision = await revisionNumbered(this.#context, this.#schema, key, number, bounds);
    if (revision !== undefined) return revision;
    throw new ImmuError(
      'NOT_FOUND',
      `${describeRecord(this.#schema, key)} has no revision ${String(number)}, the server says.`,
      { details: { entity: this.#schema.name, key, revision: number } },
    );
  }

  /**
   * How many entities one `saveMany` or `insertMany` can take, whatever index entries they move. Their size in bytes is
   * limited as well.
   */
  batchLimit(): number {
    return batchLimitOf(this.#schema, this.#context.client.limits);
  }
}

/** What was read is proven: the records of the ledger hand out nothing else. */
function verified<T extends object>(seen: Seen<T> | undefined): Verified<T> | undefined {
  return seen?.entity as Verified<T> | undefined;
}

// One repository: typed reads and writes of one entity class. What is stored is the codec's, what is proven the client's.

import type { OperationOptions } from '../client/index.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { CreateData, IdOf, UpdateData } from '../entity/entity-types.js';
import type { Where } from '../entity/where-types.js';
import { ImmuError } from '../errors.js';
import type { RepositoryContext } from './context.js';
import { diffOf, type PropertyChange } from './diff.js';
import { describeRecord } from './entity-bytes.js';
import { EntityWriter, notFound } from './entity-writer.js';
import type { Evidence } from './evidence.js';
import { historyPages, readHistory, type Revision } from './history.js';
import { LedgerRecords } from './ledger-records.js';
import { PastRepository } from './past-repository.js';
import { count, type CountOptions } from './query/count.js';
import { findBy, type FindByOptions, findOneBy, type FindOneByOptions } from './query/find-by.js';
import { page, type Page, type PageOptions } from './query/page.js';
import type { QueryItem, SelectKeys } from './query/select.js';
import { stream, type StreamOptions } from './query/stream.js';
import { streamBy } from './query/stream-by.js';
import type { ReadOptions, Seen, WriteOptions } from './records.js';
import type { StoredRevision } from './stored-revision.js';
import { revisionNumbered } from './time/revision-numbered.js';
import { uniqueWhere, type UpsertOptions } from './upsert.js';
import { moveEvidence, type Verified } from './verified.js';
import { assertBatch, batchLimitOf, planOf, type WriteForecast } from './write/forecast.js';

/**
 * Verified reads and writes of one entity class. Every entity that is returned was proven to be committed; what cannot
 * be proven is that it is the latest, or that an absent one does not exist.
 */
export class Repository<T extends object> {
  readonly #context: RepositoryContext;
  readonly #schema: EntitySchema<T>;
  readonly #records: LedgerRecords;
  readonly #writer: EntityWriter<T>;

  /** Use `ledger.repository(Class)`. */
  constructor(context: RepositoryContext, schema: EntitySchema<T>) {
    this.#context = context;
    this.#schema = schema;
    this.#records = new LedgerRecords(context);
    this.#writer = new EntityWriter(schema, this.#records);
  }

  /**
   * Builds an instance without storing it. A generated id is set if it is missing.
   *
   * @param data the properties; a generated id may be left out
   */
  create(data: CreateData<T>): T {
    return this.#schema.create(data);
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
    return (await this.find(id, options)) !== undefined;
  }

  /**
   * All revisions of an entity, oldest first, deletions included, each proven and chained to the one before.
   *
   * @param options `notBefore` as in `find`
   * @returns empty if the server shows none
   * @throws ChainForkError, VerificationError CHAIN_BROKEN
   */
  history(id: IdOf<T>, options: ReadOptions = {}): Promise<Revision<T>[]> {
    return readHistory(this.#context, this.#schema, this.#schema.keyFor(id), options);
  }

  /**
   * The revisions of an entity one by one, newest first, in flat memory: one round trip each. A fork shows in
   * {@link Repository.history} only.
   *
   * @throws VerificationError CHAIN_BROKEN
   */
  revisions(id: IdOf<T>, options: OperationOptions = {}): AsyncGenerator<Revision<T>, void, undefined> {
    return historyPages(this.#context, this.#schema, this.#schema.keyFor(id), options);
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
    const key = this.#schema.keyFor(id);
    const revision = (number: bigint) => this.#revision(key, number, options);
    const latest = async () => {
      const seen = await this.#records.get(this.#schema, key, options);
      if (seen?.base === undefined) throw notFound(this.#schema, key, seen);
      return { base: seen.base };
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
    const key = this.#schema.keyFor(id);
    const { entity, base } = await this.#revision(key, revision, options);
    if (entity === undefined)
      throw new TypeError(`restore: revision ${String(revision)} is a deletion; delete it instead.`);
    return (await this.#writer.replace(entity, base, options)) as Verified<T>;
  }

  /**
   * This class as it was: reads only, all of them proven.
   *
   * @param when the id of a transaction, or a time by the server's clock
   * @throws TypeError for neither
   */
  at(when: bigint | Date): PastRepository<T> {
    return new PastRepository(this.#context, this.#schema, when);
  }

  /** {@inheritDoc findBy} */
  findBy<K extends SelectKeys<T> = never>(
    where: Where<T>,
    options: FindByOptions<T, K> = {},
  ): Promise<QueryItem<T, K>[]> {
    return findBy<T, K>(this.#source, where, options);
  }

  /** {@inheritDoc findOneBy} */
  findOneBy<K extends SelectKeys<T> = never>(
    where: Where<T>,
    options: FindOneByOptions<T, K> = {},
  ): Promise<QueryItem<T, K> | undefined> {
    return findOneBy<T, K>(this.#source, where, options);
  }

  /** {@inheritDoc streamBy} */
  streamBy<K extends SelectKeys<T> = never>(
    where: Where<T>,
    options: FindOneByOptions<T, K> = {},
  ): AsyncGenerator<QueryItem<T, K>, void, undefined> {
    return streamBy<T, K>(this.#source, where, options);
  }

  /** {@inheritDoc page} */
  page<K extends SelectKeys<T> = never>(options: PageOptions<T, K> = {}): Promise<Page<QueryItem<T, K>>> {
    return page<T, K>(this.#source, options);
  }

  /** {@inheritDoc stream} */
  stream<K extends SelectKeys<T> = never>(
    options: StreamOptions<T, K> = {},
  ): AsyncGenerator<QueryItem<T, K>, void, undefined> {
    return stream<T, K>(this.#source, options);
  }

  /** {@inheritDoc count} */
  count(options: CountOptions<T> = {}): Promise<number> {
    return count(this.#source, options);
  }

  /**
   * Stores an entity as its next revision. A loaded one builds on the revision it was loaded at; one that was not is
   * read first, unless its id was generated for it: then it is new. Nothing is written if it still holds what was proven.
   *
   * @returns the same instance, with evidence
   * @throws ConflictError if another writer was first · UniqueViolationError
   */
  async save(entity: T, options: WriteOptions = {}): Promise<Verified<T>> {
    await this.#writer.save([entity], options);
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
    await this.#writer.save(entities, options);
    return [...entities] as Verified<T>[];
  }

  /**
   * Stores a new entity without reading first.
   *
   * @throws ConflictError if it was ever stored before, even if it was deleted since · UniqueViolationError
   */
  async insert(entity: T, options: WriteOptions = {}): Promise<Verified<T>> {
    await this.#writer.insert([entity], options);
    return entity as Verified<T>;
  }

  /** Stores new entities in one transaction, all or none, each as with {@link Repository.insert}. */
  async insertMany(entities: readonly T[], options: WriteOptions = {}): Promise<Verified<T>[]> {
    assertBatch(this.#schema, entities.length, this.#context.client.limits);
    await this.#writer.insert(entities, options);
    return [...entities] as Verified<T>[];
  }

  /**
   * Reads an entity, changes the given properties and saves it.
   *
   * @param patch properties to replace; the id cannot be changed
   * @throws ImmuError NOT_FOUND, ConflictError (not with `force`: then it is read and changed again)
   */
  async update(id: IdOf<T>, patch: UpdateData<T>, options: WriteOptions = {}): Promise<Verified<T>> {
    return (await this.#writer.update(id, patch, options)) as Verified<T>;
  }

  /**
   * Stores an entity if there is none of its id, and otherwise changes the one that is there: again, where another writer
   * was first.
   *
   * @param data the properties, with the id; or, with `by`, with those of a unique index
   * @returns the entity as stored, with evidence
   */
  async upsert(data: CreateData<T>, options: UpsertOptions<T> = {}): Promise<Verified<T>> {
    const { by, ...write } = options;
    const patch: Record<string, unknown> = { ...data };
    for (const { property } of this.#schema.idProperties) {
      if (patch[property] === undefined && by === undefined)
        throw new TypeError(`upsert needs the id: ${this.#schema.className}.${property} is not given.`);
      Reflect.deleteProperty(patch, property);
    }
    const where = by === undefined ? undefined : uniqueWhere(this.#schema, by, data);
    const find = where && (() => findOneBy<T>(this.#source, where, { signal: options.signal }));
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
  delete(target: IdOf<T> | T, options: WriteOptions = {}): Promise<Evidence | undefined> {
    return this.#writer.delete(target, options);
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
    replaceProperties(this.#schema, entity, seen.entity);
    moveEvidence(seen.entity, entity);
    return entity as Verified<T>;
  }

  /**
   * What saving these entities would take, without saving them: entries and conditions of the transaction, and its bytes,
   * against what one transaction takes.
   *
   * @param options as for `saveMany`
   */
  async plan(entities: readonly T[], options: WriteOptions = {}): Promise<WriteForecast> {
    const pending = await this.#writer.pending(entities, options);
    return planOf(this.#context, pending, options);
  }

  get #source() {
    return { context: this.#context, schema: this.#schema };
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

/** Makes an instance hold what another holds, absent properties included. */
function replaceProperties<T extends object>(schema: EntitySchema<T>, entity: T, current: T): void {
  for (const { property } of schema.properties) {
    if (Object.hasOwn(current, property)) Reflect.set(entity, property, Reflect.get(current, property));
    else Reflect.deleteProperty(entity, property);
  }
}

// One repository within a transaction: reads are proven and guarded, writes are kept back until the end of it.

import type { EntitySchema } from '../../entity/entity-schema.js';
import type { CreateData, IdOf, UpdateData } from '../../entity/entity-types.js';
import type { Where } from '../../entity/where-types.js';
import type { RepositoryContext } from '../context.js';
import { EntityWriter, notFound } from '../entity-writer.js';
import type { ReadOptions, WriteOptions } from '../records.js';
import { guardedFindBy, type TransactionFindOptions } from './guarded-find.js';
import type { TransactionRecords } from './transaction-records.js';

/** How to write within a transaction. */
export type TransactionWriteOptions = Pick<WriteOptions, 'expiresAt'>;

/**
 * Reads and writes of one entity class within a transaction. What is read has been proven; what is written gets its
 * evidence when the transaction has committed.
 */
export class TransactionRepository<T extends object> {
  readonly #context: RepositoryContext;
  readonly #records: TransactionRecords;
  readonly #schema: EntitySchema<T>;
  readonly #writer: EntityWriter<T>;

  /** Use `tx.repository(Class)`. */
  constructor(context: RepositoryContext, records: TransactionRecords, schema: EntitySchema<T>) {
    this.#context = context;
    this.#records = records;
    this.#schema = schema;
    this.#writer = new EntityWriter(schema, records, context.lifecycle);
  }

  /** Builds an instance without storing it. A generated id is set if it is missing. */
  create(data: CreateData<T>): T {
    return this.#schema.create(data);
  }

  /** Reads one entity. It, or that there is none, must still hold when the transaction commits. */
  async find(id: IdOf<T>, options: ReadOptions = {}): Promise<T | undefined> {
    return (await this.#records.get(this.#schema, this.#schema.keyFor(id), options))?.entity;
  }

  /** Reads one entity. @throws ImmuError NOT_FOUND if there is none */
  async findOrFail(id: IdOf<T>, options: ReadOptions = {}): Promise<T> {
    const key = this.#schema.keyFor(id);
    const seen = await this.#records.get(this.#schema, key, options);
    if (seen?.entity === undefined) throw notFound(this.#schema, key, seen);
    return seen.entity;
  }

  /** Reads many, in the order of `ids`, undefined where absent or deleted. */
  async findMany(ids: readonly IdOf<T>[], options: ReadOptions = {}): Promise<(T | undefined)[]> {
    const keys = ids.map((id) => this.#schema.keyFor(id));
    return (await this.#records.getAll(this.#schema, keys, options)).map((seen) => seen?.entity);
  }

  /** Whether an entity is stored and not deleted. It must still be so when the transaction commits. */
  async exists(id: IdOf<T>, options: ReadOptions = {}): Promise<boolean> {
    return (await this.find(id, options)) !== undefined;
  }

  /**
   * Finds entities by an index, as `repository.findBy`. What is found must still be as it is when the transaction commits;
   * what may come to match meanwhile is not noticed.
   *
   * @throws TypeError after this transaction has written entities of this class: what it keeps back no index knows yet
   */
  async findBy(where: Where<T>, options: TransactionFindOptions = {}): Promise<T[]> {
    const source = { context: this.#context, records: this.#records, schema: this.#schema };
    return guardedFindBy(source, where, options);
  }

  /** The first of {@link TransactionRepository.findBy}. */
  async findOneBy(
    where: Where<T>,
    options: Omit<TransactionFindOptions, 'limit'> = {},
  ): Promise<T | undefined> {
    const [first] = await this.findBy(where, { ...options, limit: 1 });
    return first;
  }

  /** Stores an entity as its next revision, when the transaction commits. @returns the same instance */
  async save(entity: T, options: TransactionWriteOptions = {}): Promise<T> {
    await this.#writer.save([entity], options);
    return entity;
  }

  /** Stores entities, each as with {@link TransactionRepository.save}. */
  async saveMany(entities: readonly T[], options: TransactionWriteOptions = {}): Promise<T[]> {
    await this.#writer.save(entities, options);
    return [...entities];
  }

  /** Stores a new entity, when the transaction commits, if it was never stored before. */
  async insert(entity: T, options: TransactionWriteOptions = {}): Promise<T> {
    await this.#writer.insert([entity], options);
    return entity;
  }

  /** Stores new entities, each as with {@link TransactionRepository.insert}. */
  async insertMany(entities: readonly T[], options: TransactionWriteOptions = {}): Promise<T[]> {
    await this.#writer.insert(entities, options);
    return [...entities];
  }

  /** Reads an entity, changes the given properties and saves it. @throws ImmuError NOT_FOUND */
  update(id: IdOf<T>, patch: UpdateData<T>, options: TransactionWriteOptions = {}): Promise<T> {
    return this.#writer.update(id, patch, options);
  }

  /** Deletes an entity, when the transaction commits. @returns whether there is one to delete */
  async delete(target: IdOf<T> | T): Promise<boolean> {
    const isThere = (await this.#seenOf(target)) !== undefined;
    await this.#writer.delete(target, {});
    return isThere;
  }

  async #seenOf(target: IdOf<T> | T): Promise<T | undefined> {
    const id = target instanceof this.#schema.entityClass ? this.#schema.idOf(target) : (target as IdOf<T>);
    return this.find(id);
  }
}

// One entity class as it was at a transaction, or at a time: the same reads, and no writes.

import type { OperationOptions } from '../client/index.js';
import { taken } from '../client/taken.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { IdOf } from '../entity/entity-types.js';
import type { Where } from '../entity/where-types.js';
import { ImmuError } from '../errors.js';
import type { RepositoryContext } from './context.js';
import { describeRecord } from './entity-bytes.js';
import { count, type CountOptions } from './query/count.js';
import type { FindByOptions, FindOneByOptions } from './query/find-by.js';
import { page, type Page, type PageOptions } from './query/page.js';
import type { QueryItem, SelectKeys } from './query/select.js';
import type { PastView } from './query/source.js';
import { stream, type StreamOptions } from './query/stream.js';
import { seen } from './records.js';
import type { StoredRevision } from './stored-revision.js';
import type { Moment } from './time/moment.js';
import { revisionAt, revisionsAt } from './time/revision-at.js';
import type { Verified } from './verified.js';

/**
 * Verified reads of one entity class as of a transaction. What an entity was is proven by the revision that follows it, or,
 * where the server shows none, as far as a find proves it. Entities that expire are judged by that time.
 */
export class PastRepository<T extends object> {
  readonly #context: RepositoryContext;
  readonly #schema: EntitySchema<T>;
  readonly #when: bigint | Date;
  #moment: Promise<Moment> | undefined;

  /** Use `repository.at`. @throws TypeError unless it is a transaction's id or a time */
  constructor(context: RepositoryContext, schema: EntitySchema<T>, when: bigint | Date) {
    const isTime = when instanceof Date && !Number.isNaN(when.getTime());
    if (!isTime && !(typeof when === 'bigint' && when >= 0n))
      throw new TypeError('at: takes the id of a transaction, a bigint of at least 0n, or a valid Date');
    this.#context = context;
    this.#schema = schema;
    this.#when = when instanceof Date ? new Date(when) : when;
  }

  /**
   * Which transaction is meant: for a time the last one at it, by the server's clock, with that one and the next as evidence.
   * Found by the first read, and kept.
   *
   * @throws ImmuError TX_NOT_FOUND for a transaction that is not there
   */
  async moment(options: OperationOptions = {}): Promise<Moment> {
    this.#moment ??= this.#locate({ ...options });
    try {
      return await this.#moment;
    } catch (error) {
      this.#moment = undefined;
      throw error;
    }
  }

  /** Reads one entity as it was. @returns undefined if there was none, it was deleted or had expired */
  async find(id: IdOf<T>, options: OperationOptions = {}): Promise<Verified<T> | undefined> {
    const [key, bounds] = [this.#schema.keyFor(id), { ...options }];
    const { asOf, now } = await this.#view(bounds);
    return this.#handOut(await revisionAt(this.#context, this.#schema, key, asOf, bounds), now);
  }

  /** Reads one entity as it was. @throws ImmuError NOT_FOUND if there was none */
  async findOrFail(id: IdOf<T>, options: OperationOptions = {}): Promise<Verified<T>> {
    const [key, bounds] = [this.#schema.keyFor(id), { ...options }];
    const entity = await this.find(id, bounds);
    if (entity !== undefined) return entity;
    const { asOf } = await this.#view(bounds);
    throw new ImmuError(
      'NOT_FOUND',
      `There was no ${describeRecord(this.#schema, key)} as of transaction ${String(asOf)}.`,
      { details: { entity: this.#schema.name, key, txId: asOf } },
    );
  }

  /** Reads many as they were, in the order of `ids`. */
  async findMany(
    ids: readonly IdOf<T>[],
    options: OperationOptions = {},
  ): Promise<(Verified<T> | undefined)[]> {
    const [keys, bounds] = [ids.map((id) => this.#schema.keyFor(id)), { ...options }];
    const { asOf, now } = await this.#view(bounds);
    const found = await revisionsAt(this.#context, this.#schema, keys, asOf, bounds);
    return found.map((revision) => this.#handOut(revision, now));
  }

  /** Whether there was one. */
  async exists(id: IdOf<T>, options: OperationOptions = {}): Promise<boolean> {
    return (await this.find(id, options)) !== undefined;
  }

  /** As `repository.findBy`, of what was. An index only knows what is: all records are read, however few are found. */
  async findBy<K extends SelectKeys<T> = never>(
    where: Where<T>,
    options: FindByOptions<T, K> = {},
  ): Promise<QueryItem<T, K>[]> {
    const [asked, given] = [taken(where), taken(options)];
    const view = await this.#view(given);
    const { findByAt } = await import('./query/find-by-at.js');
    return findByAt<T, K>(this.#source, asked, given, view);
  }

  /** The first of {@link PastRepository.findBy}. */
  async findOneBy<K extends SelectKeys<T> = never>(
    where: Where<T>,
    options: FindOneByOptions<T, K> = {},
  ): Promise<QueryItem<T, K> | undefined> {
    const [first] = await this.findBy<K>(where, { ...options, limit: 1 });
    return first;
  }

  /** A page by id, as `repository.page` gives it. */
  async page<K extends SelectKeys<T> = never>(
    options: PageOptions<T, K> = {},
  ): Promise<Page<QueryItem<T, K>>> {
    const asked = taken(options);
    return page<T, K>(this.#source, asked, await this.#view(asked));
  }

  /** All there were, one after another by id, in flat memory. */
  stream<K extends SelectKeys<T> = never>(
    options: StreamOptions<T, K> = {},
  ): AsyncGenerator<QueryItem<T, K>, void, undefined> {
    return this.#stream<K>(taken(options));
  }

  /** How many are proven to have been there: a lower bound, as slow as reading them. */
  async count(options: CountOptions<T> = {}): Promise<number> {
    const asked = taken(options);
    return count(this.#source, asked, await this.#view(asked));
  }

  async *#stream<K extends SelectKeys<T>>(
    options: StreamOptions<T, K>,
  ): AsyncGenerator<QueryItem<T, K>, void, undefined> {
    yield* stream<T, K>(this.#source, options, await this.#view(options));
  }

  async #locate(options: OperationOptions): Promise<Moment> {
    const when = this.#when;
    const { client } = this.#context;
    const { momentOfTx, txAt } = await import('./time/moment.js');
    return when instanceof Date ? txAt(client, when, options) : momentOfTx(client, when, options);
  }

  get #source() {
    return { context: this.#context, schema: this.#schema };
  }

  async #view({ signal, timeoutMs }: OperationOptions): Promise<PastView> {
    const { txId, at } = await this.moment({ signal, timeoutMs });
    return { asOf: txId, now: at.getTime() };
  }

  #handOut(revision: StoredRevision<T> | undefined, now: number): Verified<T> | undefined {
    return revision && (seen(this.#context, this.#schema, revision, now).entity as Verified<T> | undefined);
  }
}

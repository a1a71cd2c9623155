// One repository: typed reads and writes of one entity class. What is stored is the codec's, what is proven the client's.

import type { OperationOptions, VerifiedEntry } from '../client/index.js';
import { toMapKey } from '../bytes.js';
import { ImmuError } from '../errors.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { CreateData, IdOf, UpdateData } from '../entity/entity-types.js';
import { commit, type PendingWrite } from './commit.js';
import type { RepositoryContext } from './context.js';
import { readHistory, type Revision } from './history.js';
import { decodeRevision, type RecordBase, type StoredRevision } from './stored-revision.js';
import { describeRecord } from './entity-bytes.js';
import type { Evidence } from './evidence.js';
import { isUnchanged, track, trackedOf, type Verified } from './verified.js';

/**
 * Verified reads and writes of one entity class. Every entity that is returned was proven to be committed; what cannot
 * be proven is that it is the latest, or that an absent one does not exist.
 */
export class Repository<T extends object> {
  readonly #context: RepositoryContext;
  readonly #schema: EntitySchema<T>;

  /** Use `ledger.repository(Class)`. */
  constructor(context: RepositoryContext, schema: EntitySchema<T>) {
    this.#context = context;
    this.#schema = schema;
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
   * @returns undefined if the server says there is none (not provable), or its deletion is proven
   * @throws VerificationError if the answer contradicts what is trusted
   * @throws ImmuError UNREADABLE_RECORD and others
   */
  async find(id: IdOf<T>, options: OperationOptions = {}): Promise<Verified<T> | undefined> {
    const stored = await this.#read(this.#schema.keyFor(id), options);
    return stored === undefined ? undefined : this.#release(stored);
  }

  /**
   * Reads one entity and proves it.
   *
   * @throws ImmuError NOT_FOUND if there is none
   */
  async findOrFail(id: IdOf<T>, options: OperationOptions = {}): Promise<Verified<T>> {
    const key = this.#schema.keyFor(id);
    const stored = await this.#read(key, options);
    const entity = stored === undefined ? undefined : this.#release(stored);
    if (entity === undefined) throw this.#notFound(key, stored);
    return entity;
  }

  /**
   * Reads many entities of one snapshot and proves them.
   *
   * @returns in the order of `ids`, undefined where absent or deleted
   */
  async findMany(
    ids: readonly IdOf<T>[],
    options: OperationOptions = {},
  ): Promise<(Verified<T> | undefined)[]> {
    const keys = ids.map((id) => this.#schema.keyFor(id));
    const entries = await this.#context.client.verifiedGetAll(keys, options);
    return entries.map((entry) => (entry === undefined ? undefined : this.#release(this.#decode(entry))));
  }

  /** Whether an entity is stored and not deleted. True is proven, false is not. */
  async exists(id: IdOf<T>, options: OperationOptions = {}): Promise<boolean> {
    const stored = await this.#read(this.#schema.keyFor(id), options);
    return stored?.entity !== undefined;
  }

  /**
   * All revisions of an entity, oldest first, deletions included, each proven and chained to the one before.
   *
   * @returns empty if the server shows none
   * @throws ChainForkError, VerificationError CHAIN_BROKEN
   */
  history(id: IdOf<T>, options: OperationOptions = {}): Promise<Revision<T>[]> {
    return readHistory(this.#context, this.#schema, this.#schema.keyFor(id), options);
  }

  /**
   * Stores an entity as its next revision. A loaded one builds on the revision it was loaded at; one that was not is
   * read first, unless its id was generated for it: then it is new. Nothing is written if it still holds what was proven.
   *
   * @returns the same instance, with evidence
   * @throws ConflictError if another writer was first
   */
  async save(entity: T, options: OperationOptions = {}): Promise<Verified<T>> {
    const [saved] = await this.saveMany([entity], options);
    return saved ?? (entity as Verified<T>);
  }

  /**
   * Stores entities in one transaction, all or none, each as with {@link Repository.save}.
   *
   * @param entities at most {@link Repository.batchLimit}
   * @throws ConflictError, ImmuError BATCH_TOO_LARGE
   */
  async saveMany(entities: readonly T[], options: OperationOptions = {}): Promise<Verified<T>[]> {
    this.#assertBatch(entities.length);
    const keyed = this.#keyed(entities);
    const bases = await this.#bases(keyed, options);
    const writes = keyed.flatMap(({ entity, key }, index): PendingWrite[] => {
      const known = trackedOf(entity);
      if (known !== undefined && isUnchanged(entity, known)) return [];
      return [{ schema: this.#schema, key, entity, base: bases[index] }];
    });
    if (writes.length > 0) await commit(this.#context, writes, options);
    return [...entities] as Verified<T>[];
  }

  /**
   * Stores a new entity without reading first.
   *
   * @throws ConflictError if it was ever stored before, even if it was deleted since
   */
  async insert(entity: T, options: OperationOptions = {}): Promise<Verified<T>> {
    const [inserted] = await this.insertMany([entity], options);
    return inserted ?? (entity as Verified<T>);
  }

  /** Stores new entities in one transaction, all or none, each as with {@link Repository.insert}. */
  async insertMany(entities: readonly T[], options: OperationOptions = {}): Promise<Verified<T>[]> {
    this.#assertBatch(entities.length);
    const keyed = this.#keyed(entities);
    const writes = keyed.map(({ entity, key }) => ({ schema: this.#schema, key, entity, base: undefined }));
    if (writes.length > 0) await commit(this.#context, writes, options);
    return [...entities] as Verified<T>[];
  }

  /**
   * Reads an entity, changes the given properties and saves it.
   *
   * @param patch properties to replace; the id cannot be changed
   * @throws ImmuError NOT_FOUND, ConflictError
   */
  async update(id: IdOf<T>, patch: UpdateData<T>, options: OperationOptions = {}): Promise<Verified<T>> {
    const entity = await this.findOrFail(id, options);
    this.#schema.assign(entity, patch);
    return this.save(entity, options);
  }

  /**
   * Deletes an entity: a revision of its own that says so. Its history stays, and its deletion can be proven.
   *
   * @param target an id, or a loaded entity, which must still be the latest revision
   * @returns what proves the deletion; undefined if there was nothing to delete
   * @throws ConflictError if another writer was first
   */
  async delete(target: IdOf<T> | T, options: OperationOptions = {}): Promise<Evidence | undefined> {
    const isEntity = target instanceof this.#schema.entityClass;
    const key = this.#schema.keyFor(isEntity ? this.#schema.idOf(target) : (target as IdOf<T>));
    const known = isEntity ? trackedOf(target) : undefined;
    const base = known?.base ?? (await this.#read(key, options))?.base;
    if (base === undefined || base.tombstone) return undefined;
    const [deleted] = await commit(
      this.#context,
      [{ schema: this.#schema, key, entity: undefined, base }],
      options,
    );
    return deleted?.evidence;
  }

  /**
   * Reads an entity again, into the same instance: its latest revision, with new evidence.
   *
   * @throws ImmuError NOT_FOUND if it was deleted meanwhile; the instance is left as it was
   */
  async refresh(entity: T, options: OperationOptions = {}): Promise<Verified<T>> {
    const key = this.#schema.keyFor(this.#schema.idOf(entity));
    const stored = await this.#read(key, options);
    if (stored?.entity === undefined) throw this.#notFound(key, stored);
    replaceProperties(this.#schema, entity, stored.entity);
    track(entity, { schema: this.#schema, evidence: stored.evidence, base: stored.base });
    return entity as Verified<T>;
  }

  /** How many entities one `saveMany` or `insertMany` can take. Their size in bytes is limited as well. */
  batchLimit(): number {
    const { maxEntriesPerTx, maxPreconditions } = this.#context.client.limits;
    return Math.min(maxEntriesPerTx, maxPreconditions);
  }

  async #read(key: Uint8Array, options: OperationOptions): Promise<StoredRevision<T> | undefined> {
    const entry = await this.#context.client.verifiedGet(key, options);
    return entry === undefined ? undefined : this.#decode(entry);
  }

  #decode(entry: VerifiedEntry): StoredRevision<T> {
    return decodeRevision(this.#schema, entry);
  }

  #release({ entity, evidence, base }: StoredRevision<T>): Verified<T> | undefined {
    if (entity === undefined) return undefined;
    track(entity, { schema: this.#schema, evidence, base });
    return entity as Verified<T>;
  }

  /** Entities with their keys; a key may occur once. */
  #keyed(entities: readonly T[]): { readonly entity: T; readonly key: Uint8Array }[] {
    const seen = new Set<string>();
    return entities.map((entity) => {
      const key = this.#schema.keyFor(this.#schema.ensureId(entity));
      const before = trackedOf(entity)?.evidence.key;
      if (before !== undefined && toMapKey(before) !== toMapKey(key)) throw this.#movedId(before, key);
      if (seen.has(toMapKey(key))) throw this.#twice(key);
      seen.add(toMapKey(key));
      return { entity, key };
    });
  }

  /** What each write builds on: known for loaded entities, nothing for new ones, read in one round trip for the others. */
  async #bases(
    keyed: readonly { readonly entity: T; readonly key: Uint8Array }[],
    options: OperationOptions,
  ): Promise<(RecordBase | undefined)[]> {
    const isUnknown = keyed.map(
      ({ entity }) => trackedOf(entity) === undefined && !this.#schema.takeNew(entity),
    );
    const unknown = keyed.filter((_, index) => isUnknown[index]).map(({ key }) => key);
    const [single] = unknown;
    const read =
      unknown.length === 1 && single !== undefined
        ? [await this.#context.client.verifiedGet(single, options)]
        : await this.#context.client.verifiedGetAll(unknown, options);
    const found = read.values();
    return keyed.map(({ entity }, index) => {
      if (isUnknown[index] !== true) return trackedOf(entity)?.base;
      const entry = found.next().value;
      return entry === undefined ? undefined : this.#decode(entry).base;
    });
  }

  #describe(key: Uint8Array): string {
    return describeRecord(this.#schema, key);
  }

  #assertBatch(count: number): void {
    const limit = this.batchLimit();
    if (count <= limit) return;
    throw new ImmuError(
      'BATCH_TOO_LARGE',
      `${count} ${this.#schema.className} entities do not fit one transaction, which takes ${limit}. Nothing is split silently: save ` +
        'them in batches of batchLimit(), each of which is a transaction of its own.',
      { details: { entity: this.#schema.name, count, limit } },
    );
  }

  #notFound(key: Uint8Array, stored: StoredRevision<T> | undefined): ImmuError {
    const deleted = stored?.record.tombstone === true;
    return new ImmuError(
      'NOT_FOUND',
      `There is no ${this.#describe(key)}${
        deleted ? `: it was deleted in transaction ${String(stored.evidence.txId)}.` : ', the server says.'
      }`,
      { details: { entity: this.#schema.name, key, deleted } },
    );
  }

  #movedId(before: Uint8Array, now: Uint8Array): TypeError {
    return new TypeError(
      `The id of ${this.#describe(before)} was changed to that of ${this.#describe(now)} after it was ` +
        'loaded. An id names a history: create a new entity instead, and delete the old one.',
    );
  }

  #twice(key: Uint8Array): ImmuError {
    return new ImmuError(
      'DUPLICATE_KEY',
      `${this.#describe(key)} occurs twice in one call. Keep one of the two.`,
      { details: { entity: this.#schema.name, key } },
    );
  }
}

/** Makes an instance hold what another holds, absent properties included. */
function replaceProperties<T extends object>(schema: EntitySchema<T>, entity: T, current: T): void {
  for (const { property } of schema.properties) {
    if (Object.hasOwn(current, property)) Reflect.set(entity, property, Reflect.get(current, property));
    else Reflect.deleteProperty(entity, property);
  }
}

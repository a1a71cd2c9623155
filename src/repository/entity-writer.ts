// Writing entities of one class: which revision each builds on, and what is done when another writer was first.

import { setTimeout as delay } from 'node:timers/promises';
import { toMapKey } from '../bytes.js';
import { parseKey } from '../codec/record-key.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { IdOf, UpdateData } from '../entity/entity-types.js';
import { ConflictError, ImmuError, UniqueViolationError } from '../errors.js';
import { describeRecord } from './entity-bytes.js';
import type { Evidence } from './evidence.js';
import type { Lifecycle } from './lifecycle.js';
import type { Records, Seen, WriteOptions } from './records.js';
import type { RecordBase } from './stored-revision.js';
import { trackedOf } from './verified.js';
import { expiring, type PendingWrite } from './write/prepared-write.js';

/** How often a write over whatever is there is made anew because another writer was first. */
const OVERWRITE_ATTEMPTS = 20;
const LONGEST_PAUSE_MS = 50;

/** An entity and where it is stored. */
interface Keyed<T> {
  readonly entity: T;
  readonly key: Uint8Array;
  /** What its validators were asked about, if they were. */
  readonly asked?: Uint8Array | undefined;
}

/** Writes entities of one class, to the ledger or within a transaction. */
export class EntityWriter<T extends object> {
  readonly #schema: EntitySchema<T>;
  readonly #records: Records;
  readonly #lifecycle: Lifecycle;

  /**
   * @param schema the class
   * @param records where they are written
   * @param lifecycle what is run before
   */
  constructor(schema: EntitySchema<T>, records: Records, lifecycle: Lifecycle) {
    this.#schema = schema;
    this.#records = records;
    this.#lifecycle = lifecycle;
  }

  /** Stores entities, each as its next revision. @returns the evidence of each, as far as it is committed */
  async save(entities: readonly T[], options: WriteOptions): Promise<(Evidence | undefined)[]> {
    const { force = false, ...commit } = options;
    const ready = this.#ready(this.#keyed(entities));
    const keyed = ready instanceof Promise ? await ready : ready;
    if (!force) return this.#write(keyed, await this.#bases(keyed, options), commit);
    const all = keyed.map(() => true);
    return this.#untilFirst(async () => this.#write(keyed, await this.#basesOf(keyed, all, options), commit));
  }

  /** Stores new entities without reading first. */
  async insert(entities: readonly T[], options: WriteOptions): Promise<(Evidence | undefined)[]> {
    const { force, ...commit } = options;
    if (force === true)
      throw new TypeError('insert takes no force: it stores what was never stored. Use save or upsert.');
    const ready = this.#ready(this.#keyed(entities));
    const keyed = ready instanceof Promise ? await ready : ready;
    const writes = keyed.map((one): PendingWrite => ({
      ...one,
      schema: this.#schema,
      base: undefined,
      isNew: true,
    }));
    return this.#records.write(writes, this.#expiring(commit));
  }

  /** Reads an entity, changes it and saves it, again where `force` is given and another writer was first. */
  async update(id: IdOf<T>, patch: UpdateData<T>, options: WriteOptions): Promise<T> {
    const { force = false, ...commit } = options;
    const key = this.#schema.keyFor(id);
    const once = async () => {
      const seen = await this.#records.get(this.#schema, key, options);
      if (seen?.entity === undefined) throw notFound(this.#schema, key, seen);
      const { entity, base } = seen;
      const putBack = valuesBefore(entity, patch);
      try {
        this.#schema.assign(entity, patch);
        await this.#write(await this.#ready([{ entity, key }]), [base], commit);
      } catch (error) {
        // A transaction finds what it keeps back as this very instance: what was refused must not be found in it.
        putBack();
        throw error;
      }
      return entity;
    };
    return force ? this.#untilFirst(once) : once();
  }

  /**
   * Stores a new entity where there is none, and otherwise changes the one that is there.
   *
   * @param make builds the new one
   * @param patch all properties but the id
   * @param find looks for the one that may be there. Default: by the id of the new one
   * @returns the instance that was stored
   */
  async upsert(
    make: () => T,
    patch: UpdateData<T>,
    options: Omit<WriteOptions, 'force'>,
    find?: () => Promise<T | undefined>,
  ): Promise<T> {
    return this.#untilFirst(
      async () => {
        const entity = make();
        const key = this.#keyOfNew(entity);
        const other = await find?.();
        if (other !== undefined) {
          this.#schema.assign(other, patch);
          await this.save([other], options);
          return other;
        }
        const seen = await this.#records.get(this.#schema, key, options);
        if (seen?.entity !== undefined) this.#schema.assign(seen.entity, patch);
        const chosen = seen?.entity ?? entity;
        await this.#write(await this.#ready([{ entity: chosen, key }]), [seen?.base], options);
        return chosen;
      },
      // Somebody else may just have stored the one that was not found.
      (error) =>
        error instanceof ConflictError || (find !== undefined && error instanceof UniqueViolationError),
    );
  }

  /**
   * Stores an entity as the next revision of what is there, whatever it is.
   *
   * @param source the revision the entity was decoded from: what it holds undeclared is stored too
   */
  async replace(entity: T, source: RecordBase, { force = false, ...commit }: WriteOptions): Promise<T> {
    const key = this.#schema.keyFor(this.#schema.idOf(entity));
    const keyed = await this.#ready([{ entity, key }], false);
    const once = async () => {
      const [current] = await this.#records.bases(this.#schema, [key], commit);
      const base = current && { ...current, undeclared: source.undeclared };
      await this.#write(keyed, [base], commit);
      return entity;
    };
    return force ? this.#untilFirst(once) : once();
  }

  /** Deletes an entity. @returns what proves it; undefined if there was nothing to delete, or it is not committed yet */
  async delete(target: IdOf<T> | T, options: WriteOptions): Promise<Evidence | undefined> {
    const { force = false, ...commit } = options;
    const isEntity = target instanceof this.#schema.entityClass;
    const key = this.#schema.keyFor(isEntity ? this.#schema.idOf(target) : (target as IdOf<T>));
    if (isEntity) this.#assertOwn(target, key);
    const known = isEntity && !force ? trackedOf(target)?.base : undefined;
    const once = async () => {
      const base = known ?? (await this.#records.bases(this.#schema, [key], options))[0];
      const [evidence] = await this.#records.write(
        [{ schema: this.#schema, key, entity: undefined, base }],
        commit,
      );
      return evidence;
    };
    return force ? this.#untilFirst(once) : once();
  }

  /** What saving these entities would write. Reads what it must know, writes nothing. */
  async pending(entities: readonly T[], options: WriteOptions): Promise<PendingWrite[]> {
    const keyed = this.#keyed(entities);
    const { force = false } = options;
    // A new entity stays known to be new: nothing is stored yet.
    const isUnknown = keyed.map(({ entity }) => force || trackedOf(entity) === undefined);
    const { expiresAt } = this.#expiring(options);
    const pending = this.#pending(keyed, await this.#basesOf(keyed, isUnknown, options));
    return pending.map((write) => expiring(write, expiresAt));
  }

  /** Runs what is to be run before a write. @returns at once if that is nothing */
  #ready(keyed: readonly Keyed<T>[], isNew?: boolean): readonly Keyed<T>[] | Promise<readonly Keyed<T>[]> {
    const entities = keyed.map(({ entity }) => entity);
    const running = this.#lifecycle.beforeWrite(this.#schema, entities, isNew);
    if (running === undefined) return keyed;
    return running.then((asked) => keyed.map((one, index) => ({ ...one, asked: asked?.[index] })));
  }

  #write(
    keyed: readonly Keyed<T>[],
    bases: readonly (RecordBase | undefined)[],
    options: Omit<WriteOptions, 'force'>,
  ): Promise<(Evidence | undefined)[]> {
    return this.#records.write(this.#pending(keyed, bases), this.#expiring(options));
  }

  /** Until when what is saved counts, where only the class says so. */
  #expiring<Options extends Pick<WriteOptions, 'expiresAt'>>(options: Options): Options {
    const { expiresAfterMs } = this.#schema.settings;
    if (expiresAfterMs === undefined || options.expiresAt !== undefined) return options;
    return { ...options, expiresAt: new Date(Date.now() + expiresAfterMs) };
  }

  #untilFirst<Result>(attempt: () => Promise<Result>, mayPass = isConflict): Promise<Result> {
    return this.#records.mayTryAgain ? untilFirst(attempt, mayPass) : attempt();
  }

  #keyOfNew(entity: T): Uint8Array {
    const id = this.#schema.ensureId(entity);
    if (trackedOf(entity) === undefined) this.#schema.applyDefaults(entity);
    return this.#schema.keyFor(id);
  }

  #pending(keyed: readonly Keyed<T>[], bases: readonly (RecordBase | undefined)[]): PendingWrite[] {
    const now = Date.now();
    return keyed.map((one, index) => {
      const { entity } = one;
      const base = bases[index];
      // Where what is there has expired, an entity that was not loaded from it begins a new life.
      const isAnew = trackedOf(entity) === undefined && isExpired(base, now);
      return { ...one, schema: this.#schema, base, ...(isAnew ? { expiresAt: null } : {}) };
    });
  }

  /** Entities with their keys; a key may occur once. */
  #keyed(entities: readonly T[]): Keyed<T>[] {
    const seen = new Set<string>();
    return entities.map((entity) => {
      const key = this.#keyOfNew(entity);
      this.#assertOwn(entity, key);
      if (seen.has(toMapKey(key))) throw twice(this.#schema, key);
      seen.add(toMapKey(key));
      return { entity, key };
    });
  }

  /** What a loaded entity builds on is a revision of this very record, and of no other with the same id elsewhere. */
  #assertOwn(entity: T, key: Uint8Array): void {
    const known = trackedOf(entity)?.evidence;
    if (known === undefined) return;
    const { database } = this.#records;
    if (known.database !== database) throw foreign(this.#schema, key, `database ${known.database}`, database);
    if (toMapKey(known.key) === toMapKey(key)) return;
    const { namespace } = parseKey(known.key);
    if (namespace !== this.#schema.keys.namespace)
      throw foreign(this.#schema, key, `namespace "${namespace}"`, `"${this.#schema.keys.namespace}"`);
    throw movedId(this.#schema, known.key, key);
  }

  /** What each write builds on: known for loaded entities, nothing for new ones, read for the others. */
  #bases(keyed: readonly Keyed<T>[], options: WriteOptions): Promise<(RecordBase | undefined)[]> {
    const isUnknown = keyed.map(
      ({ entity }) => trackedOf(entity) === undefined && !this.#schema.takeNew(entity),
    );
    return this.#basesOf(keyed, isUnknown, options);
  }

  /** In one round trip for all that is unknown. */
  async #basesOf(
    keyed: readonly Keyed<T>[],
    isUnknown: readonly boolean[],
    options: WriteOptions,
  ): Promise<(RecordBase | undefined)[]> {
    const unknown = keyed.filter((_, index) => isUnknown[index]).map(({ key }) => key);
    const read = unknown.length === 0 ? [] : await this.#records.bases(this.#schema, unknown, options);
    const found = read.values();
    return keyed.map(({ entity }, index) =>
      isUnknown[index] === true ? found.next().value : trackedOf(entity)?.base,
    );
  }
}

/** Makes an attempt until no other writer is first. @param mayPass whether an error may be gone at the next */
async function untilFirst<Result>(
  attempt: () => Promise<Result>,
  mayPass: (error: unknown) => boolean,
): Promise<Result> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (!mayPass(error) || attempts === OVERWRITE_ATTEMPTS) throw error;
      await delay(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** attempts));
    }
  }
}

/** @returns what gives the patched properties back the values they have now */
function valuesBefore(entity: object, patch: object): () => void {
  // A patch that is none is for `assign` to refuse.
  const before = Object.keys(Object(patch) as object).map((property) => ({
    property,
    isThere: property in entity,
    value: Reflect.get(entity, property) as unknown,
  }));
  return () => {
    for (const { property, isThere, value } of before) {
      if (isThere) Reflect.set(entity, property, value);
      else Reflect.deleteProperty(entity, property);
    }
  };
}

function isConflict(error: unknown): boolean {
  return error instanceof ConflictError;
}

/** The error for an entity that is not there, or not any more. */
export function notFound<T extends object>(
  schema: EntitySchema<T>,
  key: Uint8Array,
  seen: Seen<T> | undefined,
): ImmuError {
  const { base } = seen ?? {};
  const deleted = base?.tombstone === true;
  const story =
    base === undefined
      ? ', the server says.'
      : deleted
        ? `: it was deleted in transaction ${String(base.txId)}.`
        : `: it has expired, as transaction ${String(base.txId)} says.`;
  return new ImmuError('NOT_FOUND', `There is no ${describeRecord(schema, key)}${story}`, {
    details: { entity: schema.name, key, deleted },
  });
}

function isExpired(base: RecordBase | undefined, now: number): boolean {
  const expiresAt = base?.facts.expiresAt;
  return expiresAt !== undefined && expiresAt <= now;
}

function foreign<T extends object>(
  schema: EntitySchema<T>,
  key: Uint8Array,
  from: string,
  to: string,
): TypeError {
  return new TypeError(
    `${describeRecord(schema, key)} was loaded from ${from} and cannot be written to ${to}: the one there has a history of ` +
      'its own. Write a copy, made with create().',
  );
}

function movedId<T extends object>(schema: EntitySchema<T>, before: Uint8Array, now: Uint8Array): TypeError {
  return new TypeError(
    `The id of ${describeRecord(schema, before)} was changed to that of ${describeRecord(schema, now)} after it was ` +
      'loaded. An id names a history: create a new entity instead, and delete the old one.',
  );
}

function twice<T extends object>(schema: EntitySchema<T>, key: Uint8Array): ImmuError {
  return new ImmuError(
    'DUPLICATE_KEY',
    `${describeRecord(schema, key)} occurs twice in one call. Keep one of the two.`,
    { details: { entity: schema.name, key } },
  );
}

// Where references lead: to entities of the same ledger, read and proven as any other.

import { equalBytes } from '../bytes.js';
import { digestOfValue } from '../codec/revision-chain.js';
import { concurrently } from '../client/concurrently.js';
import type { OperationOptions } from '../client/index.js';
import type { EntityClass, IdOf } from '../entity/entity-types.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import { Ref } from '../entity/ref.js';
import type { ManyOptions, RelationSource } from '../entity/relation-source.js';
import type { RevisionPin } from '../entity/revision-pin.js';
import type { Where } from '../entity/where-types.js';
import { ImmuError, NoEvidenceError } from '../errors.js';
import type { RepositoryContext } from './context.js';
import { describeRecord } from './entity-bytes.js';
import { handOut } from './hand-out.js';
import { findBy } from './query/find-by.js';
import { streamBy } from './query/stream-by.js';
import type { Records, Seen } from './records.js';
import { decodeRevision } from './stored-revision.js';
import { evidenceOf, trackedOf } from './verified.js';

/** Pinned revisions that are read at the same time. */
const PINNED_READS = 8;

/** A transaction, as far as relations are read by it. */
interface OpenTransaction {
  readonly isOpen: boolean;
  repository<T extends object>(
    entityClass: EntityClass<T>,
  ): {
    find(id: IdOf<T>, options: OperationOptions): Promise<T | undefined>;
    findBy(where: Where<T>, options: ManyOptions): Promise<T[]>;
  };
}

/** Reads the relations of one ledger. */
export interface RelationReader {
  readonly context: RepositoryContext;
  /** The ledger's records. */
  readonly records: Records;
  /** The transaction of the work under way. */
  readonly underWay: { readonly current: OpenTransaction | undefined };
}

/** @returns what entities of the ledger load their relations from */
export function relationsOf({ context, records, underWay }: RelationReader): RelationSource {
  const inside = (): OpenTransaction | undefined =>
    underWay.current?.isOpen === true ? underWay.current : undefined;
  const sourceOf = <T extends object>(entityClass: EntityClass<T>) => ({
    context,
    schema: context.entities.of(entityClass),
  });
  return {
    async load(entityClass, id, pin, options) {
      const { schema } = sourceOf(entityClass);
      if (pin !== undefined) return loadPinned(context, schema, schema.keyFor(id), pin, options);
      const tx = inside();
      if (tx !== undefined) return tx.repository(entityClass).find(id, options);
      return (await records.get(schema, schema.keyFor(id), options))?.entity;
    },
    async findMany(entityClass, property, id, options) {
      const where = referringTo(entityClass, property, id);
      const tx = inside();
      if (tx !== undefined) return tx.repository(entityClass).findBy(where, options);
      return findBy(sourceOf(entityClass), where, options);
    },
    streamMany(entityClass, property, id, options) {
      if (inside() !== undefined)
        throw new TypeError(
          'stream: a transaction guards what it reads as a whole: use find(), with a limit.',
        );
      return streamBy(sourceOf(entityClass), referringTo(entityClass, property, id), options);
    },
  };
}

/** The declared property is one that the index is on: types cannot know it here. */
function referringTo<T extends object>(_: EntityClass<T>, property: string, id: unknown): Where<T> {
  return { [property]: id } as Where<T>;
}

/** Reads the very revision that is meant. @throws ImmuError PIN_MISMATCH */
async function loadPinned<T extends object>(
  context: RepositoryContext,
  schema: EntitySchema<T>,
  key: Uint8Array,
  pin: RevisionPin,
  { signal, timeoutMs }: OperationOptions,
): Promise<T | undefined> {
  const entry = await context.client.verifiedGet(key, { atTx: pin.txId, signal, timeoutMs });
  if (entry === undefined) return undefined;
  if (!equalBytes(digestOfValue(entry.value), pin.digest)) throw mismatch(schema, key, pin);
  const revision = decodeRevision(schema, entry, key);
  if (revision.record.revision !== pin.revision) throw mismatch(schema, key, pin);
  return handOut(context, schema, revision);
}

function mismatch<T extends object>(schema: EntitySchema<T>, key: Uint8Array, pin: RevisionPin): ImmuError {
  return new ImmuError(
    'PIN_MISMATCH',
    `${describeRecord(schema, key)}, as committed in transaction ${String(pin.txId)}, is not the revision ` +
      `${String(pin.revision)} that the reference was pinned to: it comes from another ledger, or was not made by pin().`,
    { details: { entity: schema.name, key, revision: pin.revision, txId: pin.txId } },
  );
}

/** A reference that can be loaded at once. */
export function refTo<T extends object>(
  { entities }: RepositoryContext,
  schema: EntitySchema<T>,
  target: IdOf<T> | T,
): Ref<T> {
  const { entityClass } = schema;
  const id = target instanceof entityClass ? schema.idOf(target) : (target as IdOf<T>);
  // Refuses an id of another shape.
  schema.keyFor(id);
  return new Ref({ entityClass, id, pin: undefined, relations: () => entities.relations() });
}

/**
 * A reference to the very revision that an entity holds.
 *
 * @throws NoEvidenceError, ModifiedEntityError if that is none · TypeError for one of another class, database or namespace
 */
export function pinnedRef<T extends object>(
  context: RepositoryContext,
  schema: EntitySchema<T>,
  entity: T,
): Ref<T> {
  const { txId, revision, database, key, entity: stored } = evidenceOf(entity);
  const base = trackedOf(entity)?.base;
  if (base === undefined)
    throw new NoEvidenceError(
      `A selection is not a whole ${schema.className}: load the entity, and pin that.`,
    );
  if (!(entity instanceof schema.entityClass))
    throw new TypeError(
      `pin: this is no ${schema.className}, but what is stored as "${stored}": pin it by the repository of its own class.`,
    );
  if (database !== context.client.database || !equalBytes(key, schema.keyFor(schema.idOf(entity))))
    throw new TypeError(
      `pin: this ${schema.className} was loaded from another database or namespace: load it here, and pin that.`,
    );
  const pin = { revision, txId, digest: digestOfValue(base.value) };
  const { entityClass } = schema;
  const relations = () => context.entities.relations();
  return new Ref({ entityClass, id: schema.idOf(entity), pin, relations });
}

/**
 * Loads what many references refer to: those that are not pinned in one round trip.
 *
 * @returns in their order, undefined where there is none
 */
export async function loadRefs<T extends object>(
  context: RepositoryContext,
  records: Records,
  schema: EntitySchema<T>,
  refs: readonly Ref<T>[],
  options: OperationOptions,
): Promise<(T | undefined)[]> {
  for (const { entityClass } of refs) {
    if (entityClass !== schema.entityClass)
      throw new TypeError(
        `A Ref to ${entityClass.name} cannot be loaded by a repository of ${schema.className}.`,
      );
  }
  const isLatest = (ref: Ref<T>) => ref.pin === undefined;
  const keys = refs.filter(isLatest).map(({ id }) => schema.keyFor(id));
  const latest: Iterator<Seen<T> | undefined> = (
    keys.length === 0 ? [] : await records.getAll(schema, keys, options)
  ).values();
  const pinned = (
    await concurrently(
      refs.flatMap(({ id, pin }) => (pin === undefined ? [] : [{ key: schema.keyFor(id), pin }])),
      PINNED_READS,
      ({ key, pin }) => loadPinned(context, schema, key, pin, options),
    )
  ).values();
  return refs.map((ref) =>
    isLatest(ref) ? (latest.next().value as Seen<T> | undefined)?.entity : pinned.next().value,
  );
}

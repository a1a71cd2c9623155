// What a query gives: whole entities, or some of their properties.
import type { EntitySchema } from '../../entity/entity-schema.js';
import type { CreateData } from '../../entity/entity-types.js';
import type { StoredRevision } from '../stored-revision.js';
import { handOut, type HandingOut } from '../hand-out.js';
import type { Verified } from '../verified.js';
import { trackSelection } from './selection.js';
import type { QuerySource } from './source.js';

/** The properties of `T` that can be selected: its data. */
export type SelectKeys<T> = keyof CreateData<T> & string;

/** Some properties of an entity. Not an instance: it has no methods, and nothing else, the id included, unless selected. */
export type Selected<T, K extends keyof T> = Readonly<Pick<T, K>>;

/** What a query gives for each entity: the entity, or, with `select`, the selected properties. Either has evidence. */
export type QueryItem<T, K extends SelectKeys<T>> = [K] extends [never]
  ? Verified<T>
  : Verified<Selected<T, K & keyof T>>;

/** Makes the item of a revision that is no tombstone. */
export type MakeItem<T extends object, K extends SelectKeys<T>> = (
  revision: StoredRevision<T>,
) => QueryItem<T, K>;

/**
 * How items are made.
 *
 * @param source whose entities they are
 * @param select the properties wanted; undefined for entities
 * @throws TypeError for no property, or one that is not stored
 */
export function itemMaker<T extends object, K extends SelectKeys<T>>(
  { context, schema }: QuerySource<T>,
  select: readonly K[] | undefined,
): MakeItem<T, K> {
  if (select === undefined) return (revision) => wholeEntity(context, schema, revision) as QueryItem<T, K>;
  verifySelect(schema, select);
  const properties = [...new Set<string>(select)];
  return (revision) => selection(context, schema, properties, revision) as QueryItem<T, K>;
}

function verifySelect(
  { className, properties }: Pick<EntitySchema, 'className' | 'properties'>,
  select: readonly string[],
): void {
  const stored = properties.map(({ property }) => property);
  const isArray: boolean = Array.isArray(select);
  const unknown = isArray ? select.find((name) => !stored.includes(name)) : undefined;
  if (isArray && select.length > 0 && unknown === undefined) return;
  const problem =
    unknown === undefined ? 'names no property' : `names ${JSON.stringify(unknown)}, which is not stored`;
  throw new TypeError(`${className}: "select" ${problem}. Its properties are ${stored.join(', ')}.`);
}

function entityIn<T extends object>({ entity }: StoredRevision<T>): T {
  if (entity === undefined) throw new TypeError('a tombstone has no entity: it is passed over before');
  return entity;
}

function wholeEntity<T extends object>(
  context: HandingOut,
  schema: EntitySchema<T>,
  revision: StoredRevision<T>,
): T {
  return handOut(context, schema, revision) ?? entityIn(revision);
}

/** Hooks may refuse a selection as they may refuse the whole, and hide or change what is in it. */
function selection<T extends object>(
  context: HandingOut,
  schema: EntitySchema<T>,
  properties: readonly string[],
  revision: StoredRevision<T>,
): object {
  const entity = entityIn(revision);
  const stored = (some: object) => schema.partToPlain(some);
  const proven = selectedOf(entity, properties);
  // Before any hook sees them: what a hook changes within is noticed then.
  trackSelection(proven, revision.evidence, stored);
  handOut(context, schema, revision);
  const selected = selectedOf(entity, properties);
  if (properties.every((property) => Object.is(selected[property], proven[property]))) return proven;
  trackSelection(selected, revision.evidence, stored, false);
  return selected;
}

function selectedOf(entity: object, properties: readonly string[]): Readonly<Record<string, unknown>> {
  const values = properties.map((property) => [property, Reflect.get(entity, property) as unknown] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

// Which index answers a query, and which of its keys: the query's equalities on the first properties of one index, then at
// most one range. What no index answers is refused, never filtered from everything there is.
import { concatBytes } from '../../bytes.js';
import { MAX_KEY_BYTES } from '../../codec/record-key.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
import type { IndexSchema } from '../../entity/index-schema.js';
import { conditionsOf, type PropertyCondition } from './condition.js';
import { afterPrefix, type KeyRange, rangeOfParts, rangeOfPrefix } from './key-range.js';

/** What planning needs to know of an entity. */
export interface IndexedNames {
  readonly className: string;
  readonly indexes: readonly IndexSchema[];
}

/** An entity that is found by indexes, too. */
export type IndexedSchema<T extends object = object> = EntitySchema<T> & IndexedNames;

/** How a query is answered. */
export interface QueryPlan {
  readonly index: IndexSchema;
  /** Its keys that answer the query. */
  readonly range: KeyRange;
  /** The one key there can be, where the query gives every value of a unique index. */
  readonly uniqueKey: Uint8Array | undefined;
}

type Conditions = ReadonlyMap<string, PropertyCondition>;

/** How many of the first properties of an index the query gives a value for. */
function equalitiesOf({ properties }: IndexSchema, conditions: Conditions): number {
  const first = properties.findIndex((property) => conditions.get(property)?.kind !== 'equals');
  return first === -1 ? properties.length : first;
}

function answers(index: IndexSchema, conditions: Conditions, orderedBy: string | undefined): boolean {
  const equalities = equalitiesOf(index, conditions);
  const next = index.properties[equalities];
  const ranges = next !== undefined && conditions.has(next) ? 1 : 0;
  if (equalities + ranges !== conditions.size) return false;
  // Of what is equal, any order is the order.
  return orderedBy === undefined || index.properties.slice(0, equalities + 1).includes(orderedBy);
}

/**
 * Chooses the index: a unique one of which every value is given, else the one with the fewest properties the query does not
 * speak of, as an entity is in no index of which it lacks a property; of equals the one declared first.
 *
 * @param where conditions by property, as the application gave them
 * @param orderedBy the property the result is to be ordered by. Default: the order of the index
 * @throws TypeError for a `where` that is none, or that no single index answers
 * @throws ImmuError VALUE_REFUSED
 */
export function planOf(schema: IndexedNames, where: unknown, orderedBy?: string): QueryPlan {
  const conditions = conditionsOf(schema.className, where);
  const isPoint = (index: IndexSchema) => index.unique && conditions.size === index.properties.length;
  const [index] = schema.indexes
    .filter((candidate) => answers(candidate, conditions, orderedBy))
    .map((candidate) => ({ candidate, isUniquePoint: isPoint(candidate) && isOnlyEqualities(conditions) }))
    .sort(
      (a, b) =>
        Number(b.isUniquePoint) - Number(a.isUniquePoint) ||
        a.candidate.properties.length - b.candidate.properties.length,
    );
  if (index === undefined) throw noIndex(schema, [...conditions.keys()], orderedBy);
  const { candidate, isUniquePoint } = index;
  const range = keysOf(candidate, conditions);
  return { index: candidate, range, uniqueKey: isUniquePoint ? range.prefix : undefined };
}

/**
 * Chooses the index that has everything in the order of a property: the one with the fewest properties.
 *
 * @throws TypeError if there is none
 */
export function orderPlanOf(schema: IndexedNames, property: string): Omit<QueryPlan, 'uniqueKey'> {
  const [index] = schema.indexes
    .filter(({ properties }) => properties[0] === property)
    .sort((a, b) => a.properties.length - b.properties.length);
  if (index === undefined) throw noIndex(schema, [], property);
  return { index, range: rangeOfPrefix(index.keys.prefix) };
}

function isOnlyEqualities(conditions: Conditions): boolean {
  return [...conditions.values()].every(({ kind }) => kind === 'equals');
}

function keysOf(index: IndexSchema, conditions: Conditions): KeyRange {
  const equal: Uint8Array[] = [];
  let range: Extract<PropertyCondition, { kind: 'range' }> | undefined;
  for (const property of index.properties.slice(0, conditions.size)) {
    const condition = conditions.get(property);
    if (condition?.kind === 'equals') equal.push(condition.part);
    else range = condition;
  }
  const prefix = concatBytes(index.keys.prefix, ...equal);
  const keys =
    range === undefined
      ? rangeOfParts(prefix)
      : { prefix, low: concatBytes(prefix, range.low), high: concatBytes(prefix, range.high) };
  return { prefix: prefix.subarray(0, MAX_KEY_BYTES), low: bounded(keys.low), high: bounded(keys.high) };
}

/** A bound no longer than keys are: the same keys are before it and after it. Of values that fit no key, there are none. */
function bounded(bound: Uint8Array): Uint8Array {
  return bound.length <= MAX_KEY_BYTES ? bound : afterPrefix(bound.subarray(0, MAX_KEY_BYTES));
}

function noIndex(
  { className, indexes }: IndexedNames,
  asked: readonly string[],
  orderedBy?: string,
): TypeError {
  const by = asked.length === 0 ? '' : ` by ${asked.join(', ')}`;
  const order = orderedBy === undefined ? '' : ` in the order of ${orderedBy}`;
  const declared = indexes.map(
    ({ name, unique, properties }) => `"${name}" (${properties.join(', ')}${unique ? '; unique' : ''})`,
  );
  const wanted = [...new Set([...asked, ...(orderedBy === undefined ? [] : [orderedBy])])];
  const remedy =
    wanted.length === 1
      ? `put @Index() on ${wanted.join('')}`
      : `put @Index({ name: '…', on: [${wanted.map((name) => `'${name}'`).join(', ')}] }) on the class, with what is equal first`;
  return new TypeError(
    `No index of ${className} answers a query${by}${order}. An index answers equalities on its first properties and one range ` +
      `on the next. There ${declared.length === 0 ? 'is none' : `are ${declared.join(', ')}`}: ${remedy}, or change the query.`,
  );
}

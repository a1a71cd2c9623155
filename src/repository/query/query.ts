// One query: by id or by an index, which keys, and in which direction.
import { hash } from 'node:crypto';

import { compareBytes, concatBytes, u32be } from '../../bytes.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
import type { IndexSchema } from '../../entity/index-schema.js';
import type { Where } from '../../entity/where-types.js';
import { isWithin, type KeyRange, rangeOfPrefix } from './key-range.js';
import { orderPlanOf, planOf } from './plan.js';

/** Which way. */
export type Direction = 'asc' | 'desc';

/**
 * `'asc'` and `'desc'`: by id, or, together with `where`, in the order of the index that answers it. `{ property: 'asc' }`: by
 * an indexed property; an entity of which the index lacks a value is not among the results.
 */
export type OrderBy<T> = Direction | Readonly<Partial<Record<keyof Where<T>, Direction>>>;

/** Which keys to list, and in which order. */
export interface Query {
  /** `undefined` for records themselves, by id. */
  readonly index: IndexSchema | undefined;
  readonly range: KeyRange;
  readonly desc: boolean;
}

/** What a query needs to know of an entity. */
export type QueriedNames = Pick<EntitySchema, 'className' | 'indexes' | 'keys'>;

/** The options that make a query. */
export interface QueryOptions {
  readonly where?: unknown;
  readonly orderBy?: unknown;
}

/**
 * The query that options ask for.
 *
 * @param isPast whether it is about an earlier transaction, which no index knows
 * @throws TypeError for options that are none, or that no single index answers
 */
export function queryOf(schema: QueriedNames, options: QueryOptions, isPast = false): Query {
  const { property, desc } = orderOf(schema.className, options.orderBy);
  const hasWhere = Object.hasOwn(options, 'where');
  if (isPast && (hasWhere || property !== undefined)) {
    throw new TypeError(
      `${schema.className}: an index knows how entities are, not how they were. At an earlier transaction use findBy, which goes ` +
        'through all records, and list or count by id only.',
    );
  }
  // `where: undefined` is a slip of the caller's: left out it would select everything.
  if (hasWhere) {
    const { index, range } = planOf(schema, options.where, property);
    return { index, range, desc };
  }
  if (property === undefined) return { index: undefined, range: rangeOfPrefix(schema.keys.prefix), desc };
  return { ...orderPlanOf(schema, property), desc };
}

function orderOf(
  className: string,
  orderBy: unknown,
): { readonly property: string | undefined; readonly desc: boolean } {
  if (orderBy === undefined || isDirection(orderBy)) return { property: undefined, desc: orderBy === 'desc' };
  const [entry, ...others] = typeof orderBy === 'object' && orderBy !== null ? Object.entries(orderBy) : [];
  if (entry === undefined || others.length > 0 || !isDirection(entry[1])) {
    throw new TypeError(
      `${className}: orderBy must be 'asc', 'desc', or one indexed property with its direction: { property: 'desc' }.`,
    );
  }
  return { property: entry[0], desc: entry[1] === 'desc' };
}

function isDirection(value: unknown): value is Direction {
  return value === 'asc' || value === 'desc';
}

/** Eight bytes that tell this query from another: entity, namespace, index, keys and direction. */
export function queryDigest({ range, desc }: Query): Uint8Array {
  const { prefix, low, high } = range;
  const parts = [prefix, low, high].flatMap((bytes) => [u32be(bytes.length), bytes]);
  const digest = hash('sha256', concatBytes(...parts, Uint8Array.of(desc ? 1 : 0)), 'buffer');
  return new Uint8Array(digest.subarray(0, 8));
}

/**
 * Where in an index a record is by its own word: the first of its keys in the query's order.
 *
 * @param indexKeys as the record lists them, ascending
 * @returns undefined if it is nowhere in the query's range
 */
export function ownPlace({ range, desc }: Query, indexKeys: readonly Uint8Array[]): Uint8Array | undefined {
  const places = indexKeys.filter((key) => isWithin(range, key));
  return desc ? places.at(-1) : places[0];
}

/** Compares two places in the query's order. */
export function placesInOrder({ desc }: Query): (a: Uint8Array, b: Uint8Array) => number {
  return desc ? (a, b) => compareBytes(b, a) : compareBytes;
}

// Entities by an index, as they are now. What the index says is a hint; what counts is what each proven record says of
// itself, so that an index entry that is stale, left over or invented finds nothing.
import { equalBytes } from '../../bytes.js';
import type { OperationOptions, VerifiedEntry } from '../../client/index.js';
import { scopeOf } from '../../client/call.js';
import type { CallScope } from '../../client/call-scope.js';
import { assertWholeNumber } from '../../client/limits.js';
import { leftOf } from '../../client/verified/bounds.js';
import type { Where } from '../../entity/where-types.js';
import { decodeRevision, type StoredRevision } from '../stored-revision.js';
import { assertReady } from './as-of.js';
import { roundSize } from './collect.js';
import { isEmptyRange } from './key-range.js';
import { Listing } from './listing.js';
import { planOf } from './plan.js';
import { ownPlace, placesInOrder, type Query } from './query.js';
import { type ReadTerms, readRecords } from './read-records.js';
import { recordKeyOf } from './record-key-of.js';
import { type Found, isLive, ordered } from './round.js';
import { itemMaker, type QueryItem, type SelectKeys } from './select.js';
import type { QuerySource } from './source.js';
import { type OnUnreadable, readable } from './unreadable.js';

/** How to find one. */
export interface FindOneByOptions<T, K extends SelectKeys<T> = never> extends OperationOptions {
  /** Backwards in the order of the index. Default false. */
  readonly desc?: boolean;
  /** Only these properties. Default: whole entities. */
  readonly select?: readonly K[];
  /** Told of records that cannot be read, which are then passed over. Default: the first of them fails the call. */
  readonly onUnreadable?: OnUnreadable;
}

/** How to find many. */
export interface FindByOptions<T, K extends SelectKeys<T> = never> extends FindOneByOptions<T, K> {
  /** How many at most, at least 1. Default: all there are, in memory together; `streamBy` keeps them out of it. */
  readonly limit?: number;
}

/**
 * Finds entities by an index and proves each: two round trips for a unique one or a few, more for many.
 *
 * Ordered by the values of the index, then by id. Nothing is cut off silently: without `limit` all are read. An entity is
 * never given twice, and none that its own proven record does not place where it was asked for. Entities that are written
 * meanwhile may be seen before or after.
 *
 * Each entity is proven. That none is missing cannot be proven: a server may leave entities out.
 *
 * @param where conditions on the first properties of one index; an entity that lacks a value of that index is not found by it
 * @throws TypeError for conditions that no index answers, or that say nothing: undefined, null, NaN
 * @throws ImmuError DEADLINE_EXCEEDED when all of it takes longer than `timeoutMs`; UNREADABLE_RECORD, UNSUPPORTED_FORMAT
 * @throws VerificationError if an answer contradicts what is trusted, or a list is not what was asked for
 */
export async function findBy<T extends object, K extends SelectKeys<T> = never>(
  source: QuerySource<T>,
  where: Where<T>,
  options: FindByOptions<T, K> = {},
): Promise<QueryItem<T, K>[]> {
  const { desc = false, limit, onUnreadable } = options;
  if (limit !== undefined) assertWholeNumber('limit', limit, 1, Number.MAX_SAFE_INTEGER);
  const { index, range, uniqueKey } = planOf(source.schema, where);
  const query = { index, range, desc };
  const itemOf = itemMaker(source, options.select);
  if (isEmptyRange(range)) return [];
  const scope = scopeOf(source.context.client.connection, 'findBy', options);
  await assertReady(source, index, scope);
  const terms = { asOf: undefined, now: Date.now(), onUnreadable };
  const revisions =
    uniqueKey === undefined
      ? await allInRange(source, query, limit ?? Infinity, terms, scope)
      : await holderOf(source, query, uniqueKey, terms, scope);
  return revisions.map(itemOf);
}

/**
 * Finds one entity by an index and proves it; of several the first in the order of the index.
 *
 * @returns undefined if the server shows none, which cannot be proven
 * @throws as {@link findBy} does
 */
export async function findOneBy<T extends object, K extends SelectKeys<T> = never>(
  source: QuerySource<T>,
  where: Where<T>,
  options: FindOneByOptions<T, K> = {},
): Promise<QueryItem<T, K> | undefined> {
  const [first] = await findBy<T, K>(source, where, { ...options, limit: 1 });
  return first;
}

/** How often a unique value is looked up that moves from one entity to another at the same time. */
const LOOKUPS = 3;

/** Whoever has a unique value: the entry that names the record is proven, and then the record, which must name the entry. */
async function holderOf<T extends object>(
  source: QuerySource<T>,
  query: Query,
  key: Uint8Array,
  { now, onUnreadable }: ReadTerms,
  scope: CallScope,
): Promise<StoredRevision<T>[]> {
  const { client } = source.context;
  let before: VerifiedEntry | undefined;
  for (let lookup = 0; lookup < LOOKUPS; lookup++) {
    const holder = await client.verifiedGet(key, leftOf(scope));
    // Nobody has it, or the same as before, whose record says otherwise: what is left is an orphan.
    if (holder === undefined || holder.txId === before?.txId) return [];
    before = holder;
    const recordKey = recordKeyOf(source.schema, query, { key, value: holder.value });
    const entry = recordKey === undefined ? undefined : await client.verifiedGet(recordKey, leftOf(scope));
    if (entry === undefined) continue;
    const revision = await readable(entry, onUnreadable, () => decodeRevision(source.schema, entry));
    if (revision === undefined) return [];
    if (revision.base.facts.indexKeys.some((own) => equalBytes(own, key)))
      return isLive(revision, now) ? [revision] : [];
    source.onGone?.(entry.txId);
  }
  return [];
}

/**
 * Goes through the range until enough is found. Each record is taken where its own list places it: if that is elsewhere in
 * the range than where it was listed, it moved between the two answers.
 */
async function allInRange<T extends object>(
  source: QuerySource<T>,
  query: Query,
  limit: number,
  terms: ReadTerms,
  scope: CallScope,
): Promise<StoredRevision<T>[]> {
  const listing = new Listing(source.context.client, 'findBy', query, undefined);
  const order = placesInOrder(query);
  const found = new Map<string, Found<T>>();
  /** Places the list has yet to get to: then the record is read again, and may be elsewhere by then. */
  const ahead = new Map<string, Found<T>>();
  for (let fruitless = 0; found.size < limit;) {
    const listed = await listing.next(roundSize(limit - found.size, fruitless), scope);
    const reached = listed.at(-1)?.key;
    const missing = limit - found.size - listed.length;
    if (reached !== undefined && missing > 0) listing.readAhead(roundSize(missing, 0), scope);
    const recordKeys = listed.flatMap((one) => recordKeyOf(source.schema, query, one) ?? []);
    for (const [name, { entry, revision }] of await readRecords(source, recordKeys, terms, scope)) {
      if (revision === undefined || found.has(name)) continue;
      const key = ownPlace(query, revision.base.facts.indexKeys);
      if (key === undefined) source.onGone?.(entry.txId);
      else if (isLive(revision, terms.now)) ahead.set(name, { key, revision });
    }
    const known = found.size;
    for (const [name, one] of ahead) {
      if (reached !== undefined && order(one.key, reached) > 0) continue;
      ahead.delete(name);
      found.set(name, one);
    }
    if (reached === undefined) break;
    fruitless = found.size === known ? fruitless + 1 : 0;
  }
  return ordered(query, [...found.values()]).slice(0, limit);
}

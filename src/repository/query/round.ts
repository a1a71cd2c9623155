// One round of a query as of a transaction: keys listed, their records proven, and what counts among them.
import { equalBytes, toMapKey } from '../../bytes.js';
import { parseRecord } from '../../codec/parse-record.js';
import { factsOf, type RevisionFacts } from '../../codec/revision-facts.js';
import type { CallScope } from '../../client/call-scope.js';
import type { StoredRevision } from '../stored-revision.js';
import type { Listed } from './listing.js';
import { ownPlace, placesInOrder, type Query } from './query.js';
import { readRecords, type ReadRecord, type ReadTerms } from './read-records.js';
import { recordKeyOf } from './record-key-of.js';
import type { QuerySource } from './source.js';
import { isUnreadable } from './unreadable.js';

/** What a query found, and where. */
export interface Found<T extends object> {
  /** The key it is listed under, which its own record names. */
  readonly key: Uint8Array;
  readonly revision: StoredRevision<T>;
}

/** Revisions in the query's order. */
export function ordered<T extends object>(query: Query, found: readonly Found<T>[]): StoredRevision<T>[] {
  const order = placesInOrder(query);
  return found.toSorted((a, b) => order(a.key, b.key)).map(({ revision }) => revision);
}

/** What came of one page of listed keys. */
export interface Round<T extends object> {
  readonly found: readonly Found<T>[];
  /** Whether any of the keys stands for something that is proven to be there, be it deleted or changed since. */
  readonly provedAny: boolean;
}

/** Whether a revision counts: neither a deletion nor expired. */
export function isLive({ record, base }: StoredRevision<object>, now: number): boolean {
  const { expiresAt } = base.facts;
  return !record.tombstone && (expiresAt === undefined || expiresAt > now);
}

/**
 * Proves what is listed. A record counts where it says itself that it is, as of the moment asked for; in any other place it
 * is passed over, so that it is found once at most.
 */
export async function proveRound<T extends object>(
  source: QuerySource<T>,
  query: Query,
  listed: readonly Listed[],
  terms: ReadTerms,
  scope: CallScope,
): Promise<Round<T>> {
  const hits = listed.flatMap(({ key, value }) => {
    const recordKey = recordKeyOf(source.schema, query, { key, value });
    return recordKey === undefined ? [] : [{ key, recordKey }];
  });
  const records = await readRecords(
    source,
    hits.map(({ recordKey }) => recordKey),
    terms,
    scope,
  );
  const found: Found<T>[] = [];
  let provedAny = false;
  for (const { key, recordKey } of hits) {
    const record = records.get(toMapKey(recordKey));
    if (record === undefined) continue;
    const { revision } = record;
    const counts = revision !== undefined && isPlacedAt(query, key, revision.base.facts);
    provedAny ||= counts || isPlacedNow(query, key, record);
    if (counts && isLive(revision, terms.now)) found.push({ key, revision });
  }
  return { found, provedAny };
}

function isPlacedAt(query: Query, key: Uint8Array, facts: RevisionFacts): boolean {
  if (query.index === undefined) return true;
  const place = ownPlace(query, facts.indexKeys);
  return place !== undefined && equalBytes(place, key);
}

function isPlacedNow<T extends object>(query: Query, key: Uint8Array, { entry }: ReadRecord<T>): boolean {
  if (query.index === undefined) return true;
  try {
    return isPlacedAt(query, key, factsOf(parseRecord(entry.value).extensions));
  } catch (error) {
    if (isUnreadable(error)) return false;
    throw error;
  }
}

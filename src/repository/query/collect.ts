// Rounds of a query until enough is found or the list ends.
import type { CallScope } from '../../client/call-scope.js';
import { Listing } from './listing.js';
import type { Query } from './query.js';
import type { ReadTerms } from './read-records.js';
import { type Found, proveRound } from './round.js';
import type { QuerySource } from './source.js';

/** Keys listed and proven in one round: their records are in memory together. */
const MOST_AT_ONCE = 500;

/** Where to begin, how much to find, and how. */
export interface CollectOptions extends ReadTerms {
  /** The operation's name, for alarms. */
  readonly operation: string;
  /** The listed key to go on after; undefined from the start. */
  readonly after: Uint8Array | undefined;
  /** At least so many, if there are. */
  readonly wanted: number;
}

/** What was found. */
export interface Collected<T extends object> {
  /** In the query's order; possibly a few more than wanted. */
  readonly found: readonly Found<T>[];
  /** The listed key to go on after; undefined at the end. */
  readonly last: Uint8Array | undefined;
}

/**
 * How many keys to list next: as many as are still wanted, and twice as many after each round that found nothing, so that
 * a long stretch of deleted records takes few calls.
 */
export function roundSize(missing: number, fruitless: number): number {
  return Math.min(MOST_AT_ONCE, missing * 2 ** Math.min(fruitless, 10));
}

/**
 * Finds so many, or all that are left.
 *
 * @param time the bounds of the next round. Told whether the round before proved anything: a server that lists what does not
 *   exist, key after key, must not be given more time for it
 */
export async function collect<T extends object>(
  source: QuerySource<T>,
  query: Query,
  options: CollectOptions,
  time: (provedAny: boolean) => CallScope,
): Promise<Collected<T>> {
  const { operation, after, wanted } = options;
  const listing = new Listing(source.context.client, operation, query, after);
  const found: Found<T>[] = [];
  let last = after;
  let provedAny = true;
  for (let fruitless = 0; found.length < wanted;) {
    const scope = time(provedAny);
    const listed = await listing.next(roundSize(wanted - found.length, fruitless), scope);
    if (listed.length === 0) return { found, last: undefined };
    const missing = wanted - found.length - listed.length;
    // Even if all of it counts, more is wanted: mostly to learn that there is no more.
    if (missing > 0) listing.readAhead(roundSize(missing, 0), scope);
    const round = await proveRound(source, query, listed, options, scope);
    found.push(...round.found);
    fruitless = round.found.length === 0 ? fruitless + 1 : 0;
    ({ provedAny } = round);
    last = listed.at(-1)?.key ?? last;
  }
  return { found, last };
}

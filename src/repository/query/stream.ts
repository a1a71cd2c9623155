// Streams: all entities of a query, one after another, as of one transaction. One page is in memory and one on its way.
import type { OperationOptions } from '../../client/index.js';
import { scopeOf } from '../../client/call.js';
import type { CallScope } from '../../client/call-scope.js';
import type { Where } from '../../entity/where-types.js';
import { beginList } from './as-of.js';
import { type Collected, collect } from './collect.js';
import { isEmptyRange } from './key-range.js';
import { type OrderBy, type Query, queryOf } from './query.js';
import type { Found } from './round.js';
import { itemMaker, type QueryItem, type SelectKeys } from './select.js';
import type { PastView, QuerySource } from './source.js';
import type { OnUnreadable } from './unreadable.js';

/** What to stream. `timeoutMs` counts for each page, not for the whole. */
export interface StreamOptions<T, K extends SelectKeys<T> = never> extends OperationOptions {
  /** Default `'asc'`. */
  readonly orderBy?: OrderBy<T>;
  /** Only these, found by an index. Default: all. */
  readonly where?: Where<T>;
  /** Only these properties. Default: whole entities. */
  readonly select?: readonly K[];
  /** Told of records that cannot be read, which are then passed over. Default: the first of them fails the stream. */
  readonly onUnreadable?: OnUnreadable;
}

/** How a stream reads. */
export interface StreamTerms extends OperationOptions {
  /** The operation's name, for errors. */
  readonly operation: string;
  readonly onUnreadable: OnUnreadable | undefined;
  /** Default: the newest transaction when it begins, by this machine's clock. */
  readonly past: PastView | undefined;
}

/** Entities of one page: what is in memory, twice. */
const PAGE = 200;

/**
 * All entities, or those an index finds, each proven, in flat memory. Begins when the first is asked for, and is as of the
 * newest transaction then: see `page` for what that means by id and by an index. Leaving the loop early ends it.
 *
 * Each entity is proven. That none is missing cannot be proven: a server may leave entities out.
 *
 * @param past for a repository of the past, by id only
 * @throws TypeError at once, for options that are none, or that no index answers
 * @throws as `page` does, while it is read
 */
export function stream<T extends object, K extends SelectKeys<T> = never>(
  source: QuerySource<T>,
  options: StreamOptions<T, K> = {},
  past?: PastView,
): AsyncGenerator<QueryItem<T, K>, void, undefined> {
  const { signal, timeoutMs, onUnreadable } = options;
  const query = queryOf(source.schema, options, past !== undefined);
  const itemOf = itemMaker(source, options.select);
  const terms = { operation: 'stream', signal, timeoutMs, onUnreadable, past };
  return items(foundIn(source, query, terms), (found) => itemOf(found.revision));
}

async function* items<From, To>(
  all: AsyncIterable<From>,
  itemOf: (from: From) => To,
): AsyncGenerator<To, void, undefined> {
  for await (const one of all) yield itemOf(one);
}

/** Everything a query finds, page by page, with the next one on its way while the one before is used. */
export async function* foundIn<T extends object>(
  source: QuerySource<T>,
  query: Query,
  { operation, onUnreadable, past, ...options }: StreamTerms,
): AsyncGenerator<Found<T>, void, undefined> {
  if (isEmptyRange(query.range)) return;
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const scope = (): CallScope =>
    scopeOf(source.context.client.connection, operation, { timeoutMs: options.timeoutMs, signal });
  let coming: Promise<Collected<T>> | undefined;
  try {
    const asOf = await beginList(source, query, past?.asOf, scope());
    const now = past?.now ?? Date.now();
    const begin = (after: Uint8Array | undefined): Promise<Collected<T>> => {
      let current = scope();
      const next = (provedAny: boolean) => (provedAny ? (current = scope()) : current);
      const wanted = { operation, after, wanted: PAGE, asOf, now, onUnreadable };
      const begun = collect(source, query, wanted, next);
      // It may fail before anybody waits for it.
      begun.catch(() => undefined);
      return begun;
    };
    if (asOf > 0n) coming = begin(undefined);
    while (coming !== undefined) {
      const { found, last } = await coming;
      coming = last === undefined ? undefined : begin(last);
      for (const one of found) {
        scope().throwIfOver();
        yield one;
      }
    }
  } finally {
    ending.abort();
    await coming?.catch(() => undefined);
  }
}

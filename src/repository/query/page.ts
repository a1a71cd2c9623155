// Pages: so many entities, and where to go on. All pages from one cursor to the next speak of one transaction.
import type { OperationOptions } from '../../client/index.js';
import { scopeOf } from '../../client/call.js';
import type { CallScope } from '../../client/call-scope.js';
import { assertWholeNumber } from '../../client/limits.js';
import type { Where } from '../../entity/where-types.js';
import { ImmuError } from '../../errors.js';
import { assertReached, beginList } from './as-of.js';
import { collect } from './collect.js';
import { type Cursor, type CursorPosition, encodeCursor, parseCursor } from './cursor.js';
import { isEmptyRange } from './key-range.js';
import { type OrderBy, queryOf } from './query.js';
import { itemMaker, type QueryItem, type SelectKeys } from './select.js';
import type { PastView, QuerySource } from './source.js';
import type { OnUnreadable } from './unreadable.js';

/** Which page. */
export interface PageOptions<T, K extends SelectKeys<T> = never> extends OperationOptions {
  /** The `next` of the page before. Default: the first page. */
  readonly after?: Cursor | undefined;
  /** How many at most, 1 to 1000. Default 100. */
  readonly limit?: number;
  /** Default `'asc'`. */
  readonly orderBy?: OrderBy<T>;
  /** Only these, found by an index. Default: all. */
  readonly where?: Where<T>;
  /** Only these properties. Default: whole entities. */
  readonly select?: readonly K[];
  /** Told of records that cannot be read, which are then passed over. Default: the first of them fails the call. */
  readonly onUnreadable?: OnUnreadable;
}

/** A page. */
export interface Page<Item> {
  /** Empty only on the last page. */
  readonly items: readonly Item[];
  /** Where the next page goes on; undefined after the last. */
  readonly next: Cursor | undefined;
  /** The transaction that this page, and those before and after it, speak of; 0 for an empty ledger. */
  readonly asOf: bigint;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/**
 * Reads a page of entities and proves each.
 *
 * All pages are as of the transaction that was the newest when the first was read: what is written, deleted or created later
 * does not move between them. By id that is exact. By an index an entity that is re-indexed or deleted between the first page
 * and the one it would have been on may be missed; none is ever listed twice.
 *
 * Each entity is proven. That none is missing cannot be proven: a server may leave entities out.
 *
 * @param past for a repository of the past, by id only. Default: the newest transaction, by this machine's clock
 * @throws TypeError for options that are none, or that no index answers
 * @throws ImmuError INVALID_ARGUMENT for a cursor of another query, SERVER_BEHIND for one of a transaction the server does not
 *   have; UNREADABLE_RECORD, UNSUPPORTED_FORMAT
 * @throws VerificationError if an answer contradicts what is trusted, or a list is not what was asked for
 */
export async function page<T extends object, K extends SelectKeys<T> = never>(
  source: QuerySource<T>,
  options: PageOptions<T, K> = {},
  past?: PastView,
): Promise<Page<QueryItem<T, K>>> {
  const { limit = DEFAULT_LIMIT, after, onUnreadable } = options;
  assertWholeNumber('limit', limit, 1, MAX_LIMIT);
  const query = queryOf(source.schema, options, past !== undefined);
  const itemOf = itemMaker(source, options.select);
  const from = after === undefined ? undefined : parseCursor(query, after);
  const scope = scopeOf(source.context.client.connection, 'page', options);
  if (from !== undefined) await assertGoesOn(source, from, past, scope);
  const asOf = await beginList(source, query, from?.asOf ?? past?.asOf, scope);
  if (asOf === 0n || isEmptyRange(query.range)) return { items: [], next: undefined, asOf };
  const now = past?.now ?? Date.now();
  const { found, last } = await collect(
    source,
    query,
    { operation: 'page', after: from?.key, wanted: limit, asOf, now, onUnreadable },
    () => scope,
  );
  const shown = found.slice(0, limit);
  const key = shown.length < found.length ? shown.at(-1)?.key : last;
  return {
    items: shown.map(({ revision }) => itemOf(revision)),
    next: key === undefined ? undefined : encodeCursor(query, { asOf, key }),
    asOf,
  };
}

/** @throws ImmuError INVALID_ARGUMENT for the cursor of another repository of the past, SERVER_BEHIND */
async function assertGoesOn<T extends object>(
  source: QuerySource<T>,
  from: CursorPosition,
  past: PastView | undefined,
  scope: CallScope,
): Promise<void> {
  if (past === undefined) return assertReached(source, from.asOf, scope);
  if (past.asOf === from.asOf) return;
  throw new ImmuError(
    'INVALID_ARGUMENT',
    `The cursor is of pages as of transaction ${String(from.asOf)}, and this repository is as of ${String(past.asOf)}. Go on where it ` +
      'began.',
    { details: { cursorTxId: from.asOf, txId: past.asOf } },
  );
}

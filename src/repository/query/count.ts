// How many entities are proven to exist.
import type { OperationOptions } from '../../client/index.js';
import type { Where } from '../../entity/where-types.js';
import { queryOf } from './query.js';
import type { PastView, QuerySource } from './source.js';
import { foundIn } from './stream.js';
import type { OnUnreadable } from './unreadable.js';

/** What to count. `timeoutMs` counts for each page that is read, not for the whole. */
export interface CountOptions<T> extends OperationOptions {
  /** Only these, found by an index. Default: all. */
  readonly where?: Where<T>;
  /** Told of records that cannot be read, which are then not counted. Default: the first of them fails the count. */
  readonly onUnreadable?: OnUnreadable;
}

/**
 * Counts entities by reading and proving each: never the server's own count, and as slow as reading them. As of the newest
 * transaction when it began.
 *
 * A lower bound: so many are proven to exist, and a server may have left others out.
 *
 * @param past for a repository of the past, without `where`
 * @throws as `page` does
 */
export async function count<T extends object>(
  source: QuerySource<T>,
  options: CountOptions<T> = {},
  past?: PastView,
): Promise<number> {
  const { signal, timeoutMs, onUnreadable } = options;
  const { where } = options;
  const query = queryOf(source.schema, Object.hasOwn(options, 'where') ? { where } : {}, past !== undefined);
  const terms = { operation: 'count', signal, timeoutMs, onUnreadable, past };
  let counted = 0;
  for await (const _ of foundIn(source, query, terms)) counted++;
  return counted;
}

// Entities by an index, one after another.
import type { Where } from '../../entity/where-types.js';
import type { FindOneByOptions } from './find-by.js';
import type { QueryItem, SelectKeys } from './select.js';
import type { QuerySource } from './source.js';
import { stream } from './stream.js';

/**
 * What `findBy` finds, in flat memory, and as of one transaction: the newest when the first is asked for. An entity that is
 * re-indexed or deleted before the stream gets to it may be missed; none is given twice. `timeoutMs` counts for each page
 * that is read, not for the whole.
 *
 * Each entity is proven. That none is missing cannot be proven: a server may leave entities out.
 *
 * @throws TypeError at once, for conditions that no index answers, or that say nothing: undefined, null, NaN
 * @throws as `findBy` does, while it is read
 */
export function streamBy<T extends object, K extends SelectKeys<T> = never>(
  source: QuerySource<T>,
  where: Where<T>,
  options: FindOneByOptions<T, K> = {},
): AsyncGenerator<QueryItem<T, K>, void, undefined> {
  const { desc = false, ...rest } = options;
  return stream<T, K>(source, { ...rest, where, orderBy: desc ? 'desc' : 'asc' });
}

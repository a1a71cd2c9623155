// Entities found as they were at an earlier transaction. An index only knows how they are, so all records are gone through;
// which of them match is what each says of itself.
import type { Where } from '../../entity/where-types.js';
import { assertWholeNumber } from '../../client/limits.js';
import type { FindByOptions } from './find-by.js';
import { isEmptyRange } from './key-range.js';
import { planOf } from './plan.js';
import { ownPlace, queryOf } from './query.js';
import { type Found, ordered } from './round.js';
import { itemMaker, type QueryItem, type SelectKeys } from './select.js';
import type { PastView, QuerySource } from './source.js';
import { foundIn } from './stream.js';

/**
 * Finds entities as they were at a transaction, each proven: as slow as reading all of them, whatever is found. They are
 * found under the index entries they had then, in the same order as by `findBy`. `timeoutMs` counts for each page of records
 * that is read, not for the whole.
 *
 * Each entity is proven. That none is missing cannot be proven: a server may leave entities out.
 *
 * @throws as `findBy` does
 */
export async function findByAt<T extends object, K extends SelectKeys<T> = never>(
  source: QuerySource<T>,
  where: Where<T>,
  options: FindByOptions<T, K>,
  past: PastView,
): Promise<QueryItem<T, K>[]> {
  const { desc = false, limit, select, onUnreadable, signal, timeoutMs } = options;
  if (limit !== undefined) assertWholeNumber('limit', limit, 1, Number.MAX_SAFE_INTEGER);
  const { index, range } = planOf(source.schema, where);
  const query = { index, range, desc };
  const itemOf = itemMaker(source, select);
  if (isEmptyRange(range)) return [];
  const all = foundIn(source, queryOf(source.schema, {}, true), {
    operation: 'findBy',
    onUnreadable,
    signal,
    timeoutMs,
    past,
  });
  const found: Found<T>[] = [];
  for await (const { revision } of all) {
    const key = ownPlace(query, revision.base.facts.indexKeys);
    if (key !== undefined) found.push({ key, revision });
  }
  return ordered(query, found).slice(0, limit).map(itemOf);
}

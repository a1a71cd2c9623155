// What is stored of the rows of an import that updates.

import type { EntitySchema } from '../entity/entity-schema.js';
import type { IdOf } from '../entity/entity-types.js';
import { toMapKey } from '../bytes.js';
import { ImmuError } from '../errors.js';
import type { EntityRow } from './entity-rows.js';
import type { ImportWork } from './work.js';

/** Codes of records that are there and cannot be loaded: no fault of the row, and no reason to look at no other. */
const UNLOADABLE: ReadonlySet<string> = new Set(['UNREADABLE_RECORD', 'UNSUPPORTED_FORMAT', 'NEWER_RECORD']);

type Settled<T> = PromiseSettledResult<T | undefined>;

/**
 * Loads what is stored, an instance for each row, in one call where that is possible.
 *
 * @returns in the order of the rows, with what is in the way of a single one
 * @throws what is in the way of all
 */
export async function storedOf<T extends object>(
  { repository, schema, options: { signal } }: ImportWork<T>,
  rows: readonly EntityRow<T>[],
): Promise<readonly Settled<T>[]> {
  const one = async ({ entity }: EntityRow<T>): Promise<Settled<T>> => {
    try {
      return { status: 'fulfilled', value: await repository.find(schema.idOf(entity), { signal }) };
    } catch (reason) {
      signal?.throwIfAborted();
      if (reason instanceof ImmuError && !UNLOADABLE.has(reason.code)) throw reason;
      return { status: 'rejected', reason };
    }
  };
  const isDistinct = new Set(rows.map(({ key }) => toMapKey(key))).size === rows.length;
  const all = isDistinct ? await together(repository.findMany(idsOf(schema, rows), { signal })) : undefined;
  if (all !== undefined) return all.map((value) => ({ status: 'fulfilled', value }));
  signal?.throwIfAborted();
  const settled: Settled<T>[] = [];
  for (const row of rows) settled.push(await one(row));
  return settled;
}

/** @returns undefined where one of them may be in the way of the others */
async function together<R>(loading: Promise<R>): Promise<R | undefined> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof ImmuError && !UNLOADABLE.has(error.code)) throw error;
    return undefined;
  }
}

/** The ids of rows. */
export function idsOf<T extends object>(
  schema: EntitySchema<T>,
  rows: readonly EntityRow<T>[],
): readonly IdOf<T>[] {
  return rows.map(({ entity }): IdOf<T> => schema.idOf(entity));
}

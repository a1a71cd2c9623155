// By what an upsert tells whether there is one already: the id, or the values of a unique index.

import type { EntitySchema } from '../entity/entity-schema.js';
import type { CreateData } from '../entity/entity-types.js';
import type { IndexKeys, Where } from '../entity/where-types.js';
import type { WriteOptions } from './records.js';

/** How to upsert. */
export interface UpsertOptions<T> extends Omit<WriteOptions, 'force'> {
  /** The properties of a unique index, all of them given in the data. Default: by the id. */
  readonly by?: readonly IndexKeys<T>[];
}

/** The condition that finds the one there may be. @throws TypeError unless `by` is a unique index, with all values given */
export function uniqueWhere<T extends object>(
  { className, indexes }: EntitySchema<T>,
  by: readonly IndexKeys<T>[],
  data: CreateData<T>,
): Where<T> {
  const isUnique = indexes.some(
    ({ unique, properties }) =>
      unique &&
      properties.length === by.length &&
      properties.every((property) => (by as readonly string[]).includes(property)),
  );
  if (!isUnique)
    throw new TypeError(
      `upsert: ${className} has no unique index over ${by.join(', ')}: declare one, or go by the id.`,
    );
  const values = by.map((property) => [property, Reflect.get(data, property) as unknown] as const);
  const missing = values.find(([, value]) => value === undefined || value === null);
  if (missing !== undefined) throw new TypeError(`upsert: ${className}.${missing[0]} is not given.`);
  return Object.fromEntries(values) as Where<T>;
}

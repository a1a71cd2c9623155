// From a row to an entity that could be stored, or to what is wrong with it.

import type { EntitySchema } from '../entity/entity-schema.js';
import type { Lifecycle } from '../repository/lifecycle.js';
import { prepareWrite, type PreparedWrite } from '../repository/write/prepared-write.js';
import { ValidationError } from '../errors.js';
import type { ReadableRow } from './source-row.js';

/** A row and the entity it holds. */
export interface EntityRow<T extends object> {
  readonly row: ReadableRow;
  readonly entity: T;
  /** Where it is stored. */
  readonly key: Uint8Array;
}

/** One that was looked at as a write looks at it. */
export interface CheckedRow<T extends object> extends EntityRow<T> {
  /** Whether the row itself has the id: one that was generated is another the next time. */
  readonly hasId: boolean;
  /** What would be stored. */
  readonly write: PreparedWrite;
}

/**
 * The entity of a row.
 *
 * @throws what is wrong with it, of whatever kind: types, setters and constructors are the application's
 */
export function entityRow<T extends object>(schema: EntitySchema<T>, row: ReadableRow): EntityRow<T> {
  const entity = schema.createFromText(row.data);
  return { row, entity, key: schema.keyFor(schema.ensureId(entity)) };
}

/**
 * The entity of a row, and what would be stored of it: hooks before a save are run, validators asked, sizes looked at.
 *
 * @param mustHaveId whether an id that the row lacks may not be generated
 * @throws what is wrong with it
 */
export async function checkedRow<T extends object>(
  schema: EntitySchema<T>,
  lifecycle: Lifecycle,
  row: ReadableRow,
  mustHaveId: boolean,
): Promise<CheckedRow<T>> {
  const missing = schema.idProperties.find(({ property }) => row.data[property] === undefined);
  if (missing !== undefined && mustHaveId)
    throw new TypeError(`${schema.className}.${missing.property} is missing, and an update goes by the id.`);
  const { entity, key } = entityRow(schema, row);
  const ready = lifecycle.beforeWrite(schema, [entity], true);
  if (ready !== undefined) await ready;
  const write = prepareWrite({ schema, key, entity, base: undefined, isNew: true });
  return { row, entity, key, hasId: missing === undefined, write };
}

/** What is wrong, as a sentence for who looks at the row. */
export function problemOf(error: unknown): string {
  if (error instanceof ValidationError && error.issues.length > 0)
    return error.issues
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
      .join('; ');
  return error instanceof Error ? error.message : String(error);
}

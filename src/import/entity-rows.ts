// From a row to an entity that could be stored, or to what is wrong with it.

import type { EntitySchema } from '../entity/entity-schema.js';
import type { UpdateData } from '../entity/entity-types.js';
import type { Lifecycle } from '../repository/lifecycle.js';
import { prepareWrite, type PreparedWrite } from '../repository/write/prepared-write.js';
import { trackedOf } from '../repository/verified.js';
import { ValidationError } from '../errors.js';
import type { ReadableRow } from './source-row.js';

/** A row and the entity it holds. */
export interface EntityRow<T extends object> {
  readonly row: ReadableRow;
  readonly entity: T;
  /** Where it is stored. */
  readonly key: Uint8Array;
  /** Whether the row itself has the id: one that was generated is another the next time. */
  readonly hasId: boolean;
}

/** One that was looked at as a write looks at it. */
export interface CheckedRow<T extends object> extends EntityRow<T> {
  /** What would be stored. */
  readonly write: PreparedWrite;
}

/**
 * The entity of a row.
 *
 * @param mustHaveId whether an id that the row lacks may not be generated
 * @throws what is wrong with it, of whatever kind: types, setters and constructors are the application's
 */
export function entityRow<T extends object>(
  schema: EntitySchema<T>,
  row: ReadableRow,
  mustHaveId: boolean,
): EntityRow<T> {
  const missing = schema.idProperties.find(({ property }) => row.data[property] === undefined);
  if (missing !== undefined && mustHaveId)
    throw new TypeError(`${schema.className}.${missing.property} is missing, and an update goes by the id.`);
  const entity = schema.createFromText(row.data);
  return { row, entity, key: schema.keyFor(schema.ensureId(entity)), hasId: missing === undefined };
}

/** The entity a row becomes: what is stored with the properties the row has, or, where nothing is, the row's own. */
export function patched<T extends object>(
  schema: EntitySchema<T>,
  { row, entity }: EntityRow<T>,
  stored: T | undefined,
): T {
  if (stored === undefined) return entity;
  const given = schema.properties.filter(({ property, isId }) => !isId && property in row.data);
  const patch = given.map(({ property }) => [property, Reflect.get(entity, property) as unknown] as const);
  schema.assign(stored, Object.fromEntries(patch) as UpdateData<T>);
  return stored;
}

/**
 * What would be stored of a row: hooks before a save are run, validators asked, sizes looked at.
 *
 * @param stored what it changes; undefined if it is new
 * @throws what is wrong with it
 */
export async function checkedRow<T extends object>(
  schema: EntitySchema<T>,
  lifecycle: Lifecycle,
  parsed: EntityRow<T>,
  stored: T | undefined,
): Promise<CheckedRow<T>> {
  const entity = patched(schema, parsed, stored);
  const isNew = stored === undefined;
  const ready = lifecycle.beforeWrite(schema, [entity], isNew);
  const asked = ready === undefined ? undefined : await ready;
  const base = trackedOf(entity)?.base;
  return {
    ...parsed,
    write: prepareWrite({ schema, key: parsed.key, entity, base, isNew, asked: asked?.[0] }),
  };
}

/** What is wrong, as a sentence for who looks at the row. */
export function problemOf(error: unknown): string {
  if (error instanceof ValidationError && error.issues.length > 0)
    return error.issues
      .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
      .join('; ');
  return error instanceof Error ? error.message : String(error);
}

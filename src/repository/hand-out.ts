// The one place where instances leave the repository layer: the proof holds and the record was decoded before.

import type { EntitySchema } from '../entity/entity-schema.js';
import type { RepositoryContext } from './context.js';
import type { StoredRevision } from './stored-revision.js';
import { track } from './verified.js';

/** What handing out needs of the ledger. */
export type HandingOut = Pick<RepositoryContext, 'lifecycle'>;

/**
 * Hands out the instance of a decoded revision, with its evidence.
 *
 * @returns undefined for a deletion
 * @throws what an `afterLoad` hook throws: then it is not handed out
 */
export function handOut<T extends object>(
  context: HandingOut,
  schema: EntitySchema<T>,
  { entity, evidence, base }: StoredRevision<T>,
): T | undefined {
  if (entity === undefined) return undefined;
  track(entity, { schema, evidence, base });
  prepareInstance(context, schema, entity);
  return entity;
}

/** Makes a decoded instance fit for the application, with evidence or before it has any. @throws as {@link handOut} */
export function prepareInstance<T extends object>(
  { lifecycle }: HandingOut,
  schema: EntitySchema<T>,
  entity: T,
): void {
  lifecycle.loaded(schema, entity);
}

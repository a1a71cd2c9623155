// Hooks before entities are validated and stored.

import { equalBytes } from '../../bytes.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
import { trackedOf } from '../verified.js';
import { describeHook, type OwnedHook } from './applicable.js';

/**
 * Runs them, entity by entity, one after the other. Each must leave the id of the entity that it is given; whether ids of
 * others stayed, and whether this one still does, is looked at again when the write is taken down.
 *
 * @param isNew default: whether nothing is known to be stored of the entity
 * @throws what a hook throws · TypeError if one changes the id of its entity, which was settled before
 */
export async function runBeforeSave<T extends object>(
  schema: EntitySchema<T>,
  entities: readonly T[],
  hooks: readonly OwnedHook<'beforeSave'>[],
  isNew?: boolean,
): Promise<void> {
  for (const entity of entities) {
    const id = schema.idOf(entity);
    const key = schema.keyFor(id);
    const context = { entity: schema.name, isNew: isNew ?? trackedOf(entity) === undefined };
    for (const { call, plugin } of hooks) {
      await call(entity, context);
      if (equalBytes(schema.keyFor(schema.idOf(entity)), key)) continue;
      throw new TypeError(
        `${describeHook('beforeSave', schema.className, plugin)} changed the id of ${schema.describe(id)}, which names its history. ` +
          'Nothing was written.',
      );
    }
  }
}

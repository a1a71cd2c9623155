// One instance in the place of another: the same entity, read again.

import type { EntitySchema } from '../entity/entity-schema.js';
import { moveEvidence } from './verified.js';

/**
 * Makes an instance hold what another holds, absent properties included, with its evidence. What hooks have put on the
 * other one, though it is not stored, is taken over, too.
 */
export function takeOver<T extends object>({ properties }: EntitySchema<T>, entity: T, current: T): void {
  for (const { property } of properties) {
    if (!Object.hasOwn(current, property)) Reflect.deleteProperty(entity, property);
  }
  for (const property of Object.keys(current)) {
    Reflect.set(entity, property, Reflect.get(current, property));
  }
  moveEvidence(current, entity);
}

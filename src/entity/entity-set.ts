// The entities of one ledger: each class once, each stored name once.
import { verifyStoredName } from '../codec/record-key.js';
import { schemaOf, type EntitySchema } from './entity-schema.js';
import type { EntityClass } from './entity-types.js';

/** The schemas of the classes a ledger was opened with. */
export interface EntitySet {
  /** In the order given. */
  readonly schemas: readonly EntitySchema[];
  /** The schema of a class. @throws TypeError if the ledger was not opened with it */
  of<T extends object>(entityClass: EntityClass<T>): EntitySchema<T>;
}

/**
 * Reads the schemas of all classes.
 *
 * @param namespace what their records and indexes are kept apart by, in one database; default none
 * @throws TypeError for a class that is not a sound entity, two classes of one stored name, or a namespace that is not one
 */
export function entitySchemas(classes: readonly EntityClass[], namespace = ''): EntitySet {
  if (namespace !== '') verifyStoredName('namespace', namespace);
  const byClass = new Map<EntityClass, EntitySchema>();
  const byName = new Map<string, EntitySchema>();
  for (const entityClass of new Set(classes)) {
    const schema = schemaOf(entityClass, namespace);
    const other = byName.get(schema.name);
    if (other !== undefined) {
      throw new TypeError(
        `${other.className} and ${schema.className} are both stored under the name "${schema.name}": give one of them another.`,
      );
    }
    byName.set(schema.name, schema);
    byClass.set(entityClass, schema);
  }
  return {
    schemas: [...byClass.values()],
    of: <T extends object>(entityClass: EntityClass<T>): EntitySchema<T> => {
      const schema = byClass.get(entityClass);
      // What is stored under a class is the schema of that class.
      if (schema !== undefined) return schema as unknown as EntitySchema<T>;
      const name = typeof entityClass === 'function' ? entityClass.name : String(entityClass);
      throw new TypeError(
        `${name} is not among the entities of this ledger: add it to { entities: [ … ] } when opening.`,
      );
    },
  };
}

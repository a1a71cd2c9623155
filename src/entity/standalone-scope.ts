// What a schema refers to where there is no ledger: classes are read when they are asked for, and nothing can be loaded.

import { embeddedClasses } from './embedded-classes.js';
import type { EntityClass } from './entity-types.js';
import type { TypeScope } from './property-type.js';
import type { EntitySchema } from './schema-types.js';

/** @param read reads the schema of a class */
export function standaloneScope(
  read: <T extends object>(entityClass: EntityClass<T>) => EntitySchema<T>,
): TypeScope {
  const known = new Map<EntityClass, EntitySchema>();
  const scope: TypeScope = {
    schemaOf: <T extends object>(entityClass: EntityClass<T>): EntitySchema<T> => {
      let schema = known.get(entityClass);
      if (schema === undefined)
        known.set(entityClass, (schema = read(entityClass) as unknown as EntitySchema));
      return schema as unknown as EntitySchema<T>;
    },
    embedded: (entityClass) => classes(entityClass),
    relations: () => {
      throw new TypeError('Nothing can be loaded here: open a ledger with the class, and use what it gives.');
    },
    whenKnown: () => {
      // Nothing else is known.
    },
  };
  const classes = embeddedClasses(scope);
  return scope;
}

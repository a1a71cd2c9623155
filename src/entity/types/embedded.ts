// A class inside of an entity: its decorated fields are stored as a part of the entity's record.

import type { EntityClass } from '../entity-types.js';
import { isPlainObject } from '../../plain-object.js';
import type { BoundType, EmbeddedFields, PropertyType } from '../property-type.js';
import { parsed } from './collections.js';
import { mismatch } from './mismatch.js';
import { resolved } from './thunk.js';

function bound<V extends object>(
  entityClass: EntityClass<V>,
  name: string,
  fields: EmbeddedFields,
): BoundType<V> {
  return {
    toStored: (value) =>
      (value as unknown) instanceof entityClass ? fields.embeddedToPlain(value) : mismatch(name, value),
    fromStored: (stored) =>
      isPlainObject(stored) ? fields.embeddedFromPlain(entityClass, stored) : mismatch(name, stored),
    fromText: (text) => {
      const json = typeof text === 'string' ? parsed(name, text) : text;
      return isPlainObject(json) ? fields.build(entityClass, fields.ofText(json)) : mismatch(name, json);
    },
    adopt: (given) => (isPlainObject(given) ? fields.build(entityClass, given) : given),
    get mayRespell() {
      return fields.mayRespell;
    },
  };
}

/**
 * An instance of a class with `@Property()` fields, stored inside of the entity. `create` and `update` also take a plain
 * object and make an instance of it; what is read is always one.
 *
 * @param target the class, as a function: classes may refer to each other
 */
export function embedded<V extends object>(target: () => EntityClass<V>): PropertyType<V> {
  const classOf = resolved('t.embedded', target);
  return {
    get name() {
      return `an instance of ${classOf().name}`;
    },
    isKeyPart: false,
    isIndexable: false,
    bind: (scope) => {
      const entityClass = classOf();
      return bound(entityClass, `an instance of ${entityClass.name}`, scope.embedded(entityClass));
    },
  };
}

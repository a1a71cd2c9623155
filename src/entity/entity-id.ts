// Ids in their three shapes: the value or object an application passes, the properties of an entity, the parts of a key.
import { inspect } from 'node:util';

import { describeKeyParts } from '../codec/describe-key.js';
import { isKeyPart, type KeyPart } from '../codec/key-parts.js';
import type { FieldDeclaration } from './declaration.js';
import type { EntityClass, IdOf } from './entity-types.js';

/** An id, between an application's form and a key's. */
export interface IdShape<T extends object> {
  /** The parts of an id as the application passes it. @throws TypeError unless it has the entity's shape */
  partsOf(id: IdOf<T>): readonly KeyPart[];
  /** The id of an entity. @throws TypeError if a part of it is not set, or is none */
  idOf(entity: T): IdOf<T>;
  /** The id as an error names it: `Account "a"`. Never throws. */
  describe(id: IdOf<T>): string;
}

function verifyPart(className: string, property: string, value: unknown): asserts value is KeyPart {
  if (isKeyPart(value)) return;
  const found = value === null ? 'null' : typeof value === 'object' ? 'an object' : typeof value;
  throw new TypeError(
    `${className}.${property} identifies it and must be a string, number, bigint, boolean, Date or Uint8Array, not ${found}.`,
  );
}

/** The values of several properties. Refuses other properties too: one with a typing error is no part of an id. */
function partsOfObject(className: string, properties: readonly string[], id: unknown): readonly KeyPart[] {
  const example = `{ ${properties.join(', ')} }`;
  if (typeof id !== 'object' || id === null || Object.keys(id).length !== properties.length) {
    throw new TypeError(`${className} is identified by an object ${example}.`);
  }
  return properties.map((property) => {
    const part: unknown = Reflect.get(id, property);
    verifyPart(className, property, part);
    return part;
  });
}

/**
 * How ids of the entity look.
 *
 * @param ids the id fields in the order of the key, at least one
 */
export function idShape<T extends object>(
  entityClass: EntityClass<T>,
  ids: readonly FieldDeclaration[],
): IdShape<T> {
  const { name: className } = entityClass;
  const properties = ids.map(({ property }) => property);
  const [only = '', ...others] = properties;
  const partsOf = (id: unknown): readonly KeyPart[] => {
    if (others.length > 0) return partsOfObject(className, properties, id);
    verifyPart(className, only, id);
    return [id];
  };
  const idOf = (entity: T): unknown => {
    if (others.length === 0) {
      const id: unknown = Reflect.get(entity, only);
      verifyPart(className, only, id);
      return id;
    }
    const id = Object.fromEntries(
      properties.map((property) => [property, Reflect.get(entity, property) as unknown]),
    );
    partsOfObject(className, properties, id);
    return Object.freeze(id);
  };
  const describe = (id: unknown): string => {
    try {
      return `${className} ${describeKeyParts(partsOf(id))}`;
    } catch {
      return `${className} ${inspect(id, { depth: 0, maxStringLength: 64, breakLength: Infinity })}`;
    }
  };
  return { partsOf, idOf: idOf as (entity: T) => IdOf<T>, describe };
}

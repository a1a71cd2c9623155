// What an entity is found under by one index, and where.
import { definitionDigest } from '../codec/index-state.js';
import { encodeKeyPart, isKeyPart, type KeyPart } from '../codec/key-parts.js';
import { encodeKey, namedKeys, type KeySpace } from '../codec/record-key.js';
import { ImmuError } from '../errors.js';
import type { CheckedIndex } from './checked-indexes.js';
import type { IndexSchema } from './index-schema.js';
import { Ref } from './ref.js';

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Array.isArray(value) ? 'an array' : 'an object';
}

/** Refuses what encodes to no key, while it is still known where it came from. */
function verifyHolds(
  className: string,
  entity: string,
  index: string,
  property: string,
  part: KeyPart,
): void {
  try {
    encodeKeyPart(part);
  } catch (cause) {
    if (!(cause instanceof ImmuError)) throw cause;
    throw new ImmuError(
      cause.code,
      `${className}.${property} cannot be indexed by "${index}" of ${entity}: ${cause.message}`,
      { cause, details: { entity, index, property } },
    );
  }
}

/**
 * One index, ready for use.
 *
 * @param className the name of the class, for errors
 * @param records where the entity's records are: entries are beside them
 */
export function indexSchema(className: string, records: KeySpace, index: CheckedIndex): IndexSchema {
  const { entity, namespace } = records;
  const { name, unique } = index;
  const properties = index.properties.map(({ property }) => property);
  return {
    name,
    unique,
    keys: namedKeys(unique ? 'unique' : 'index', entity, name, namespace),
    metaKey: encodeKey(namedKeys('meta', entity, name, namespace), []),
    properties,
    digest: definitionDigest(
      unique,
      index.properties.map(({ storedName }) => storedName),
    ),
    valuesOf: (instance) => {
      const values: KeyPart[] = [];
      for (const property of properties) {
        const held: unknown = Reflect.get(instance, property);
        // What refers to an entity is found under the id of that.
        const value: unknown = held instanceof Ref ? held.id : held;
        if (value === undefined || value === null) return undefined;
        if (!isKeyPart(value)) {
          throw new TypeError(
            `${className}.${property} is indexed by "${name}" and must be a string, number, bigint, boolean, Date or ` +
              `Uint8Array, or undefined or null, not ${describe(value)}.`,
          );
        }
        verifyHolds(className, entity, name, property, value);
        values.push(value);
      }
      return values;
    },
  };
}

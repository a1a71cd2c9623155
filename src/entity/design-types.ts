// What emitDecoratorMetadata noted about a field, if the application uses reflect-metadata. Only ever makes an error
// earlier and clearer: most compilers note nothing, so nothing may depend on it.
import type { FieldDeclaration } from './declaration.js';
import type { EntityClass } from './entity-types.js';
import { Ref } from './ref.js';

const NEVER_STORED: ReadonlySet<unknown> = new Set([Function, Symbol, Promise, WeakMap, WeakSet]);
const NEVER_ID: ReadonlySet<unknown> = new Set([...NEVER_STORED, Array, Map, Set, RegExp, URL]);
const NEVER_TEXT: ReadonlySet<unknown> = new Set([...NEVER_ID, Number, BigInt, Boolean, Date, Uint8Array]);

interface ReflectMetadata {
  readonly getMetadata?: (key: string, target: object, property: string) => unknown;
}

/** Types of values that a key holds or an index finds by, or that say nothing. Interfaces and unions are noted as Object. */
const INDEXED: ReadonlySet<unknown> = new Set([String, Number, BigInt, Boolean, Object, Ref]);

/** The class noted for a member, or `undefined` if none is. */
function designType(
  entityClass: EntityClass,
  property: string,
): (abstract new (...args: never[]) => unknown) | undefined {
  const type = (Reflect as ReflectMetadata).getMetadata?.(
    'design:type',
    entityClass.prototype as object,
    property,
  );
  return typeof type === 'function' ? (type as abstract new (...args: never[]) => unknown) : undefined;
}

/** What the declared type of the field rules out, or `undefined` if it rules out nothing or is not known. */
export function problemOfDesignType(entityClass: EntityClass, field: FieldDeclaration): string | undefined {
  const type = designType(entityClass, field.property);
  if (type === undefined) return undefined;
  if (NEVER_STORED.has(type)) return `is declared as ${type.name}, which cannot be stored`;
  if (!field.isId) return undefined;
  if (NEVER_ID.has(type)) return `is declared as ${type.name}, which cannot be an id`;
  if (typeof field.generate !== 'string' || !NEVER_TEXT.has(type)) return undefined;
  return `is declared as ${type.name}, but a ${field.generate} is a string`;
}

/** Why the declared type of a property or getter cannot be indexed, or `undefined` if it can or is not known. */
export function problemOfIndexedType(entityClass: EntityClass, property: string): string | undefined {
  const type = designType(entityClass, property);
  if (type === undefined || INDEXED.has(type)) return undefined;
  const prototype = type.prototype as unknown;
  const isHeld =
    [Date, Uint8Array].includes(type as never) ||
    prototype instanceof Date ||
    prototype instanceof Uint8Array;
  return isHeld ? undefined : `is declared as ${type.name}, which no index can hold`;
}

// Instances made by a library that the application chose, and what it makes of them.

import type { PlainRecord } from '../codec/codec.js';
import { equalValues } from '../codec/equal-values.js';
import { ImmuError } from '../errors.js';
import type { FieldDeclaration } from './declaration.js';
import type { Hydrated } from './entity-instance.js';
import type { EntityClass } from './entity-types.js';
import type { Hydrator } from './hydrator.js';

/** An instance of the class with its declared properties and nothing else: fields without decorator are not stored. */
function declaredPart(entityClass: EntityClass, fields: readonly FieldDeclaration[], entity: object): object {
  const part = Object.create(entityClass.prototype as object) as Record<string, unknown>;
  for (const { property } of fields) {
    const value: unknown = Reflect.get(entity, property);
    if (value === undefined) continue;
    Object.defineProperty(part, property, { value, enumerable: true, configurable: true, writable: true });
  }
  return part;
}

/** Refuses what could not be found again: a record must hold the id that its key is made of. */
function verifyIds(
  hydrator: Hydrator,
  entityClass: EntityClass,
  fields: readonly FieldDeclaration[],
  entity: object,
  plain: PlainRecord,
): void {
  const read = hydrator.fromStored(entityClass, { ...plain });
  const lost = fields.find(
    ({ property, isId }) => isId && !equalValues(Reflect.get(read, property), Reflect.get(entity, property)),
  );
  if (lost === undefined) return;
  throw new ImmuError(
    'VALUE_REFUSED',
    `${entityClass.name}.${lost.property} identifies it, and "${hydrator.name}" does not store it as it is: take the decorators ` +
      'away that leave it out or change it.',
    { details: { place: `${entityClass.name}.${lost.property}` } },
  );
}

/** The stored properties of an entity. @throws ImmuError VALUE_REFUSED for an id that is not among them */
export function plainBy(
  hydrator: Hydrator,
  entityClass: EntityClass,
  fields: readonly FieldDeclaration[],
  entity: object,
  undeclared: PlainRecord | undefined,
): PlainRecord {
  const plain = { ...undeclared, ...partBy(hydrator, entityClass, fields, entity) };
  verifyIds(hydrator, entityClass, fields, entity, plain);
  return plain;
}

/** What is stored of some of its properties. */
export function partBy(
  hydrator: Hydrator,
  entityClass: EntityClass,
  fields: readonly FieldDeclaration[],
  part: object,
): PlainRecord {
  return hydrator.toStored(entityClass, declaredPart(entityClass, fields, part));
}

/** Whether an object, or one inside of it, has a member that the other has not. */
function losesMembers(stored: unknown, again: unknown): boolean {
  if (!isMembered(stored) || !isMembered(again)) return false;
  return Object.entries(stored).some(
    ([name, member]) => !Object.hasOwn(again, name) || losesMembers(member, again[name]),
  );
}

/** Plain objects and arrays, which a library goes into. */
function isMembered(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

/** An instance from stored properties. What the library does not write again is put aside. @throws ImmuError UNREADABLE_RECORD */
export function hydratedBy<T extends object>(
  hydrator: Hydrator,
  entityClass: EntityClass<T>,
  fields: readonly FieldDeclaration[],
  plain: PlainRecord,
): Hydrated<T> {
  try {
    const entity = hydrator.fromStored(entityClass, plain);
    if (!((entity as unknown) instanceof entityClass))
      throw new TypeError(`it made no instance of ${entityClass.name}`);
    const again = hydrator.toStored(entityClass, declaredPart(entityClass, fields, entity));
    const left = Object.entries(plain).filter(([name]) => !Object.hasOwn(again, name));
    const lost = Object.keys(again).find((name) => losesMembers(plain[name], again[name]));
    if (lost !== undefined)
      throw new TypeError(
        `"${lost}" has members that it would not store again: let it keep what it does not know`,
      );
    return { entity, undeclared: left.length === 0 ? undefined : Object.fromEntries(left) };
  } catch (cause) {
    if (cause instanceof ImmuError && cause.code === 'UNREADABLE_RECORD') throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ImmuError(
      'UNREADABLE_RECORD',
      `"${hydrator.name}" cannot make a ${entityClass.name} of it: ${reason}`,
      {
        cause,
      },
    );
  }
}

// Instances of an entity: built, changed, taken apart into stored properties and put together again.
import type { PlainRecord } from '../codec/codec.js';
import type { FieldDeclaration } from './declaration.js';
import type { EntityClass } from './entity-types.js';

/** An entity made from stored properties. */
export interface Hydrated<T extends object> {
  readonly entity: T;
  /**
   * Stored properties that the class does not declare, or `undefined` for none. Hand them to `toPlain` when the entity
   * is saved, so that a class which knows less loses nothing.
   */
  readonly undeclared: PlainRecord | undefined;
}

type Values = Record<string, unknown>;

/**
 * Sets a property as an assignment does: through a setter if the class has one.
 *
 * @throws TypeError where assignment would: frozen entities, properties with a getter only
 */
export function setProperty(entity: object, property: string, value: unknown): void {
  (entity as Values)[property] = value;
}

/** A new instance. @throws TypeError if its constructor needs arguments */
export function newInstance<T extends object>(entityClass: EntityClass<T>): T {
  try {
    return Reflect.construct(entityClass as new () => T, []);
  } catch (cause) {
    throw new TypeError(
      `${entityClass.name} cannot be built without constructor arguments: build it yourself and save it.`,
      { cause },
    );
  }
}

/** Assigns declared properties and refuses all others, before it assigns any. */
export function propertyAssigner(
  entityClass: EntityClass,
  fields: readonly FieldDeclaration[],
): (entity: object, data: unknown) => void {
  const { name: className } = entityClass;
  const properties = new Set(fields.map(({ property }) => property));
  return (entity, data) => {
    if (typeof data !== 'object' || data === null)
      throw new TypeError(`${className}: the data must be an object.`);
    const unknown = Object.keys(data).find((property) => !properties.has(property));
    if (unknown !== undefined) {
      throw new TypeError(
        `${className}.${unknown} cannot be set: only ${[...properties].join(', ')} can. ` +
          'A field needs @Property(), and the id of a stored entity never changes.',
      );
    }
    for (const [property, value] of Object.entries(data)) setProperty(entity, property, value);
  };
}

/** The values of the fields by stored name, over those of properties that the class does not declare. */
export function plainOf(
  fields: readonly FieldDeclaration[],
  entity: object,
  undeclared: PlainRecord | undefined,
): PlainRecord {
  const plain: Values = { ...undeclared };
  for (const { property, storedName } of fields) {
    const value: unknown = Reflect.get(entity, property);
    if (value === undefined) Reflect.deleteProperty(plain, storedName);
    else plain[storedName] = value;
  }
  return plain;
}

/** An instance from stored properties, without running its constructor. */
export function hydrated<T extends object>(
  entityClass: EntityClass<T>,
  fields: readonly FieldDeclaration[],
  plain: PlainRecord,
): Hydrated<T> {
  const entity = Object.create(entityClass.prototype as object) as T;
  let taken = 0;
  for (const { property, storedName } of fields) {
    if (!Object.hasOwn(plain, storedName)) continue;
    setProperty(entity, property, plain[storedName]);
    taken++;
  }
  const names = Object.keys(plain);
  if (names.length === taken) return { entity, undeclared: undefined };
  const declared = new Set(fields.map(({ storedName }) => storedName));
  const undeclared = names.filter((name) => !declared.has(name)).map((name) => [name, plain[name]] as const);
  return { entity, undeclared: Object.fromEntries(undeclared) };
}

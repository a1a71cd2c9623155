// Single instances of entities: made, and changed.
import type { PlainRecord } from '../codec/codec.js';
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

/**
 * Sets a property as an assignment does: through a setter if the class has one.
 *
 * @throws TypeError where assignment would: frozen entities, properties with a getter only
 */
export function setProperty(entity: object, property: string, value: unknown): void {
  (entity as Record<string, unknown>)[property] = value;
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

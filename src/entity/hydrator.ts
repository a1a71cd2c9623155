// What else may turn instances into stored properties and back, in place of our own way (field-set.ts).

import type { PlainRecord } from '../codec/codec.js';
import type { EntityClass } from './entity-types.js';

/** A library that makes instances from plain objects and back, adapted. */
export interface Hydrator {
  /** The name an entity asks for it by: `@Entity({ hydrator: 'class-transformer' })`. */
  readonly name: string;
  /**
   * Why it cannot carry a class, as sentences without their end; none if it can. Asked when the ledger opens.
   *
   * @param properties the declared properties, by their names in the class
   */
  problemsOf(entityClass: EntityClass, properties: readonly string[]): readonly string[];
  /**
   * The stored properties of an instance.
   *
   * @param entity has the declared properties of an entity, and nothing else
   */
  toStored(entityClass: EntityClass, entity: object): PlainRecord;
  /**
   * An instance from stored properties.
   *
   * @param stored freshly decoded; its values may become those of the instance
   */
  fromStored<T extends object>(entityClass: EntityClass<T>, stored: PlainRecord): T;
}

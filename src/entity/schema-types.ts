// What the repository needs to know of an entity, and what may be asked of it.
import type { PlainRecord } from '../codec/codec.js';
import type { KeySpace } from '../codec/record-key.js';
import type { EntitySettings } from './declaration.js';
import type { Hydrated } from './entity-instance.js';
import type { CreateData, EntityClass, IdOf, UpdateData } from './entity-types.js';
import type { IndexSchema } from './index-schema.js';
import type { Validator } from './validator.js';

/** One stored property. */
export interface PropertySchema {
  /** Its name in the class. */
  readonly property: string;
  /** Its name in stored records. */
  readonly storedName: string;
  readonly isId: boolean;
}

/** What says whether the value of a property may be stored. */
export interface PropertyValidator {
  /** Its name in the class. */
  readonly property: string;
  readonly validate: Validator;
}

/** One entity class, ready for use. */
export interface EntitySchema<T extends object = object> {
  readonly entityClass: EntityClass<T>;
  /** The name of the class, for errors. Never stored. */
  readonly className: string;
  /** The stored name. */
  readonly name: string;
  readonly version: number;
  /** What else it is declared with: codec, hooks, validation and others. */
  readonly settings: EntitySettings;
  /** Where its records are. */
  readonly keys: KeySpace;
  /** In the order of declaration, bases first. */
  readonly properties: readonly PropertySchema[];
  /** Those that identify it, in the order of the key. */
  readonly idProperties: readonly PropertySchema[];
  /** Bases first; of one class those of fields, then of getters, then of the class. */
  readonly indexes: readonly IndexSchema[];
  /** What says whether values of single properties may be stored. */
  readonly validators: readonly PropertyValidator[];

  /** The id of an entity. @throws TypeError if it is not set */
  idOf(entity: T): IdOf<T>;
  /** The id of an entity, generated and set if it is not set and can be. @throws TypeError if it cannot be */
  ensureId(entity: T): IdOf<T>;
  /**
   * Whether the id was generated for this very entity, so that nobody else can have stored it. Says so once: after that,
   * the entity itself may have been stored, whatever became of the attempt.
   */
  takeNew(entity: T): boolean;
  /** The record key. @throws TypeError for another shape, ImmuError `VALUE_REFUSED`, `KEY_TOO_LARGE` */
  keyFor(id: IdOf<T>): Uint8Array;
  /** Class and id for errors: `Account "a"`. Never throws. */
  describe(id: IdOf<T>): string;

  /**
   * A new instance: its constructor is called without arguments, the data assigned, defaults filled in, an id generated if
   * need be.
   *
   * @throws TypeError for a property that is not declared, or a constructor that needs arguments
   */
  create(data: CreateData<T>): T;
  /**
   * A new instance of texts or JSON values, as files for import hold them: each is taken for what its property is declared
   * to be. Otherwise as `create`.
   *
   * @throws TypeError for a property that is not declared · ImmuError VALUE_REFUSED for a value that is not of its type
   */
  createFromText(data: Readonly<Record<string, unknown>>): T;
  /** The values of texts or JSON values, by property. @throws ImmuError VALUE_REFUSED */
  valuesOfText(data: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Fills in what has a default and no value. For entities that were never stored. */
  applyDefaults(entity: T): void;
  /** Assigns declared properties other than the id. @throws TypeError for any other */
  assign(entity: T, patch: UpdateData<T>): void;

  /**
   * The stored properties by stored name, those that are `undefined` left out.
   * @param undeclared what `hydrate` put aside when the entity was loaded
   * @throws TypeError if it is not an instance of the class · ImmuError VALUE_REFUSED for a value that is not of its type
   */
  toPlain(entity: T, undeclared?: PlainRecord): PlainRecord;
  /** What is stored of some of its properties, by stored name. @throws ImmuError VALUE_REFUSED */
  partToPlain(properties: object): PlainRecord;
  /**
   * An instance from stored properties. Its constructor does not run, so neither do field initializers: a property
   * that was not stored is absent. A class that relies on `#private` fields cannot be an entity.
   * @param plain freshly decoded; its values become those of the entity
   * @param key where it was stored
   * @param version of the class that stored it
   * @throws ImmuError `UNREADABLE_RECORD` if it is not the record of that key, or not what is declared; `NEWER_RECORD`
   */
  hydrate(plain: PlainRecord, key: Uint8Array, version: number): Hydrated<T>;
  /**
   * Whether storing an entity that was read, unchanged, may give another payload than the one it was read from, were that
   * of this version and codec.
   */
  readonly mayRespell: boolean;
}

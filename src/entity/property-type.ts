// What a property may be declared to be: how its value is checked, stored and read back. The types an application declares
// with are in types/; what binds them to the classes of one ledger is entity-set.ts.

import type { PlainRecord } from '../codec/codec.js';
import type { EntityClass, IdOf } from './entity-types.js';
import type { RelationSource } from './relation-source.js';

/** What is to be known of an entity in order to refer to it. */
export interface ReferredSchema<T extends object> {
  /** Those that identify it, in the order of the key. */
  readonly idProperties: readonly { readonly property: string }[];
  /** The record key. @throws TypeError for another shape, ImmuError `VALUE_REFUSED`, `KEY_TOO_LARGE` */
  keyFor(id: IdOf<T>): Uint8Array;
  /** The values of texts or JSON values, by property. @throws ImmuError VALUE_REFUSED */
  valuesOfText(data: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** The fields of a class that is no entity. What is not of its declared type is a TypeMismatch. */
export interface EmbeddedFields {
  /** Whether storing what was read may give another payload than the one it was read from. */
  readonly mayRespell: boolean;
  /** What is stored of an instance. */
  embeddedToPlain(instance: object): PlainRecord;
  /** An instance of what was stored. */
  embeddedFromPlain<T extends object>(entityClass: EntityClass<T>, plain: PlainRecord): T;
  /** An instance of data. */
  build<T extends object>(entityClass: EntityClass<T>, data: unknown): T;
  /** The values of texts or JSON values. */
  ofText(data: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** What a type may ask of the ledger it is used in. */
export interface TypeScope {
  /**
   * The schema of another entity. Not while types are bound: only once all classes of the ledger are known.
   *
   * @throws TypeError if the ledger was not opened with it
   */
  schemaOf<T extends object>(entityClass: EntityClass<T>): ReferredSchema<T>;
  /** The fields of a class that is no entity; always the same for the same class. @throws TypeError if it has none */
  embedded(entityClass: EntityClass): EmbeddedFields;
  /** Where related entities are loaded from. @throws TypeError outside of a ledger */
  relations(): RelationSource;
  /** Has something done once all classes of the ledger are known. */
  whenKnown(then: () => void): void;
}

/** A type in use. */
export interface BoundType<V = unknown> {
  /**
   * What is stored for a value: something that codecs store.
   *
   * @throws TypeMismatch if the value is none of this type
   */
  toStored(value: V): unknown;
  /**
   * The value of what was stored, by anyone. It is freshly decoded: it may become part of the value.
   *
   * @throws TypeMismatch if nothing of this type is stored so
   */
  fromStored(stored: unknown): V;
  /**
   * The value of a JSON value or a text, as files for import hold it.
   *
   * @throws TypeMismatch
   */
  fromText(text: unknown): V;
  /** What a property is to hold of what `create` and `update` were given. Default: that very value. */
  adopt?(given: unknown): unknown;
  /** Whether storing what was read may give another payload than the one it was read from. */
  readonly mayRespell: boolean;
}

/** What a property is declared to be. Made by the functions of `t`. */
export interface PropertyType<V = unknown> {
  /** As errors name it, with its article: `a bigint`, `an Address`. */
  readonly name: string;
  /** Whether its values can be parts of keys, and are stored as they are. */
  readonly isKeyPart: boolean;
  /** Whether an index can find by it: by its values, stored as they are, or by the id of what it refers to. */
  readonly isIndexable: boolean;
  /** The class it refers to, resolved; undefined if it refers to none. */
  readonly target?: (() => EntityClass) | undefined;
  /** Takes it into use. @throws TypeError if what it refers to is no class, or one without fields */
  bind(scope: TypeScope): BoundType<V>;
}

/** A type of which a property may be absent. Only types know: at run time any may. */
export interface OptionalType<V = unknown> extends PropertyType<V> {
  readonly isOptional: true;
}

// What the repository needs to know of an entity: its names, its id, and how an instance becomes stored properties and back.
import { equalBytes } from '../bytes.js';
import type { PlainRecord } from '../codec/codec.js';
import { encodeKey, recordKeys, type KeySpace } from '../codec/record-key.js';
import { ImmuError } from '../errors.js';
import { checkedDeclaration } from './checked-declaration.js';
import type { FieldDeclaration } from './declaration.js';
import { idShape } from './entity-id.js';
import { indexSchema } from './entity-index.js';
import {
  hydrated,
  newInstance,
  plainOf,
  propertyAssigner,
  setProperty,
  type Hydrated,
} from './entity-instance.js';
import type { CreateData, EntityClass, IdOf, UpdateData } from './entity-types.js';
import { idGenerator } from './id-generation.js';
import type { IndexSchema } from './index-schema.js';

/** One stored property. */
export interface PropertySchema {
  /** Its name in the class. */
  readonly property: string;
  /** Its name in stored records. */
  readonly storedName: string;
  readonly isId: boolean;
}

/** One entity class, ready for use. */
export interface EntitySchema<T extends object = object> {
  readonly entityClass: EntityClass<T>;
  /** The name of the class, for errors. Never stored. */
  readonly className: string;
  /** The stored name. */
  readonly name: string;
  readonly version: number;
  /** Where its records are. */
  readonly keys: KeySpace;
  /** In the order of declaration, bases first. */
  readonly properties: readonly PropertySchema[];
  /** Those that identify it, in the order of the key. */
  readonly idProperties: readonly PropertySchema[];
  /** Bases first; of one class those of fields, then of getters, then of the class. */
  readonly indexes: readonly IndexSchema[];

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
   * A new instance: its constructor is called without arguments, the data assigned, an id generated if need be.
   * @throws TypeError for a property that is not declared, or a constructor that needs arguments
   */
  create(data: CreateData<T>): T;
  /** Assigns declared properties other than the id. @throws TypeError for any other */
  assign(entity: T, patch: UpdateData<T>): void;

  /**
   * The stored properties by stored name, those that are `undefined` left out.
   * @param undeclared what `hydrate` put aside when the entity was loaded
   * @throws TypeError if it is not an instance of the class
   */
  toPlain(entity: T, undeclared?: PlainRecord): PlainRecord;
  /**
   * An instance from stored properties. Its constructor does not run, so neither do field initializers: a property
   * that was not stored is absent. A class that relies on `#private` fields cannot be an entity.
   * @param plain freshly decoded; its values become those of the entity
   * @param key where it was stored
   * @throws ImmuError `UNREADABLE_RECORD` if it is not the record of that key
   */
  hydrate(plain: PlainRecord, key: Uint8Array): Hydrated<T>;
}

/** Refuses a record that lies at the key of another: the proof binds value and key, but a writer may confuse them. */
function verifyKey<T extends object>(schema: EntitySchema<T>, entity: T, key: Uint8Array): void {
  let cause: unknown;
  try {
    if (equalBytes(schema.keyFor(schema.idOf(entity)), key)) return;
  } catch (error) {
    cause = error;
  }
  throw new ImmuError(
    'UNREADABLE_RECORD',
    `The record is not the ${schema.className} its key names: its own id is ${cause === undefined ? 'another' : 'none'}.`,
    { cause, details: { key } },
  );
}

/** The ids of one entity that nobody set. */
interface GeneratedIds {
  /** Fills in those that are not set and can be generated. */
  fill(entity: object): void;
  /** {@inheritDoc EntitySchema.takeNew} */
  takeNew(entity: object): boolean;
}

/** What was generated, by entity: whichever ledger it was created for, and is then saved to. */
const generatedId = new WeakMap<object, { readonly property: string; readonly value: unknown }>();

function generatedIds(ids: readonly FieldDeclaration[]): GeneratedIds {
  const generators = ids.map(({ property, generate }) => ({
    property,
    next: idGenerator(generate),
    // An application's own function may give what it gave before.
    isUnique: generate === 'ulid' || generate === 'uuidv7',
  }));
  return {
    fill(entity) {
      for (const { property, next, isUnique } of generators) {
        if (next === undefined || Reflect.get(entity, property) !== undefined) continue;
        const value = next();
        setProperty(entity, property, value);
        if (isUnique) generatedId.set(entity, { property, value });
      }
    },
    takeNew(entity) {
      const id = generatedId.get(entity);
      generatedId.delete(entity);
      return id !== undefined && Reflect.get(entity, id.property) === id.value;
    },
  };
}

function propertySchema({ property, storedName, isId }: FieldDeclaration): PropertySchema {
  return { property, storedName, isId };
}

/**
 * Reads what the decorators of a class declare. Nothing is registered: the schema knows the class, not the reverse.
 *
 * @param namespace what its records and indexes are kept apart by, in one database; default none
 * @throws TypeError naming the class and the remedy: no `@Entity`, no `@Id`, a misplaced decorator, two properties of
 *   one stored name, an index of what it cannot be on; or for a namespace that is not one
 */
export function schemaOf<T extends object>(entityClass: EntityClass<T>, namespace = ''): EntitySchema<T> {
  const { name, version, fields, indexes } = checkedDeclaration(entityClass);
  const { name: className } = entityClass;
  const ids = fields.filter(({ isId }) => isId);
  const data = fields.filter(({ isId }) => !isId);
  const keys = recordKeys(name, namespace);
  const shape = idShape(entityClass, ids);
  const generated = generatedIds(ids);
  const assignAny = propertyAssigner(entityClass, fields);

  const schema: EntitySchema<T> = {
    entityClass,
    className,
    name,
    version,
    keys,
    properties: fields.map(propertySchema),
    idProperties: ids.map(propertySchema),
    indexes: indexes.map((index) => indexSchema(className, keys, index)),
    idOf: (entity) => shape.idOf(entity),
    describe: (id) => shape.describe(id),
    keyFor: (id) => encodeKey(keys, shape.partsOf(id)),
    ensureId: (entity) => {
      verifyInstance(entityClass, entity);
      generated.fill(entity);
      return shape.idOf(entity);
    },
    takeNew: (entity) => generated.takeNew(entity),
    create: (given) => {
      const entity = newInstance(entityClass);
      assignAny(entity, given);
      generated.fill(entity);
      return entity;
    },
    assign: propertyAssigner(entityClass, data),
    toPlain: (entity, undeclared) => {
      verifyInstance(entityClass, entity);
      return plainOf(fields, entity, undeclared);
    },
    hydrate: (plain, key) => {
      const result = hydrated(entityClass, fields, plain);
      verifyKey(schema, result.entity, key);
      return result;
    },
  };
  return schema;
}

function verifyInstance<T extends object>(entityClass: EntityClass<T>, entity: T): void {
  if (entity instanceof entityClass) return;
  throw new TypeError(
    `An instance of ${entityClass.name} was expected: build one with create() or its constructor.`,
  );
}

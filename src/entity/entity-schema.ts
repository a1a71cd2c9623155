// From what is declared of a class to its schema: what the repository may ask of it (schema-types.ts).
import { equalBytes } from '../bytes.js';
import type { KeyPart } from '../codec/key-parts.js';
import { encodeKey, recordKeys } from '../codec/record-key.js';
import { ImmuError } from '../errors.js';
import { checkedDeclaration } from './checked-declaration.js';
import type { FieldDeclaration } from './declaration.js';
import { idShape } from './entity-id.js';
import { indexSchema } from './entity-index.js';
import type { EntityClass } from './entity-types.js';
import { FieldSet } from './field-set.js';
import { generatedIds } from './generated-ids.js';
import type { Hydrator } from './hydrator.js';
import { hydratorOf, storedForm } from './stored-form.js';
import { verifyIndexedRefs } from './indexed-refs.js';
import { attachMany, type ManySchema } from './many.js';
import { manySchemas } from './many-schema.js';
import type { TypeScope } from './property-type.js';
import type { EntitySchema, PropertySchema } from './schema-types.js';
import { standaloneScope } from './standalone-scope.js';
import { namingProperty } from './typed-error.js';
import { upcastRecord } from './upcast.js';

export type { EntitySchema, PropertySchema, PropertyValidator } from './schema-types.js';

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

function propertySchema({ property, storedName, isId }: FieldDeclaration): PropertySchema {
  return { property, storedName, isId };
}

/** Where a schema is used. */
export interface SchemaPlace {
  /** What its records and indexes are kept apart by, in one database. Default none. */
  readonly namespace?: string | undefined;
  /** The other classes of the ledger. Default: none; what it refers to can then be stored, and not loaded. */
  readonly scope?: TypeScope;
  /** What makes instances, by name. */
  readonly hydrators?: ReadonlyMap<string, Hydrator> | undefined;
}

/**
 * Reads what is declared of a class. Nothing is registered: the schema knows the class, not the reverse.
 *
 * @param place where it is used
 * @throws TypeError naming the class and the remedy: no `@Entity`, no `@Id`, a misplaced decorator, two properties of
 *   one stored name, an index of what it cannot be on, a type that refers to nothing; or for a namespace that is not one
 */
export function schemaOf<T extends object>(
  entityClass: EntityClass<T>,
  place: SchemaPlace = {},
): EntitySchema<T> {
  const { namespace = '', scope = standaloneScope(schemaOf) } = place;
  const { name, settings, fields, indexes, manies } = checkedDeclaration(entityClass);
  const { name: className } = entityClass;
  const ids = fields.filter(({ isId }) => isId);
  const keys = recordKeys(name, namespace);
  const shape = idShape(entityClass, ids);
  const generated = generatedIds(ids);
  const set = new FieldSet(className, fields).bind(scope);
  const form = storedForm(
    entityClass,
    fields,
    set,
    hydratorOf(entityClass, fields, settings.hydrator, place.hydrators),
  );
  const { version, upcast } = settings;
  let related: readonly ManySchema[] = [];

  const ready = (entity: T): T => {
    // Only an id of one property is what others find it by: manySchemas refuses the rest.
    const id = () => shape.idOf(entity) as KeyPart;
    for (const many of related) attachMany(entity, many, id, () => scope.relations());
    return entity;
  };
  const withId = (entity: T): T => {
    generated.fill(entity);
    return ready(entity);
  };
  const schema: EntitySchema<T> = {
    entityClass,
    className,
    name,
    version,
    settings,
    keys,
    properties: fields.map(propertySchema),
    idProperties: ids.map(propertySchema),
    indexes: indexes.map((index) => indexSchema(className, keys, index)),
    validators: fields.flatMap(({ property, validate }) =>
      validate === undefined ? [] : [{ property, validate }],
    ),
    mayRespell: form.mayRespell,
    idOf: (entity) => shape.idOf(entity),
    describe: (id) => shape.describe(id),
    keyFor: (id) => encodeKey(keys, shape.partsOf(id)),
    ensureId: (entity) => {
      verifyInstance(entityClass, entity);
      return shape.idOf(withId(entity));
    },
    takeNew: (entity) => generated.takeNew(entity),
    create: (given) => withId(set.build(entityClass, given)),
    valuesOfText: (data) => namingProperty(className, 'import', () => set.ofText(data)),
    createFromText: (data) => withId(set.build(entityClass, schema.valuesOfText(data))),
    applyDefaults: (entity) => {
      set.applyDefaults(entity);
    },
    assign: (entity, patch) => {
      set.assign(entity, patch, false);
    },
    toPlain: (entity, undeclared) => {
      verifyInstance(entityClass, entity);
      return form.toPlain(entity, undeclared);
    },
    partToPlain: (part) => form.partToPlain(part),
    hydrate: (plain, key, stored) => {
      const current = upcastRecord(plain, { className, current: version, stored }, upcast);
      const result = form.fromPlain(current);
      verifyKey(schema, result.entity, key);
      ready(result.entity);
      return result;
    },
  };
  scope.whenKnown(() => {
    verifyIndexedRefs(className, fields, schema.indexes, scope);
    related = manySchemas(schema, manies, scope);
  });
  return schema;
}

function verifyInstance<T extends object>(entityClass: EntityClass<T>, entity: T): void {
  if (entity instanceof entityClass) return;
  throw new TypeError(
    `An instance of ${entityClass.name} was expected: build one with create() or its constructor.`,
  );
}

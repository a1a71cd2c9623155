// The entities of one ledger: each class once, each stored name once, and what they refer to among them.
import { verifyStoredName } from '../codec/record-key.js';
import { embeddedClasses } from './embedded-classes.js';
import { schemaOf, type EntitySchema } from './entity-schema.js';
import type { EntityClass } from './entity-types.js';
import type { Hydrator } from './hydrator.js';
import type { TypeScope } from './property-type.js';
import type { RelationSource } from './relation-source.js';

/** The schemas of the classes a ledger was opened with. */
export interface EntitySet {
  /** In the order given. */
  readonly schemas: readonly EntitySchema[];
  /** The schema of a class. @throws TypeError if the ledger was not opened with it */
  of<T extends object>(entityClass: EntityClass<T>): EntitySchema<T>;
  /** Says where related entities are loaded from: once, by the one ledger that has this set. */
  attach(relations: RelationSource): void;
  /** Where they are loaded from. @throws TypeError before that is known */
  relations(): RelationSource;
  /** The same classes for another ledger, or in another namespace. */
  anew(namespace?: string): EntitySet;
}

/** What entities are read with, besides their classes. */
export interface EntitySetOptions {
  /** What their records and indexes are kept apart by, in one database. Default none. */
  readonly namespace?: string | undefined;
  /** What makes instances, for entities that ask for it by name. Default none. */
  readonly hydrators?: readonly Hydrator[] | undefined;
}

/**
 * Reads the schemas of all classes.
 *
 * @throws TypeError for a class that is not a sound entity, two classes of one stored name, a class that refers to one which
 *   is not among them, or a namespace that is not one
 */
export function entitySchemas(classes: readonly EntityClass[], options: EntitySetOptions = {}): EntitySet {
  const { namespace = '' } = options;
  if (namespace !== '') verifyStoredName('namespace', namespace);
  const hydrators = hydratorsByName(options.hydrators);
  const byClass = new Map<EntityClass, EntitySchema>();
  const byName = new Map<string, EntitySchema>();
  const once: (() => void)[] = [];
  let source: RelationSource | undefined;

  const of = <T extends object>(entityClass: EntityClass<T>): EntitySchema<T> => {
    const schema = byClass.get(entityClass);
    // What is stored under a class is the schema of that class.
    if (schema !== undefined) return schema as unknown as EntitySchema<T>;
    const name = typeof entityClass === 'function' ? entityClass.name : String(entityClass);
    throw new TypeError(
      `${name} is not among the entities of this ledger: add it to { entities: [ … ] } when opening.`,
    );
  };
  const scope: TypeScope = {
    schemaOf: of,
    embedded: (entityClass) => embedded(entityClass),
    relations: () => {
      if (source !== undefined) return source;
      throw new TypeError('Nothing can be loaded before the ledger is open.');
    },
    whenKnown: (then) => {
      once.push(then);
    },
  };
  const embedded = embeddedClasses(scope);
  for (const entityClass of new Set(classes)) {
    const schema = schemaOf(entityClass, { namespace, scope, hydrators });
    const other = byName.get(schema.name);
    if (other !== undefined) {
      throw new TypeError(
        `${other.className} and ${schema.className} are both stored under the name "${schema.name}": give one of them another.`,
      );
    }
    byName.set(schema.name, schema);
    byClass.set(entityClass, schema);
  }
  for (const then of once) then();
  return {
    schemas: [...byClass.values()],
    of,
    attach: (relations) => {
      source = relations;
    },
    relations: () => scope.relations(),
    anew: (other = namespace) => entitySchemas(classes, { ...options, namespace: other }),
  };
}

function hydratorsByName(hydrators: readonly Hydrator[] = []): ReadonlyMap<string, Hydrator> {
  const byName = new Map<string, Hydrator>();
  for (const hydrator of hydrators) {
    const { name, fromStored }: Partial<Hydrator> = Object(hydrator) as object;
    if (typeof name !== 'string' || typeof fromStored !== 'function')
      throw new TypeError(
        'hydrators takes adapted libraries: [classTransformer(module)], of immurepo/adapters.',
      );
    if (byName.has(hydrator.name))
      throw new TypeError(`Two hydrators are named "${hydrator.name}": give one.`);
    byName.set(hydrator.name, hydrator);
  }
  return byName;
}

// The same as the decorators say, without decorators.

import type { KeyPart } from '../codec/key-parts.js';
import { FORBIDDEN_NAMES } from '../codec/payload-limits.js';
import {
  declarationIn,
  type FieldDeclaration,
  type IdGeneration,
  type ManyDeclaration,
  metadataOf,
} from './declaration.js';
import { ENTITY_OPTIONS, verifyKnown } from './decorator-options.js';
import { declaredEntity, type EntityOptions } from './entity-options.js';
import type { EntityClass, IdProps, OptionalProps } from './entity-types.js';
import { installToJson } from './hidden.js';
import type { OptionalType, PropertyType } from './property-type.js';
import type { AnyRef } from './ref.js';
import { resolved } from './types/thunk.js';
import type { Validator } from './validator.js';
import type { IndexProps } from './where-types.js';

/** How one property is declared. */
export interface DefinedProperty<V = unknown> {
  /** What it is. */
  readonly type: PropertyType<V>;
  /** Whether it identifies the entity, and how an id that was not set comes about. Several make one id. */
  readonly id?: true | { readonly generate: IdGeneration };
  /** Whether entities are found by it. */
  readonly index?: true | { readonly unique?: boolean; readonly name?: string };
  /** The name in stored records. Default the property's. */
  readonly name?: string;
  /** What a new entity has where nothing was given: a value, or a function that makes it. */
  readonly default?: unknown;
  /** Whether `JSON.stringify(entity)` leaves it out. */
  readonly hidden?: boolean;
  /** Says whether a value may be stored. */
  readonly validate?: Validator<V>;
}

/** Properties by name: a type, or a type and more. */
export type DefinedProperties = Readonly<Record<string, PropertyType | DefinedProperty>>;

/** An index of several properties, or of a getter. */
export interface DefinedIndex {
  readonly name: string;
  readonly on: readonly string[];
  readonly unique?: boolean;
}

/** Entities that refer to one. */
export interface DefinedMany {
  readonly target: () => EntityClass;
  readonly by: string;
}

/** What an entity is, said without decorators. */
export interface EntityDefinition<P extends DefinedProperties>
  extends
    Omit<EntityOptions, 'validate' | 'hooks'>,
    Pick<EntityOptions<InstanceOf<P>>, 'validate' | 'hooks'> {
  /** What is stored, and the id. */
  readonly properties: P;
  /** Indexes of several properties, or of getters of `class`. */
  readonly indexes?: readonly DefinedIndex[];
}

/** What an existing class is, said without decorators. */
export interface ClassDefinition<C extends EntityClass>
  extends
    Omit<EntityDefinition<DefinedProperties>, 'validate' | 'hooks'>,
    Pick<EntityOptions<InstanceType<C>>, 'validate' | 'hooks'> {
  /** The class. */
  readonly class: C;
  /** Its properties of type `Many`: which entities refer to it, and by which of their properties. */
  readonly many?: Readonly<Record<string, DefinedMany>>;
}

type TypeOf<D> = D extends { readonly type: infer T } ? T : D;
type ValueOf<D> = TypeOf<D> extends PropertyType<infer V> ? V : never;
type IsOptional<D> = TypeOf<D> extends OptionalType ? true : false;
type NamesOf<P, Shape> = { [K in keyof P]: P[K] extends Shape ? K : never }[keyof P];
type OptionalNames<P> = { [K in keyof P]: IsOptional<P[K]> extends true ? K : never }[keyof P];
type IdNames<P> = NamesOf<P, { readonly id: unknown }>;
type IndexedNames<P> = NamesOf<P, { readonly index: unknown }>;
type DefaultNames<P> = NamesOf<P, { readonly default: unknown }>;

/** What instances of a defined entity hold. */
export type InstanceOf<P extends DefinedProperties> = {
  -readonly [K in Exclude<keyof P, OptionalNames<P>>]: ValueOf<P[K]>;
} & { -readonly [K in OptionalNames<P>]?: ValueOf<P[K]> | undefined } & {
  [IdProps]?: IdNames<P>;
  [IndexProps]?: IndexedNames<P>;
  [OptionalProps]?: DefaultNames<P>;
};

/** The values of keys, and references, which are found by the id they hold. */
type Indexable = KeyPart | AnyRef | null | undefined;

/** Properties whose ids and indexes are on what a key can hold. */
type Checked<P extends DefinedProperties> = {
  readonly [K in keyof P]: P[K] extends { readonly id: unknown }
    ? [ValueOf<P[K]>] extends [KeyPart]
      ? P[K]
      : { readonly id: 'no key can hold it' }
    : P[K] extends { readonly index: unknown }
      ? [ValueOf<P[K]>] extends [Indexable]
        ? P[K]
        : { readonly index: 'no key can hold it' }
      : P[K];
};

/**
 * Declares an existing class to be an entity, without decorators.
 *
 * @param definition with the class as `class`
 * @returns that class
 */
export function defineEntity<C extends EntityClass>(definition: ClassDefinition<C>): C;
/**
 * Declares an entity without decorators, and makes a class of it.
 *
 * @param definition its stored name, its properties and what else `@Entity` takes
 * @returns the class: `new Account()`, `InstanceType<typeof Account>`, `ledger.repository(Account)`
 * @throws TypeError for what is no definition; what contradicts itself is told when a ledger opens
 * @example
 * const Account = defineEntity({
 *   name: 'account',
 *   properties: {
 *     id: { type: t.string(), id: { generate: 'ulid' } },
 *     email: { type: t.string(), index: { unique: true } },
 *     balance: t.bigint(),
 *   },
 * });
 * type Account = InstanceType<typeof Account>;
 */
export function defineEntity<const P extends DefinedProperties>(
  definition: EntityDefinition<P> & { readonly properties: Checked<P> },
): new () => InstanceOf<P>;
export function defineEntity(
  definition: Omit<EntityDefinition<DefinedProperties>, 'validate' | 'hooks'> &
    Partial<Pick<ClassDefinition<EntityClass>, 'class' | 'many'>>,
): EntityClass {
  if (typeof definition !== 'object' || (definition as unknown) === null || !isObject(definition.properties))
    throw new TypeError(
      "defineEntity takes { name, properties }: defineEntity({ name: 'account', properties: { … } }).",
    );
  // What validates and hooks, and of which instances, is for the types above to say: both are among the options.
  const { properties, indexes = [], many = {}, class: given, ...options } = definition;
  verifyKnown('defineEntity', options, ENTITY_OPTIONS);
  const entityClass = given ?? classNamed(options.name);
  const declaration = declarationIn(metadataOf(entityClass));
  for (const [name, property] of Object.entries(properties)) {
    const defined: Partial<DefinedProperty> = isType(property) ? { type: property } : { ...property };
    if (!isType(defined.type))
      throw new TypeError(`${entityClass.name}.${name} has no type: give it one of t, such as t.string().`);
    verifyKnown(`${entityClass.name}.${name}`, isType(property) ? {} : property, PROPERTY_OPTIONS);
    const problem = problemOfName(entityClass, name);
    if (problem !== undefined) declaration.problems.push(`${name}: ${problem}`);
    define(declaration, name, { ...defined, type: defined.type });
  }
  for (const { name, on, unique = false } of indexes) {
    if (!Array.isArray(on) || on.length === 0)
      throw new TypeError(
        `${entityClass.name}: index "${name}" says on which properties it is: on: ['owner'].`,
      );
    declaration.indexes.push({ on: 'class', name, unique, properties: [...(on as readonly string[])] });
  }
  for (const [property, { target, by }] of Object.entries(many)) {
    const relation: ManyDeclaration = { property, target: resolved('many', target), by };
    declaration.manies.set(property, relation);
  }
  declaration.entity = declaredEntity(entityClass.name, options);
  installToJson(entityClass);
  return entityClass;
}

const PROPERTY_OPTIONS = ['type', 'id', 'index', 'name', 'default', 'hidden', 'validate'];

/** Why a property cannot be called so; undefined if it can. */
function problemOfName({ prototype }: EntityClass, property: string): string | undefined {
  if (FORBIDDEN_NAMES.has(property)) return 'has a name that reaches into prototypes: use another';
  let at = prototype as object | null;
  for (; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null)
    if (Object.hasOwn(at, property))
      return 'is a getter or a method of the class, and not stored: leave it out';
  return undefined;
}

function define(
  { fields, own, hidden, indexes, problems }: ReturnType<typeof declarationIn>,
  property: string,
  { type, id, index, name, default: byDefault, hidden: isHidden, validate }: DefinedProperty,
): void {
  const field: FieldDeclaration = {
    property,
    storedName: name ?? property,
    isId: isObject(id) || id === true,
    generate: typeof id === 'object' ? id.generate : undefined,
    type,
    default: byDefault,
    validate,
  };
  if (isObject(id)) verifyKnown(`The id ${property}`, id, ['generate']);
  if (isObject(index)) verifyKnown(`The index of ${property}`, index, ['name', 'unique']);
  own.add(property);
  fields.set(property, field);
  if (isHidden === true) hidden.add(property);
  if (!isObject(index) && index !== true) return;
  const { unique = false, name: indexName } = index === true ? {} : index;
  if (typeof (unique as unknown) !== 'boolean')
    problems.push(`${property}: an index is unique or not: say true or false`);
  indexes.push({ on: 'field', name: indexName, unique, properties: [property] });
}

/** A class whose name shows in errors and when it is inspected: `purchase-order` → `PurchaseOrder`. */
function classNamed(name: unknown): EntityClass {
  const words = String(name).match(/[A-Za-z0-9]+/g) ?? ['Entity'];
  const className = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  // Its one static member is its name, which errors and inspection show.
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class
  return class {
    static {
      Object.defineProperty(this, 'name', { value: className, configurable: true });
    }
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isType(value: unknown): value is PropertyType {
  return isObject(value) && typeof value.bind === 'function';
}

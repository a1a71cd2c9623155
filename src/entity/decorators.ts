// @Entity, @Id and @Property: they only note what was said. What it amounts to is decided in entity-schema.ts. @Index is in
// index-decorator.ts, @Many in many.ts, @Hidden in hidden.ts.
import type { KeyPart } from '../codec/key-parts.js';
import { declarationIn, type FieldDeclaration, type IdGeneration } from './declaration.js';
import { decoratedClass, decoratedMember } from './decorated-member.js';
import { ENTITY_OPTIONS, verifyOptions } from './decorator-options.js';
import type { NotAClass, OnInstances } from './decorator-types.js';
import { declaredEntity, type EntityOptions } from './entity-options.js';
import type { EntityClass } from './entity-types.js';
import { installToJson } from './hidden.js';
import type { PropertyType } from './property-type.js';
import type { Validator } from './validator.js';

/** Where the id comes from. */
export interface IdOptions {
  /**
   * How an id comes about that was not set: a `'ulid'` or `'uuidv7'` (text that sorts by time of creation), or a
   * function of your own. Default: none, the application sets it.
   */
  readonly generate?: IdGeneration;
  /** The name in stored records. Default the property's. */
  readonly name?: string;
  /** What it is declared to be: one of the types of `t` that a key can hold. Default: anything a key can hold. */
  readonly type?: PropertyType;
}

/** How a property is stored. */
export interface PropertyOptions<V = unknown> {
  /** The name in stored records. Default the property's. Lets the property be renamed. */
  readonly name?: string;
  /** What it is declared to be: `t.string()`, `t.ref(() => Customer)` … Default: anything that can be stored, unchecked. */
  readonly type?: PropertyType<V>;
  /**
   * What a new entity has where nothing was given: a value, or a function that makes it, which anything but a text, a number,
   * a bigint, a boolean or null needs. Stored entities are left as they are. Default: nothing.
   */
  readonly default?: V | (() => V);
  /** Says whether a value may be stored: a Standard Schema, or a function. */
  readonly validate?: Validator<V>;
}

/** Marks a class, under either kind of decorators. */
export type EntityDecorator<T extends object = object> = (
  target: EntityClass<T>,
  context?: ClassDecoratorContext,
) => void;

/** Anything if a field of type `F` can hold a `V`, or is a narrower one such as a branded string; else nothing. */
type Accepts<F, V> = [V] extends [F] ? unknown : [F] extends [V | undefined] ? unknown : never;

/** Marks a field of instances that holds key parts and can hold a generated `V`, under either kind of decorators. */
export interface IdDecorator<V extends KeyPart> {
  /** Standard decorators. */
  <T, F extends KeyPart | undefined>(
    value: undefined,
    context: ClassFieldDecoratorContext<T, F> & OnInstances & Accepts<F, V>,
  ): void;
  /** `experimentalDecorators` */
  <T extends NotAClass, K extends keyof T>(
    target: T,
    name: T[K] extends KeyPart | undefined ? K & Accepts<T[K], V> : never,
    descriptor?: undefined,
  ): void;
}

/** Anything if whatever a field of type `F` holds is a `V`; else nothing. */
type IsDeclared<F, V> = [F] extends [V | undefined] ? unknown : never;

/** Marks a field of instances that holds `V`, under either kind of decorators. */
export interface TypedPropertyDecorator<V> {
  /** Standard decorators. */
  <T, F>(value: undefined, context: ClassFieldDecoratorContext<T, F> & OnInstances & IsDeclared<F, V>): void;
  /** `experimentalDecorators`. Of a private member no more than its name is known. */
  <T extends NotAClass, K extends string>(
    target: T,
    name: K extends keyof T ? K & IsDeclared<T[K], V> : K,
    descriptor?: undefined,
  ): void;
}

/** Marks a field of instances, private ones included, under either kind of decorators. */
export interface PropertyDecorator {
  /** Standard decorators. */
  (value: undefined, context: ClassFieldDecoratorContext & OnInstances): void;
  /** `experimentalDecorators` */
  (target: NotAClass, name: string, descriptor?: undefined): void;
}

/**
 * Declares a class to be an entity.
 *
 * @param options its stored name, and its version
 * @throws TypeError for a name or version that is not one
 * @example
 * ```ts
 * @Entity({ name: 'account' })
 * class Account {
 *   @Id({ generate: 'ulid' }) id!: string;
 *   @Property() balance!: bigint;
 * }
 * ```
 */
export function Entity<T extends object = object>(options: EntityOptions<T>): EntityDecorator<T> {
  verifyOptions('@Entity', options, ENTITY_OPTIONS);
  return (...args: readonly unknown[]) => {
    const { name: className, metadata } = decoratedClass('@Entity()', args);
    declarationIn(metadata).entity = declaredEntity(className, options);
    installToJson(args[0] as EntityClass);
  };
}

function declareField(
  decorator: string,
  args: readonly unknown[],
  field: Omit<FieldDeclaration, 'property' | 'storedName'> & { readonly storedName: string | undefined },
): void {
  const { metadata, name, problem } = decoratedMember({ decorator, place: 'a field' }, args);
  const { fields, own, problems } = declarationIn(metadata);
  if (problem !== undefined) problems.push(`${name}: ${problem}`);
  else if (own.has(name)) problems.push(`${name}: has two of @Id() and @Property(); one says all`);
  own.add(name);
  fields.set(name, { ...field, property: name, storedName: field.storedName ?? name });
}

/**
 * Declares what identifies the entity. Several `@Id` make one id of several parts, in the order of declaration.
 *
 * The field holds a string, number, bigint, boolean, Date or bytes; with `'ulid'` or `'uuidv7'`, a string.
 *
 * @param options where the id comes from
 * @throws TypeError if it is not a field of instances, once the class is an entity
 */
export function Id(options: IdOptions & { readonly generate: 'ulid' | 'uuidv7' }): IdDecorator<string>;
export function Id<V extends KeyPart>(options: IdOptions & { readonly generate: () => V }): IdDecorator<V>;
export function Id(options?: Omit<IdOptions, 'generate'>): IdDecorator<never>;
export function Id(options: IdOptions = {}, ...more: readonly unknown[]): IdDecorator<never> {
  verifyOptions('@Id', options, ['generate', 'name', 'type'], more);
  return (...args: readonly unknown[]) => {
    const { name, generate, type } = options;
    declareField('@Id()', args, { isId: true, storedName: name, generate, type });
  };
}

/**
 * Declares a field to be stored. Fields without decorator are not.
 *
 * @param options its type, a default, what validates it, and the stored name, if it is not the property's
 * @throws TypeError if it is not a field of instances, once the class is an entity
 */
export function Property<V>(
  options: PropertyOptions<V> & { readonly type: PropertyType<V> },
): TypedPropertyDecorator<V>;
export function Property(options?: Omit<PropertyOptions, 'type'>): PropertyDecorator;
export function Property(options: PropertyOptions = {}, ...more: readonly unknown[]): PropertyDecorator {
  verifyOptions('@Property', options, ['name', 'type', 'default', 'validate'], more);
  return (...args: readonly unknown[]) => {
    const { name, type, default: byDefault, validate } = options;
    const field = { isId: false, storedName: name, generate: undefined, type, validate };
    declareField('@Property()', args, { ...field, default: byDefault });
  };
}

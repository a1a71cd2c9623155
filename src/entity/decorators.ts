// @Entity, @Id and @Property: they only note what was said. What it amounts to is decided in entity-schema.ts. @Index is in
// index-decorator.ts.
import type { KeyPart } from '../codec/key-parts.js';
import { verifyStoredName } from '../codec/record-key.js';
import { declarationIn, type FieldDeclaration, type IdGeneration } from './declaration.js';
import { decoratedClass, decoratedMember } from './decorated-member.js';
import { verifyOptions } from './decorator-options.js';
import type { NotAClass, OnInstances } from './decorator-types.js';
import type { EntityClass } from './entity-types.js';

/** What an entity is called in the ledger. */
export interface EntityOptions {
  /**
   * The stored name, for ever: a lower-case letter, then up to 63 of `a-z 0-9 . _ -`. Never taken from the class, so
   * that renaming or minifying it loses nothing.
   */
  readonly name: string;
  /** The version of the stored properties, 1 to 2^32 − 1. Default 1. */
  readonly version?: number;
}

/** Where the id comes from. */
export interface IdOptions {
  /**
   * How an id comes about that was not set: a `'ulid'` or `'uuidv7'` (text that sorts by time of creation), or a
   * function of your own. Default: none, the application sets it.
   */
  readonly generate?: IdGeneration;
  /** The name in stored records. Default the property's. */
  readonly name?: string;
}

/** How a property is stored. */
export interface PropertyOptions {
  /** The name in stored records. Default the property's. Lets the property be renamed. */
  readonly name?: string;
}

/** Marks a class, under either kind of decorators. */
export type EntityDecorator = (target: EntityClass, context?: ClassDecoratorContext) => void;

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
export function Entity(options: EntityOptions): EntityDecorator {
  verifyOptions('@Entity', options);
  return (...args: readonly unknown[]) => {
    const { name: className, metadata } = decoratedClass('@Entity()', args);
    const { name, version = 1 } = options;
    const problem = problemOfEntity(name, version);
    if (problem !== undefined) throw new TypeError(`${className}: ${problem}`);
    declarationIn(metadata).entity = { name, version };
  };
}

function problemOfEntity(name: string, version: number): string | undefined {
  try {
    verifyStoredName('entity', name);
  } catch (error) {
    return (error as TypeError).message;
  }
  return Number.isInteger(version) && version >= 1 && version <= 0xffff_ffff
    ? undefined
    : `version ${version} is not one: use 1, 2, 3 and so on.`;
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
  verifyOptions('@Id', options, more);
  return (...args: readonly unknown[]) => {
    declareField('@Id()', args, { isId: true, storedName: options.name, generate: options.generate });
  };
}

/**
 * Declares a field to be stored. Fields without decorator are not.
 *
 * @param options the stored name, if it is not the property's
 * @throws TypeError if it is not a field of instances, once the class is an entity
 */
export function Property(options?: PropertyOptions): PropertyDecorator;
export function Property(options: PropertyOptions = {}, ...more: readonly unknown[]): PropertyDecorator {
  verifyOptions('@Property', options, more);
  return (...args: readonly unknown[]) => {
    declareField('@Property()', args, { isId: false, storedName: options.name, generate: undefined });
  };
}

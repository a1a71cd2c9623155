// @Index, on a field, a getter or the class. It only notes what was said: what it amounts to is decided in checked-indexes.ts.
import type { KeyPart } from '../codec/key-parts.js';
import { declarationIn } from './declaration.js';
import { decoratedClass, decoratedMember, isOnClass, type MemberRule } from './decorated-member.js';
import { verifyOptions } from './decorator-options.js';
import type { NotAClass, OnInstances } from './decorator-types.js';
import type { EntityClass } from './entity-types.js';
import type { AnyRef } from './ref.js';

/** An index of one property. */
export interface IndexOptions {
  /** Whether two live entities may not have the same value. Default false. */
  readonly unique?: boolean;
  /** Its stored name. Default that of the property, `createdAt` becoming `created-at`. */
  readonly name?: string;
}

/** An index of several properties. */
export interface CompoundIndexOptions<K extends string> {
  /** Its stored name: a lower-case letter, then up to 63 of `a-z 0-9 . _ -`. */
  readonly name: string;
  /** Public properties and getters, in the order in which they are compared. */
  readonly on: readonly [K, ...K[]];
  /** Whether two live entities may not have the same values. Default false. */
  readonly unique?: boolean;
}

/** What can be indexed. An entity where it is undefined or null is not found by the index. */
type Indexable = KeyPart | AnyRef | null | undefined;

/** Marks a field or getter of instances that holds key parts, under either kind of decorators. */
export interface IndexDecorator {
  /** Standard decorators, on a field. */
  <T, F extends Indexable>(value: undefined, context: ClassFieldDecoratorContext<T, F> & OnInstances): void;
  /** Standard decorators, on a getter. */
  <T, G extends Indexable>(
    value: (this: T) => G,
    context: ClassGetterDecoratorContext<T, G> & OnInstances,
  ): void;
  /** `experimentalDecorators`. Of a private member no more than its name is known. */
  <T extends NotAClass, K extends string>(
    target: T,
    name: K extends keyof T ? (T[K] extends Indexable ? K : never) : K,
    descriptor?: object,
  ): void;
}

/** The names of `T` that an index may be on, as far as types can tell. */
type IndexableKeys<T> = { [K in keyof T]-?: T[K] extends Indexable ? K : never }[keyof T];

/** Marks a class that has public properties or getters `K` of key parts, under either kind of decorators. */
export type CompoundIndexDecorator<K extends string> = <T extends object>(
  target: EntityClass<T> &
    ([K] extends [IndexableKeys<T>]
      ? unknown
      : { readonly 'cannot be indexed': Exclude<K, IndexableKeys<T>> }),
  context?: ClassDecoratorContext,
) => void;

/** What is passed by callers without types. */
interface AnyOptions {
  readonly name?: string;
  readonly on?: unknown;
  readonly unique?: unknown;
}

const RULE: MemberRule = { decorator: '@Index()', place: 'a field or a getter' };

/**
 * Declares that entities are found by a value, or by several.
 *
 * On a field: by its value, and the field is stored as with `@Property()`. On a getter: by what it computes, which is
 * not stored. On the class: by several properties or getters, compared one after the other.
 *
 * @param options whether it is unique, its stored name, and on a class what it is on
 * @throws TypeError where it cannot be, or for what is no index, once the class is an entity
 * @example
 * ```ts
 * @Entity({ name: 'account' })
 * @Index({ name: 'by-owner', on: ['owner', 'openedAt'] })
 * class Account {
 *   declare [IndexProps]?: 'owner' | 'openedAt' | 'email' | 'domain';
 *   @Id({ generate: 'ulid' }) id!: string;
 *   @Property() owner!: string;
 *   @Property() openedAt!: Date;
 *   @Index({ unique: true }) email!: string;
 *   @Index() get domain(): string { return this.email.replace(/.*@/, ''); }
 * }
 * ```
 */
export function Index<K extends string>(options: CompoundIndexOptions<K>): CompoundIndexDecorator<K>;
export function Index(options?: IndexOptions): IndexDecorator;
export function Index(options: AnyOptions = {}, ...more: readonly unknown[]) {
  verifyOptions('@Index', options, ['name', 'on', 'unique'], more);
  return (...args: readonly unknown[]): void => {
    if (isOnClass(args)) declareOnClass(options, args);
    else declareOnMember(options, args);
  };
}

function problemOfUnique({ unique }: AnyOptions): string | undefined {
  return unique === undefined || typeof unique === 'boolean'
    ? undefined
    : `an index is unique or not: say true or false, not ${JSON.stringify(unique)}`;
}

function declareOnMember(options: AnyOptions, args: readonly unknown[]): void {
  const { metadata, name, isGetter, problem: misplaced } = decoratedMember(RULE, args);
  const { fields, indexes, problems } = declarationIn(metadata);
  const problem =
    misplaced ??
    (options.on === undefined ? problemOfUnique(options) : '@Index({ on: … }) belongs on the class');
  if (problem !== undefined) {
    problems.push(`${name}: ${problem}`);
    return;
  }
  // Not among the class's own decorated fields: @Property or @Id, before or after, say more.
  if (!isGetter && !fields.has(name)) {
    fields.set(name, { property: name, storedName: name, isId: false, generate: undefined });
  }
  indexes.push({
    on: isGetter ? 'getter' : 'field',
    name: options.name,
    unique: options.unique === true,
    properties: [name],
  });
}

function isListOfNames(on: unknown): on is readonly string[] {
  return Array.isArray(on) && on.length > 0 && on.every((name) => typeof name === 'string');
}

function declareOnClass(options: AnyOptions, args: readonly unknown[]): void {
  const { name: className, metadata } = decoratedClass('@Index()', args);
  const { name, on } = options;
  if (typeof name !== 'string' || !isListOfNames(on)) {
    throw new TypeError(
      `${className}: @Index() on a class has a name and says what it is on: @Index({ name: 'by-owner', on: ['owner', 'openedAt'] }).`,
    );
  }
  const problem = problemOfUnique(options);
  if (problem !== undefined) throw new TypeError(`${className}: ${problem}.`);
  const unique = options.unique === true;
  // The lowest decorator of a class comes first: put before it those that are written above.
  declarationIn(metadata).indexes.unshift({ on: 'class', name, unique, properties: [...on] });
}

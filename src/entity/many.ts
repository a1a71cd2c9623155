// The entities that refer to one: nothing is stored, they are found by an index on their reference.

import type { KeyPart } from '../codec/key-parts.js';
import { decoratedMember } from './decorated-member.js';
import { declarationIn } from './declaration.js';
import type { NotAClass, OnInstances } from './decorator-types.js';
import type { EntityClass } from './entity-types.js';
import type { Ref } from './ref.js';
import type { ManyOptions, RelationSource } from './relation-source.js';
import { resolved } from './types/thunk.js';
import type { Verified } from './verified-type.js';

/** The entities that refer to one. Nothing is kept: each call asks the ledger. */
export interface Many<T extends object> {
  /** Finds them, each proven; that none was left out cannot be. Within a transaction they are read by it. */
  find(options?: ManyOptions): Promise<Verified<T>[]>;
  /** The same one by one, in flat memory. Not within a transaction. */
  stream(options?: ManyOptions): AsyncGenerator<Verified<T>, void, undefined>;
}

/** The properties of `T` that hold a reference. */
type RefKeys<T> = { [K in keyof T & string]-?: NonNullable<T[K]> extends Ref<infer _> ? K : never }[keyof T &
  string];

/** Marks a field of instances that holds `Many<T>`, under either kind of decorators. */
export interface ManyDecorator<T extends object> {
  /** Standard decorators. */
  <O, F>(
    value: undefined,
    context: ClassFieldDecoratorContext<O, F> &
      OnInstances &
      ([F] extends [Many<T> | undefined] ? unknown : never),
  ): void;
  /** `experimentalDecorators` */
  <O extends NotAClass, K extends string>(
    target: O,
    name: K extends keyof O ? (O[K] extends Many<T> | undefined ? K : never) : K,
    descriptor?: undefined,
  ): void;
}

/**
 * Declares a field by which the entities are found that refer to this one. Entities have it once they were created by a
 * repository, loaded or saved; it is not enumerable, and nothing of it is stored.
 *
 * @param target their class, as a function: classes may refer to each other
 * @param by their property that refers here: declared with `t.ref`, and first in an index
 * @throws TypeError when the ledger opens, if there is no such property or index
 * @example
 * class Customer {
 *   @Id() id!: string;
 *   @Many(() => Order, 'customer') orders!: Many<Order>;
 * }
 * await ada.orders.find({ limit: 10 });
 */
export function Many<T extends object>(
  target: () => EntityClass<T>,
  by: RefKeys<T> & string,
): ManyDecorator<T> {
  const classOf = resolved('@Many', target);
  return (...args: readonly unknown[]): void => {
    const { metadata, name, problem } = decoratedMember({ decorator: '@Many()', place: 'a field' }, args);
    const { manies, problems } = declarationIn(metadata);
    if (problem !== undefined) problems.push(`${name}: ${problem}`);
    manies.set(name, { property: name, target: classOf, by });
  };
}

/** One such property in use. */
export interface ManySchema {
  readonly property: string;
  readonly target: EntityClass;
  /** The property of the target. */
  readonly by: string;
}

class EntitiesThatRefer<T extends object> implements Many<T> {
  readonly #target: EntityClass<T>;
  readonly #by: string;
  readonly #id: () => KeyPart;
  readonly #relations: () => RelationSource;

  constructor(target: EntityClass<T>, by: string, id: () => KeyPart, relations: () => RelationSource) {
    this.#target = target;
    this.#by = by;
    this.#id = id;
    this.#relations = relations;
  }

  async find(options: ManyOptions = {}): Promise<Verified<T>[]> {
    return (await this.#relations().findMany(this.#target, this.#by, this.#id(), options)) as Verified<T>[];
  }

  stream(options: ManyOptions = {}): AsyncGenerator<Verified<T>, void, undefined> {
    return this.#relations().streamMany(this.#target, this.#by, this.#id(), options) as AsyncGenerator<
      Verified<T>,
      void,
      undefined
    >;
  }
}

/** Gives an instance its properties of this kind. */
export function attachMany(
  entity: object,
  { property, target, by }: ManySchema,
  id: () => KeyPart,
  relations: () => RelationSource,
): void {
  // A frozen one was given them before, if it was loaded or created; otherwise it has to do without.
  if (!Object.isExtensible(entity)) return;
  const value = new EntitiesThatRefer(target, by, id, relations);
  // Not enumerable: no part of the entity's data, for spreads, comparisons and JSON.
  Object.defineProperty(entity, property, { value, enumerable: false, configurable: true, writable: true });
}

// What may be asked of an entity's indexes, in types. What an index can answer is decided at run time, by its
// declaration: no code runs here but the making of one symbol.
import type { KeyPart } from '../codec/key-parts.js';
import type { IdOf } from './entity-types.js';
import type { AnyRef, Ref } from './ref.js';

/**
 * Names the indexed properties in types: `declare [IndexProps]?: 'email' | 'owner'`. It has no value at run time; `@Index`
 * decides there.
 */
export const IndexProps: unique symbol = Symbol('immurepo.IndexProps');

/** The names of the properties of `T` that an index covers: those that `[IndexProps]` names, else `never`. */
export type IndexKeys<T> = typeof IndexProps extends keyof T
  ? Extract<NonNullable<T[typeof IndexProps]>, keyof T & string>
  : never;

/** What a condition may be on: what the types name; where they name nothing, any property that a key could hold. */
type WhereKeys<T> = [IndexKeys<T>] extends [never]
  ? { [K in keyof T & string]-?: NonNullable<T[K]> extends KeyPart | AnyRef ? K : never }[keyof T & string]
  : IndexKeys<T>;

/** A range of values, or of texts that begin alike. */
export type Range<V> = {
  readonly gte?: V;
  readonly gt?: V;
  readonly lte?: V;
  readonly lt?: V;
} & (V extends string ? { readonly startsWith?: string } : unknown);

/** What a property is to be: exactly this, or within a range; of a reference, what it refers to. */
export type Condition<V> = [V] extends [Ref<infer T>] ? Ref<T> | IdOf<T> : V | Range<V>;

/** Which entities: a condition on the first properties of an index; all but the last must be equalities. */
export type Where<T> = { readonly [K in WhereKeys<T>]?: Condition<NonNullable<T[K]>> };

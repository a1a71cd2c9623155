// What the types of an entity class say about ids and about building one. No code runs here but the making of one symbol.
import type { KeyPart } from '../codec/key-parts.js';

/**
 * Names the id properties in types, for an entity whose id is not called `id`:
 * `declare [IdProps]?: 'isbn'`, or `declare [IdProps]?: 'order' | 'line'` for an id of several properties.
 * It has no value at run time; `@Id` decides there.
 */
export const IdProps: unique symbol = Symbol('immurepo.IdProps');

/**
 * Names properties that have a default, in types: `declare [OptionalProps]?: 'status' | 'openedAt'`; `create` then takes data
 * without them. It has no value at run time; the option `default` decides there.
 */
export const OptionalProps: unique symbol = Symbol('immurepo.OptionalProps');

/** A class whose instances are `T`: the decorated class itself, abstract or with any constructor. */
export type EntityClass<T extends object = object> = abstract new (...args: never[]) => T;

/** The names of the id properties of `T`: those that `[IdProps]` names, else `id`, else `never`. */
export type IdKeys<T> = typeof IdProps extends keyof T
  ? Extract<NonNullable<T[typeof IdProps]>, keyof T>
  : Extract<'id', keyof T>;

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never;

/**
 * What identifies a `T`: the value of its id, or an object of them for an id of several properties. Any id where the
 * types do not say: no property `id` and no `[IdProps]`.
 */
export type IdOf<T> = [IdKeys<T>] extends [never]
  ? KeyPart | Readonly<Record<string, KeyPart>>
  : IsUnion<IdKeys<T>> extends true
    ? { readonly [K in IdKeys<T>]: NonNullable<T[K]> }
    : NonNullable<T[IdKeys<T>]>;

type Method = (...args: never[]) => unknown;

/** What `Many` is, as far as it tells it from data. */
interface OfMany {
  find(...args: never[]): unknown;
  stream(...args: never[]): unknown;
}

/** The names of `T` that hold data: no methods, no entities that refer to it, no symbols. */
type DataKeys<T> = {
  [K in keyof T & string]-?: NonNullable<T[K]> extends Method | OfMany ? never : K;
}[keyof T & string];

/** The names of `T` that have a default. */
type DefaultKeys<T> = typeof OptionalProps extends keyof T
  ? Extract<NonNullable<T[typeof OptionalProps]>, keyof T>
  : never;

/** Whether two types differ in nothing, not even in a modifier: only generic functions are compared that strictly. */
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- the parameter is what makes it strict */
type IsSame<A, B> = (<G>() => G extends A ? 1 : 2) extends <G>() => G extends B ? 1 : 2 ? true : false;
/* eslint-enable @typescript-eslint/no-unnecessary-type-parameters */

type ReadonlyKeys<T> = {
  [K in keyof T]-?: IsSame<Pick<T, K>, Readonly<Pick<T, K>>> extends true ? K : never;
}[keyof T];

/** What may be left out when building a `T`: an id may be generated, and types cannot tell a getter from a readonly field. */
type OmittableKeys<T> = DataKeys<T> & (IdKeys<T> | ReadonlyKeys<T> | DefaultKeys<T>);

/** What a new `T` is built from: its data. Ids, readonly and optional properties may be left out. */
export type CreateData<T> = Pick<T, Exclude<DataKeys<T>, OmittableKeys<T>>> &
  Partial<Pick<T, OmittableKeys<T>>>;

/** What may be changed in a stored `T`: its data without the id. */
export type UpdateData<T> = Partial<Pick<T, Exclude<DataKeys<T>, IdKeys<T>>>>;

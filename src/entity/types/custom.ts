// A type of the application's own.

import { equalValues } from '../../codec/equal-values.js';
import type { BoundType, PropertyType } from '../property-type.js';
import { TypeMismatch } from './mismatch.js';

/** How a type of the application's own is stored. */
export interface CustomType<V, S> {
  /** As errors name it, with its article: `an amount of money`. */
  readonly name: string;
  /**
   * What is stored: anything that can be. The same for equal values, for ever. What it throws refuses the value, and so does
   * what cannot be read again, or as another value: it is tried at each save.
   */
  readonly toStored: (value: V) => S;
  /** The value of what was stored. What it throws says that the record cannot be read. */
  readonly fromStored: (stored: S) => V;
  /** The value of a JSON value or a text, as files for import hold it. Default: `fromStored`. */
  readonly fromText?: (text: unknown) => V;
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function guarded<A, B>(name: string, verb: string, change: (value: A) => B): (value: A) => B {
  return (value) => {
    try {
      return change(value);
    } catch (error) {
      if (error instanceof TypeMismatch) throw error;
      throw new TypeMismatch(`cannot be ${verb} as ${name}: ${problemOf(error)}`, '', error);
    }
  };
}

/** What is stored of a value. Refuses one that is stored as nothing, as what could not be read, or is read as another. */
function surviving<V, S>(name: string, { toStored, fromStored }: CustomType<V, S>, value: V): S {
  const stored = toStored(value);
  if (stored === undefined)
    throw new TypeMismatch(`cannot be stored as ${name}, as toStored returned nothing`);
  let again: S;
  try {
    // Of its own: what is read may become part of the value.
    again = toStored(fromStored(toStored(value)));
  } catch (error) {
    const problem = `cannot be stored as ${name}, as it could not be read again: ${problemOf(error)}`;
    throw new TypeMismatch(problem, '', error);
  }
  if (!equalValues(again, stored))
    throw new TypeMismatch(`cannot be stored as ${name}, as it would be read as another value`);
  return stored;
}

/**
 * A type of the application's own: a class like `Money`, or another form of a value, like text in lower case.
 *
 * @param type two functions, and a name for errors
 * @throws TypeError if one of them is missing
 * @example
 * const money = t.custom({
 *   name: 'an amount of money',
 *   toStored: (money: Money) => money.toString(),
 *   fromStored: (text: string) => Money.parse(text),
 * });
 */
export function custom<V, S>(type: CustomType<V, S>): PropertyType<V> {
  const { name, toStored, fromStored, fromText } = type;
  if (typeof name !== 'string' || typeof toStored !== 'function' || typeof fromStored !== 'function')
    throw new TypeError('t.custom takes { name, toStored, fromStored }: a text and two functions.');
  const read = guarded(name, 'read', (stored: unknown) => fromStored(stored as S));
  const bound: BoundType<V> = {
    toStored: guarded(name, 'stored', (value: V) => surviving(name, type, value)),
    fromStored: read,
    fromText: fromText === undefined ? read : guarded(name, 'read', fromText),
    mayRespell: true,
  };
  // What is stored, and not the value, would have to be compared.
  return { name, isKeyPart: false, isIndexable: false, bind: () => bound };
}

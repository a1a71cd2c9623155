// Whether two storable values are the same one: what decode gives back must equal what encode was given.
import { equalBytes } from '../bytes.js';

function equalSequences(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((element, index) => equalValues(element, b[index]));
}

function equalObjects(a: object, b: object): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && equalValues(Reflect.get(a, name), Reflect.get(b, name)))
  );
}

/**
 * Whether two values of the types that are stored are equal: of one type, with the same content. −0 is not 0, NaN
 * is NaN, a Buffer equals a Uint8Array, and Sets and Maps have an order.
 */
export function equalValues(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && equalSequences(a, b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && equalBytes(a, b);
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime();
  if (a instanceof Set) return b instanceof Set && equalSequences([...a], [...b]);
  if (a instanceof Map) return b instanceof Map && equalSequences([...a], [...b]);
  if (a instanceof RegExp) return b instanceof RegExp && String(a) === String(b);
  if (a instanceof URL) return b instanceof URL && a.href === b.href;
  return !isBuiltIn(b) && equalObjects(a, b);
}

function isBuiltIn(value: object): boolean {
  return Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null;
}

// What a caller hands in, taken at the call: what he does to it afterwards is no part of the call.

import { isPlainObject } from '../plain-object.js';

/**
 * A copy of what was given: bytes, times, lists, and plain objects with all they hold. Everything else stays itself: numbers and
 * texts, which nobody can change, signals, functions, streams, and what is to be refused.
 */
export function taken<Given>(given: Given): Given {
  return copyOf(given) as Given;
}

function copyOf(given: unknown): unknown {
  if (given instanceof Uint8Array) return new Uint8Array(given);
  // One of a class of its own, as a time to the microsecond is, knows more than a Date does.
  if (given instanceof Date) return Object.getPrototypeOf(given) === Date.prototype ? new Date(given) : given;
  if (Array.isArray(given)) return given.map(copyOf);
  if (!isPlainObject(given)) return given;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, copyOf(value)]));
}

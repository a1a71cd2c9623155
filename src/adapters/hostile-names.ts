// Names that reach into prototypes, in what anyone may have stored: no library gets to see them.

import { FORBIDDEN_NAMES } from '../codec/payload-limits.js';

/** A forbidden name inside of a decoded value, or `undefined`. */
export function hostileNameIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return undefined;
  if (value instanceof Set) return firstIn([...value]);
  if (value instanceof Map) return firstIn([...value].flat());
  return Object.keys(value).find((name) => FORBIDDEN_NAMES.has(name)) ?? firstIn(Object.values(value));
}

function firstIn(values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const found = hostileNameIn(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

// Runs what may leave traces in an object: class-transformer writes the name of the subtype into the very instances it reads.

import { isOpaque } from './losses.js';

/** The objects inside of a value, itself included, with the names they have. */
function namesWithin(value: unknown, found = new Map<object, ReadonlySet<string>>()): typeof found {
  if (typeof value !== 'object' || value === null || found.has(value)) return found;
  if (value instanceof Uint8Array) return found;
  found.set(value, new Set(Object.keys(value)));
  const members: Iterable<unknown> =
    value instanceof Map || value instanceof Set
      ? value.values()
      : isOpaque(value)
        ? []
        : Object.values(value);
  for (const member of members) namesWithin(member, found);
  return found;
}

/** Runs `work`, and takes out of `value` the properties that it added. */
export function leavingAsIs<R>(value: object, work: () => R): R {
  const before = namesWithin(value);
  try {
    return work();
  } finally {
    for (const [object, names] of before) {
      for (const name of Object.keys(object)) if (!names.has(name)) Reflect.deleteProperty(object, name);
    }
  }
}

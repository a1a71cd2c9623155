// The types that properties are declared with, under one name.

import { any, bigint, boolean, bytes, date, number, regExp, string, url } from './scalars.js';
import { array, map, nullable, optional, set } from './collections.js';
import { custom } from './custom.js';
import { embedded } from './embedded.js';
import { enumOf } from './enum.js';
import { ref } from './reference.js';

/**
 * What a property may be declared to be: `@Property({ type: t.ref(() => Customer) })`, or a property of `defineEntity`. A value
 * of another type is refused when it is saved, naming the property; and so is a record that holds one.
 */
export const t = {
  string,
  number,
  bigint,
  boolean,
  date,
  bytes,
  url,
  regExp,
  any,
  enum: enumOf,
  array,
  set,
  map,
  nullable,
  optional,
  embedded,
  ref,
  custom,
} as const;

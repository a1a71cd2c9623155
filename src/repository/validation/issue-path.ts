// Where something is wrong, as a person writes it: `address.city`, `lines[2].price`.

import { isIdentifier, pathStep } from '../../codec/path-step.js';

const PLACE = /^(0|[1-9]\d*)$/;

function stepOf(key: PropertyKey, isFirst: boolean): string {
  if (typeof key === 'symbol') return `[${String(key)}]`;
  const name = String(key);
  // Some libraries give places in arrays as texts.
  if (PLACE.test(name)) return `[${name}]`;
  return isFirst && isIdentifier(name) ? name : pathStep(name);
}

/** One text of names and places, from the outside in; empty for none. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.map((key, at) => stepOf(key, at === 0)).join('');
}

// What did not come through: a value against what became of it on the way into storage and back. What was left out or made
// into a text or a number was so on purpose, as no library does that by itself; what became another object was not.

import { isPlainObject } from '../plain-object.js';
import { equalBytes } from '../bytes.js';
import { equalValues } from '../codec/equal-values.js';

/** One value that did not come through. */
export interface Loss {
  /** Where, from the outside in: `photo`, `lines`, `2`. */
  readonly path: readonly string[];
  /** What is there, with its article: `a Uint8Array`. */
  readonly what: string;
  /** What became of it: `a plain object`. */
  readonly became: string;
}

/** Built-ins whose content is not in properties, which libraries that copy properties lose. */
const OPAQUE = [Uint8Array, Set, Map, RegExp, URL] as const;

/** What a value is, with its article. */
export function describeKind(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (isPlainObject(value)) return 'a plain object';
  const { constructor } = value as { constructor?: unknown };
  const name = typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'class';
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** Whether the content of a value is not in its properties. */
export function isOpaque(value: object): boolean {
  return OPAQUE.some((kind) => value instanceof kind);
}

/** The first value in `before` that did not come through, or `undefined`. */
export function lossIn(before: unknown, after: unknown, path: readonly string[] = []): Loss | undefined {
  const loss = { path, what: describeKind(before), became: describeKind(after) };
  if (typeof before === 'function') return loss;
  if (typeof before !== 'object' || before === null) return undefined;
  if (typeof after !== 'object' || after === null) return undefined;
  if (isOpaque(before)) return lossOfOpaque(before, after, loss);
  if (Array.isArray(before)) return lossInArray(before, after, path);
  if (!isPlainObject(before) && Object.getPrototypeOf(before) !== Object.getPrototypeOf(after)) return loss;
  for (const name of Object.keys(before)) {
    const found = lossIn(Reflect.get(before, name), Reflect.get(after, name), [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function lossInArray(before: readonly unknown[], after: object, path: readonly string[]): Loss | undefined {
  if (!Array.isArray(after)) return undefined;
  for (const [index, element] of before.entries()) {
    const found = lossIn(element, after[index], [...path, String(index)]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function lossOfOpaque(before: object, after: object, loss: Loss): Loss | undefined {
  const isSame = isSameOpaque(before, after);
  return isSame ? undefined : { ...loss, became: loss.became === loss.what ? 'another one' : loss.became };
}

function isSameOpaque(before: object, after: object): boolean {
  if (before instanceof Uint8Array) return after instanceof Uint8Array && equalBytes(before, after);
  if (before instanceof Set) return after instanceof Set && hasSame(before, [...before], after, [...after]);
  if (before instanceof Map) return after instanceof Map && isSameMap(before, after);
  return equalValues(before, after);
}

/** In any order: to store a Set or a Map sorted is sound. Objects are compared place by place. */
function hasSame(
  before: ReadonlySet<unknown> | ReadonlyMap<unknown, unknown>,
  elements: readonly unknown[],
  after: ReadonlySet<unknown> | ReadonlyMap<unknown, unknown>,
  others: readonly unknown[],
): boolean {
  if (before.size !== after.size) return false;
  return elements.every((element, index) =>
    typeof element === 'object' && element !== null
      ? lossIn(element, others[index]) === undefined && typeof others[index] === 'object'
      : after.has(element),
  );
}

function isSameMap(before: ReadonlyMap<unknown, unknown>, after: ReadonlyMap<unknown, unknown>): boolean {
  if (!hasSame(before, [...before.keys()], after, [...after.keys()])) return false;
  return [...before].every(([key, value]) => !after.has(key) || lossIn(value, after.get(key)) === undefined);
}

/** Where a part of `first` is missing from `second` or another one there; `undefined` if nowhere. More is no harm. */
export function differenceIn(
  first: unknown,
  second: unknown,
  path: readonly string[] = [],
): readonly string[] | undefined {
  if (equalValues(first, second)) return undefined;
  if (!isObjectWithNames(first) || !isObjectWithNames(second)) return path;
  if (Array.isArray(first) !== Array.isArray(second)) return path;
  if (Array.isArray(first) && first.length !== (second as readonly unknown[]).length) return path;
  for (const name of Object.keys(first)) {
    const found = differenceIn(Reflect.get(first, name), Reflect.get(second, name), [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Arrays count: their places are names. */
function isObjectWithNames(value: unknown): value is object {
  return typeof value === 'object' && value !== null && (isPlainObject(value) || Array.isArray(value));
}

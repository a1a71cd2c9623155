// What a `where` asks of its properties, checked and in the bytes of key parts. "Everything" is never a condition: a
// variable that happens to be undefined must not select all there is.
import { types } from 'node:util';

import { compareBytes } from '../../bytes.js';
import { afterKeyParts, encodeKeyPart, isKeyPart, type KeyPart, PART_TAG } from '../../codec/key-parts.js';
import { isPlainObject } from '../../plain-object.js';
import { Ref } from '../../entity/ref.js';
import { ImmuError } from '../../errors.js';
import { afterPrefix } from './key-range.js';

/** What one property is to be, in the bytes of one key part. */
export type PropertyCondition =
  /** Exactly this part. */
  | { readonly kind: 'equals'; readonly part: Uint8Array }
  /** A part from `low` up to but not including `high`, which are no whole parts. */
  | { readonly kind: 'range'; readonly low: Uint8Array; readonly high: Uint8Array };

const BOUNDS = ['gte', 'gt', 'lte', 'lt', 'startsWith'] as const;
type Bound = (typeof BOUNDS)[number];

const NEVER_EVERYTHING =
  'A query never matches everything by accident: leave out the property, or use page() or stream()';

/**
 * The conditions of a `where`, by property.
 *
 * @param className whose properties they are, for errors
 * @throws TypeError naming the property: nothing asked, undefined, null, NaN, an invalid Date, a value no key holds, bounds
 *   that contradict each other or are of two types
 * @throws ImmuError VALUE_REFUSED for a value of the right type that no key holds, such as a lone surrogate
 */
export function conditionsOf(className: string, where: unknown): ReadonlyMap<string, PropertyCondition> {
  if (!isPlainObject(where) || Object.keys(where).length === 0) {
    const found = isPlainObject(where) ? 'an empty object' : describeType(where);
    throw new TypeError(
      `${className}: "where" must name at least one property and is ${found}. ${NEVER_EVERYTHING}.`,
    );
  }
  return new Map(
    Object.entries(where).map(([property, value]) => [
      property,
      conditionOf(`${className}.${property}`, value),
    ]),
  );
}

function conditionOf(subject: string, value: unknown): PropertyCondition {
  if (!isPlainObject(value)) return { kind: 'equals', part: partOf(subject, '', value) };
  const given = Object.entries(value);
  const unknown = given.find(([name]) => !isBound(name));
  if (given.length === 0 || unknown !== undefined) {
    const problem = unknown === undefined ? 'has no bound' : `has an unknown bound "${unknown[0]}"`;
    throw new TypeError(`${subject}: its range ${problem}. Use ${BOUNDS.join(', ')}. ${NEVER_EVERYTHING}.`);
  }
  return rangeOf(subject, new Map(given as [Bound, unknown][]));
}

function isBound(name: string): name is Bound {
  return (BOUNDS as readonly string[]).includes(name);
}

/** All bounds hold at once. Without a lower or an upper one, the type of the other bounds it: no part of another type is in. */
function rangeOf(subject: string, bounds: ReadonlyMap<Bound, unknown>): PropertyCondition {
  for (const [one, other] of [
    ['gte', 'gt'],
    ['lte', 'lt'],
  ] as const) {
    if (bounds.has(one) && bounds.has(other))
      throw new TypeError(`${subject}: give ${one} or ${other}, not both.`);
  }
  const parts = [...bounds].map(([bound, value]) => {
    if (bound === 'startsWith' && typeof value !== 'string')
      throw new TypeError(`${subject}: startsWith must be a string, not ${describeType(value)}.`);
    return { bound, part: partOf(subject, ` ${bound}`, value) };
  });
  const [first = Uint8Array.of()] = parts.map(({ part }) => part);
  let { low, high } = typeRange(first);
  for (const { bound, part } of parts) {
    if (compareBytes(typeRange(part).low, typeRange(first).low) !== 0)
      throw new TypeError(`${subject}: its bounds are of different types, and no value is between them.`);
    const limits = limitsOf(bound, part);
    if (compareBytes(limits.low ?? low, low) > 0) low = limits.low ?? low;
    if (compareBytes(limits.high ?? high, high) < 0) high = limits.high ?? high;
  }
  return { kind: 'range', low, high };
}

/** Everything of the part's type, as the first byte of a part tells it. */
function typeRange(part: Uint8Array): { readonly low: Uint8Array; readonly high: Uint8Array } {
  const [tag = 0] = part;
  const isBoolean = tag === PART_TAG.false || tag === PART_TAG.true;
  const [first, last] = isBoolean ? [PART_TAG.false, PART_TAG.true] : [tag, tag];
  return { low: Uint8Array.of(first), high: Uint8Array.of(last + 1) };
}

/** From where and up to where a bound lets parts be. */
function limitsOf(bound: Bound, part: Uint8Array): { readonly low?: Uint8Array; readonly high?: Uint8Array } {
  switch (bound) {
    case 'gte':
      return { low: part };
    case 'gt':
      return { low: afterKeyParts(part) };
    case 'lte':
      return { high: afterKeyParts(part) };
    case 'lt':
      return { high: part };
    case 'startsWith': {
      // Without the zero that ends it.
      const beginning = part.subarray(0, -1);
      return { low: beginning, high: afterPrefix(beginning) };
    }
  }
}

function partOf(subject: string, bound: string, given: unknown): Uint8Array {
  const what = `${subject}${bound}`;
  // What refers to an entity is found under the id of that.
  const value: unknown = given instanceof Ref ? given.id : given;
  if (value === undefined || value === null) {
    throw new TypeError(
      `${what} is ${String(value)}, and what is undefined or null is not indexed. ${NEVER_EVERYTHING}.`,
    );
  }
  if (!isKeyPart(value)) {
    throw new TypeError(
      `${what} must be a string, number, bigint, boolean, Date or Uint8Array, or a range { ${BOUNDS.join(', ')} }, not ` +
        `${describeType(value)}.`,
    );
  }
  if (isNoValue(value)) {
    const shown = types.isDate(value) ? 'an invalid Date' : String(value);
    throw new TypeError(`${what} is ${shown}, which no index holds. ${NEVER_EVERYTHING}.`);
  }
  try {
    return encodeKeyPart(value);
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    throw new ImmuError(error.code, `${what}: ${error.message}`, { cause: error });
  }
}

function isNoValue(value: KeyPart): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return types.isDate(value) && Number.isNaN(value.getTime());
}

function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? `an instance of ${value.constructor.name}` : typeof value;
}

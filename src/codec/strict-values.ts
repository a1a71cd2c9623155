// Values that are more than their parts, put together from parts of unknown origin: only from the one spelling in which
// they are written.
import { fromHex, toHex } from '../bytes.js';
import type { PayloadReader } from './payload-reader.js';

/** Milliseconds that a Date can be from 1970. */
const MAX_DATE_MS = 8.64e15;

/** The date of a whole number of milliseconds since 1970. */
export function dateOf(reader: PayloadReader, ms: number): Date {
  if (!(Math.abs(ms) <= MAX_DATE_MS)) reader.refuse('a date of it is out of range');
  return new Date(ms);
}

/**
 * The source of a RegExp, and a URL, are not held against what the engine makes of them: how it writes them may change, and
 * a record must stay readable.
 */
export function regExpOf(reader: PayloadReader, source: string, flags: string): RegExp {
  if (source === '' || flags !== Array.from(flags).sort().join(''))
    reader.refuse('a RegExp of it is spelled otherwise');
  try {
    return new RegExp(source, flags);
  } catch {
    return reader.refuse('a RegExp of it is none');
  }
}

/** {@inheritDoc regExpOf} */
export function urlOf(reader: PayloadReader, text: string): URL {
  return URL.canParse(text) ? new URL(text) : reader.refuse('a URL of it is none');
}

/** A Set in the order of its elements. */
export function setOf(reader: PayloadReader, elements: readonly unknown[]): Set<unknown> {
  const set = new Set(elements);
  if (set.size !== elements.length || elements.some(isMinusZero))
    reader.refuse('an element of a Set is no other');
  return set;
}

/** A Map in the order of its keys. */
export function mapOf(
  reader: PayloadReader,
  pairs: readonly (readonly [unknown, unknown])[],
): Map<unknown, unknown> {
  const map = new Map(pairs);
  if (map.size !== pairs.length || pairs.some(([key]) => isMinusZero(key)))
    reader.refuse('a key of a Map is no other');
  return map;
}

/** Sets and Maps take −0 for 0. */
function isMinusZero(value: unknown): boolean {
  return Object.is(value, -0);
}

/** The bytes of a bigint, the highest first and not zero. @param value ≥ 1 */
export function magnitudeOf(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return fromHex(hex.length % 2 === 0 ? hex : `0${hex}`) ?? new Uint8Array();
}

/** The bigint of its bytes. @param bytes at least one */
export function bigintOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

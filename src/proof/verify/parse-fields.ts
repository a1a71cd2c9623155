// Single fields off the network: of the right type, length and range, or a VerificationError that names the field.
// The types say what a decoder should deliver; what it does deliver is checked.

import { DIGEST_BYTES } from '../layout/hash.js';
import { failure } from './failure.js';
import { MAX_PATH_TERMS, MAX_TX_ID } from './limits.js';

const DIGEST = `${DIGEST_BYTES} bytes`;
const MIN_I64 = -(2n ** 63n);
const MAX_I64 = 2n ** 63n - 1n;

/** A message that must be there. @param where the field's name in the answer */
export function parseMessage<T extends object>(value: T | null | undefined, where: string): T {
  const found: unknown = value;
  if (typeof found !== 'object' || found === null) throw malformed(where, 'a message', found);
  return found as T;
}

/** Bytes of any length. */
export function parseBytes(value: unknown, where: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw malformed(where, 'bytes', value);
  return value;
}

/** Exactly 32 bytes, copied so that the answer they came in need not be kept. */
export function parseDigest(value: unknown, where: string): Uint8Array {
  if (!isDigest(value)) throw malformed(where, DIGEST, value);
  return new Uint8Array(value);
}

/** An integer with `min ≤ value ≤ max`. */
export function parseInteger(value: unknown, where: string, min: number, max: number): number {
  if (!Number.isInteger(value)) throw malformed(where, 'an integer', value);
  const integer = value as number;
  if (integer < min || integer > max) throw malformed(where, `${min} to ${max}`, value);
  return integer;
}

/** A transaction id with `min ≤ value < 2^63`. */
export function parseTxId(value: unknown, where: string, min: 0n | 1n): bigint {
  if (typeof value !== 'bigint' || value < min || value > MAX_TX_ID) {
    throw malformed(where, `a transaction id from ${String(min)}`, value);
  }
  return value;
}

/** A signed 64-bit integer: a moment in seconds since 1970. */
export function parseSeconds(value: unknown, where: string): bigint {
  if (typeof value !== 'bigint' || value < MIN_I64 || value > MAX_I64) {
    throw malformed(where, 'a signed 64-bit integer', value);
  }
  return value;
}

/** A flag. */
export function parseFlag(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') throw malformed(where, 'true or false', value);
  return value;
}

/**
 * A list of at most `max` items, the items themselves unchecked.
 *
 * @throws VerificationError PROOF_TOO_LARGE if it is longer
 */
export function parseList<T>(value: readonly T[] | undefined, where: string, max: number): readonly T[] {
  if (!Array.isArray(value)) throw malformed(where, 'a list', value);
  if (value.length > max) {
    throw failure('PROOF_TOO_LARGE', {
      check: `items of ${where}`,
      expected: `at most ${max}`,
      found: value.length,
    });
  }
  return value as readonly T[];
}

/** The terms of a path or a chain: at most `max`, each exactly 32 bytes. */
export function parseTerms(
  value: readonly Uint8Array[] | undefined,
  where: string,
  max: number = MAX_PATH_TERMS,
): readonly Uint8Array[] {
  // Array.from, as map would pass over holes.
  return Array.from(parseList(value, where, max), (term, index) => {
    if (!isDigest(term)) throw malformed(`${where}[${index}]`, DIGEST, term);
    return term;
  });
}

/** The error for a field that is missing, or not of its type, length or range. */
export function malformed(where: string, expected: string, found: unknown): Error {
  return failure('MALFORMED_PROOF', { check: `the field ${where}`, expected, found });
}

function isDigest(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === DIGEST_BYTES;
}

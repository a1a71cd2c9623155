// One part of a key in bytes, so that keys sort as their values do (FORMAT.md, "Key parts"). Reading is in parse-key-parts.ts.
import { types } from 'node:util';

import { concatBytes, fromHex, isWellFormed, u64be, utf8 } from '../bytes.js';
import { ImmuError } from '../errors.js';

/** What an id or an index is made of. `1` and `1n` are different parts. */
export type KeyPart = boolean | number | bigint | string | Date | Uint8Array;

/** The first byte of each part. Their order is the order of the types. */
export const PART_TAG = {
  false: 0x10,
  true: 0x11,
  number: 0x20,
  bigint: 0x28,
  date: 0x30,
  string: 0x40,
  bytes: 0x50,
} as const;

/** A zero byte inside a string or bytes part is followed by this, which tells it from the end. */
export const ESCAPE = 0xff;

/** The sign-and-length byte of the bigint 0. A length is added for a positive and subtracted for a negative number. */
export const BIGINT_ZERO = 0x80;

/** The most magnitude bytes a bigint part may have. */
export const MAX_BIGINT_BYTES = 120;

/** The sign bit of a 64-bit integer. */
export const SIGN_BIT = 1n << 63n;

function refuse(what: string, remedy: string): never {
  throw new ImmuError('VALUE_REFUSED', `${what} cannot be part of a key: ${remedy}.`);
}

/** The bytes with each zero escaped, then a zero: a body begins with another exactly if it goes on with a zero there. */
function terminated(bytes: Uint8Array): Uint8Array {
  let zeros = 0;
  for (const byte of bytes) if (byte === 0) zeros++;
  const out = new Uint8Array(bytes.length + zeros + 1);
  if (zeros === 0) {
    out.set(bytes);
    return out;
  }
  let at = 0;
  for (const byte of bytes) {
    out[at++] = byte;
    if (byte === 0) out[at++] = ESCAPE;
  }
  return out;
}

/** The body of a string part, without its tag: UTF-8, zeros escaped, ended by a zero. @param text well-formed */
export function stringBody(text: string): Uint8Array {
  return terminated(utf8(text));
}

function numberPart(value: number): Uint8Array {
  if (!Number.isFinite(value)) refuse(String(value), 'use a finite number');
  const out = new Uint8Array(9);
  const view = new DataView(out.buffer);
  view.setFloat64(1, value === 0 ? 0 : value);
  const bits = view.getBigUint64(1);
  // Descending magnitudes of negative numbers become ascending bytes, below every positive number.
  view.setBigUint64(1, bits & SIGN_BIT ? ~bits : bits | SIGN_BIT);
  out[0] = PART_TAG.number;
  return out;
}

function bigintPart(value: bigint): Uint8Array {
  const hex = value === 0n ? '' : (value < 0n ? -value : value).toString(16);
  const magnitude = fromHex(hex.length % 2 === 0 ? hex : `0${hex}`) ?? new Uint8Array();
  if (magnitude.length > MAX_BIGINT_BYTES) {
    refuse(`A bigint of ${magnitude.length} bytes`, `at most ${MAX_BIGINT_BYTES} bytes sort correctly`);
  }
  if (value >= 0n)
    return concatBytes(Uint8Array.of(PART_TAG.bigint, BIGINT_ZERO + magnitude.length), magnitude);
  return concatBytes(
    Uint8Array.of(PART_TAG.bigint, BIGINT_ZERO - magnitude.length),
    magnitude.map((byte) => ~byte),
  );
}

function datePart(value: Date): Uint8Array {
  const ms = value.getTime();
  if (Number.isNaN(ms)) refuse('An invalid Date', 'give it a time');
  return concatBytes(Uint8Array.of(PART_TAG.date), u64be(BigInt(ms) ^ SIGN_BIT));
}

function stringPart(value: string): Uint8Array {
  if (!isWellFormed(value)) refuse('A string with a lone surrogate', 'UTF-8 cannot carry it');
  return concatBytes(Uint8Array.of(PART_TAG.string), stringBody(value));
}

/** Types forbid null; callers without types do not. */
function isNull(value: unknown): boolean {
  return value === null;
}

/**
 * One part in bytes.
 *
 * @param part any {@link KeyPart}; −0 becomes +0
 * @throws ImmuError `VALUE_REFUSED` for NaN, infinities, an invalid Date, a lone surrogate, a bigint of more than
 *   {@link MAX_BIGINT_BYTES} bytes, and anything that is not a KeyPart
 */
export function encodeKeyPart(part: KeyPart): Uint8Array {
  switch (typeof part) {
    case 'boolean':
      return Uint8Array.of(part ? PART_TAG.true : PART_TAG.false);
    case 'number':
      return numberPart(part);
    case 'bigint':
      return bigintPart(part);
    case 'string':
      return stringPart(part);
    default:
      if (types.isDate(part)) return datePart(part);
      if (types.isUint8Array(part)) return concatBytes(Uint8Array.of(PART_TAG.bytes), terminated(part));
      return refuse(
        `A value that is ${isNull(part) ? 'null' : `of type ${typeof part}`}`,
        'use a string, number, bigint, boolean, Date or Uint8Array',
      );
  }
}

/** The parts one after another. */
export function encodeKeyParts(parts: readonly KeyPart[]): Uint8Array {
  return concatBytes(...parts.map(encodeKeyPart));
}

/**
 * The first bytes, in order, after every key that begins with these parts. What begins with their bytes is more: `'a'` is
 * `40 61 00`, and so begins `'a\0'`, which is `40 61 00 FF 00`.
 *
 * @param parts whole encoded parts, with or without what stands before them in a key
 */
export function afterKeyParts(parts: Uint8Array): Uint8Array {
  // The next part starts with a tag, and every tag is below the escape.
  return concatBytes(parts, Uint8Array.of(ESCAPE));
}

/** Whether the value's type is one a key can hold. Its content may still be refused, such as NaN. */
export function isKeyPart(value: unknown): value is KeyPart {
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'bigint':
    case 'string':
      return true;
    default:
      return types.isDate(value) || types.isUint8Array(value);
  }
}

// CBOR of unknown origin, read strictly: each item in the one form in which it is written, and no other (FORMAT.md, "Codec 2").
import { BREAK_EVEN, MAJOR, MAP_NAME, SIMPLE, TAG } from './cbor-terms.js';
import { compareNames } from './cbor-writer.js';
import { HALF_NAN, halfBitsOf, halfOf } from './half-float.js';
import { MAX_DEPTH } from './payload-limits.js';
import type { PayloadReader } from './payload-reader.js';
import { bigintOf, dateOf, mapOf, regExpOf, setOf, urlOf } from './strict-values.js';

const LONGER = 'an item of it is written longer than need be';

/** Seconds that a Date can be from 1970. */
const MAX_DATE_SECONDS = 8_640_000_000_000n;

/** The argument of a head. @param info the lower five bits of its first byte */
function argumentOf(reader: PayloadReader, info: number): bigint {
  if (info === 27) {
    const argument = reader.u64();
    return argument < 0x1_0000_0000n ? reader.refuse(LONGER) : argument;
  }
  return BigInt(shortArgumentOf(reader, info));
}

/** An argument that must be less than 2^32: of lengths and tags. */
function shortArgumentOf(reader: PayloadReader, info: number): number {
  if (info < 24) return info;
  const [argument, least] =
    info === 24
      ? [reader.u8(), 24]
      : info === 25
        ? [reader.u16(), 0x100]
        : info === 26
          ? [reader.u32(), 0x1_0000]
          : reader.refuse('an item of it has no length, or one beyond all limits');
  return argument < least ? reader.refuse(LONGER) : argument;
}

/** The argument of a head that must be of this major type. */
function expected(reader: PayloadReader, major: number, what: string): number {
  const first = reader.u8();
  return first >>> 5 === major
    ? shortArgumentOf(reader, first & 31)
    : reader.refuse(`it has no ${what} where one must be`);
}

function textOf(reader: PayloadReader): string {
  return reader.text(expected(reader, MAJOR.text, 'text'));
}

function half(reader: PayloadReader): number {
  const bits = reader.u16();
  const value = halfOf(bits);
  return Number.isNaN(value) && bits !== HALF_NAN ? reader.refuse('it has another NaN') : value;
}

function numberOf(reader: PayloadReader, first: number): number | undefined {
  if (first === SIMPLE.half) return half(reader);
  if (first === SIMPLE.single) {
    const value = reader.f32();
    return halfBitsOf(value) === undefined ? value : reader.refuse(LONGER);
  }
  if (first !== SIMPLE.double) return undefined;
  const value = reader.f64();
  return Number.isNaN(value) || Math.fround(value) === value ? reader.refuse(LONGER) : value;
}

function simpleOf(reader: PayloadReader, first: number): unknown {
  if (first === SIMPLE.null) return null;
  if (first === SIMPLE.true) return true;
  if (first === SIMPLE.false) return false;
  return numberOf(reader, first) ?? reader.refuse(`it has a simple value 0x${first.toString(16)}`);
}

function bignumOf(reader: PayloadReader): bigint {
  const bytes = reader.bytes(expected(reader, MAJOR.bytes, 'bignum'));
  if (bytes[0] === 0 || bytes.length === 0 || bigintOf(bytes) < BREAK_EVEN.bignum) reader.refuse(LONGER);
  return bigintOf(bytes);
}

/** Whole seconds are an integer, all else is a float. */
function epochTimeOf(reader: PayloadReader): Date {
  const first = reader.u8();
  const major = first >>> 5;
  if (major === MAJOR.unsigned || major === MAJOR.negative) {
    const argument = argumentOf(reader, first & 31);
    if (argument > MAX_DATE_SECONDS) reader.refuse('a date of it is out of range');
    return dateOf(reader, Number(major === MAJOR.unsigned ? argument : -1n - argument) * 1000);
  }
  const seconds = numberOf(reader, first) ?? reader.refuse('a date of it is no number');
  if (Number.isInteger(seconds)) reader.refuse('a date of it is whole seconds, as a float');
  // Far from 1970 the product is as coarse as half a millisecond, and its rounding may be the wrong one.
  const near = Math.round(seconds * 1000);
  const ms = [near, near - 1, near + 1].find((candidate) => candidate / 1000 === seconds);
  return dateOf(reader, ms ?? reader.refuse('a date of it is no whole milliseconds'));
}

function elementsOf(reader: PayloadReader, count: number, levels: number): unknown[] {
  const elements: unknown[] = [];
  for (let left = reader.length(count, 1); left > 0; left--) elements.push(valueOf(reader, levels));
  return elements;
}

function mapItemOf(reader: PayloadReader, levels: number): Map<unknown, unknown> {
  const below = reader.below(levels, 2);
  if (expected(reader, MAJOR.array, 'Map') !== 2 || textOf(reader) !== MAP_NAME)
    reader.refuse('it has another type than Map');
  const pairs: [unknown, unknown][] = [];
  for (let left = reader.length(expected(reader, MAJOR.array, 'pairs'), 1); left > 0; left--) {
    if (expected(reader, MAJOR.array, 'pair') !== 2) reader.refuse('a pair of a Map is none');
    pairs.push([valueOf(reader, below), valueOf(reader, below)]);
  }
  return mapOf(reader, pairs);
}

function regExpItemOf(reader: PayloadReader): RegExp {
  const count = expected(reader, MAJOR.array, 'RegExp');
  if (count !== 1 && count !== 2) reader.refuse('a RegExp of it is none');
  const source = textOf(reader);
  const flags = count === 2 ? textOf(reader) : '';
  if (count === 2 && flags === '') reader.refuse(LONGER);
  return regExpOf(reader, source, flags);
}

function taggedOf(reader: PayloadReader, tag: number, levels: number): unknown {
  switch (tag) {
    case TAG.epochTime:
      return epochTimeOf(reader);
    case TAG.bignum:
      return bignumOf(reader);
    case TAG.negativeBignum:
      return -1n - bignumOf(reader);
    case TAG.constructed:
      return mapItemOf(reader, levels);
    case TAG.uri:
      return urlOf(reader, textOf(reader));
    case TAG.set:
      return setOf(reader, elementsOf(reader, expected(reader, MAJOR.array, 'Set'), reader.below(levels, 1)));
    case TAG.regExp:
      return regExpItemOf(reader);
    default:
      return reader.refuse(`it has a tag ${tag}`);
  }
}

function objectOf(reader: PayloadReader, count: number, levels: number): Record<string, unknown> {
  const below = reader.below(levels, 1);
  return reader.properties(
    reader.length(count, 2),
    () => expected(reader, MAJOR.text, 'name'),
    () => valueOf(reader, below),
    compareNames,
  );
}

function valueOf(reader: PayloadReader, levels: number): unknown {
  reader.count();
  const first = reader.u8();
  const info = first & 31;
  switch (first >>> 5) {
    case MAJOR.unsigned:
      return argumentOf(reader, info);
    case MAJOR.negative:
      return -1n - argumentOf(reader, info);
    case MAJOR.bytes:
      return reader.bytes(shortArgumentOf(reader, info)).slice();
    case MAJOR.text:
      return reader.text(shortArgumentOf(reader, info));
    case MAJOR.array:
      return elementsOf(reader, shortArgumentOf(reader, info), reader.below(levels, 1));
    case MAJOR.map:
      return objectOf(reader, shortArgumentOf(reader, info), levels);
    case MAJOR.tag:
      return taggedOf(reader, shortArgumentOf(reader, info), levels);
    default:
      return simpleOf(reader, first);
  }
}

/** The properties in a payload. @throws ImmuError `UNREADABLE_RECORD` */
export function readCbor(reader: PayloadReader): Record<string, unknown> {
  return objectOf(reader, expected(reader, MAJOR.map, 'object'), MAX_DEPTH);
}

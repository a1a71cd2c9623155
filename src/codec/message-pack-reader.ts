// MessagePack of unknown origin, read strictly: each value in the one form in which it is written, and no other (FORMAT.md,
// "Codec 3").
import { compareBytes } from '../bytes.js';
import { EXTENSION, FIRST, SINGLE_NAN, TIMESTAMP_32, TIMESTAMP_64 } from './message-pack-terms.js';
import { MAX_DEPTH } from './payload-limits.js';
import type { PayloadReader } from './payload-reader.js';
import { bigintOf, dateOf, mapOf, regExpOf, setOf, urlOf } from './strict-values.js';

const LONGER = 'a value of it is written longer than need be';

/** Refuses a number that a shorter form holds. */
function atLeast<N extends number | bigint>(reader: PayloadReader, least: N, value: N): N {
  return value < least ? reader.refuse(LONGER) : value;
}

/** The number of bytes of a text, or undefined where the first byte is that of something else. */
function textLengthOf(reader: PayloadReader, first: number): number | undefined {
  if (first >= FIRST.fixText && first < FIRST.nil) return first & 0x1f;
  switch (first) {
    case FIRST.text8:
      return atLeast(reader, 32, reader.u8());
    case FIRST.text16:
      return atLeast(reader, 0x100, reader.u16());
    case FIRST.text32:
      return atLeast(reader, 0x1_0000, reader.u32());
    default:
      return undefined;
  }
}

/** As {@link textLengthOf}, of an array. */
function arrayLengthOf(reader: PayloadReader, first: number): number | undefined {
  if (first >= FIRST.fixArray && first < FIRST.fixText) return first & 0xf;
  if (first === FIRST.array16) return atLeast(reader, 16, reader.u16());
  return first === FIRST.array32 ? atLeast(reader, 0x1_0000, reader.u32()) : undefined;
}

/** As {@link textLengthOf}, of a map. */
function mapLengthOf(reader: PayloadReader, first: number): number | undefined {
  if (first >= FIRST.fixMap && first < FIRST.fixArray) return first & 0xf;
  if (first === FIRST.map16) return atLeast(reader, 16, reader.u16());
  return first === FIRST.map32 ? atLeast(reader, 0x1_0000, reader.u32()) : undefined;
}

/** As {@link textLengthOf}, of bytes. */
function bytesLengthOf(reader: PayloadReader, first: number): number | undefined {
  if (first === FIRST.bytes8) return reader.u8();
  if (first === FIRST.bytes16) return atLeast(reader, 0x100, reader.u16());
  return first === FIRST.bytes32 ? atLeast(reader, 0x1_0000, reader.u32()) : undefined;
}

/** As {@link textLengthOf}, of the content of an extension. */
function extensionLengthOf(reader: PayloadReader, first: number): number | undefined {
  if (first >= FIRST.fixExtension1 && first <= FIRST.fixExtension16)
    return 1 << (first - FIRST.fixExtension1);
  if (first === FIRST.extension8) {
    const length = reader.u8();
    return [1, 2, 4, 8, 16].includes(length) ? reader.refuse(LONGER) : length;
  }
  if (first === FIRST.extension16) return atLeast(reader, 0x100, reader.u16());
  return first === FIRST.extension32 ? atLeast(reader, 0x1_0000, reader.u32()) : undefined;
}

const view = new DataView(new ArrayBuffer(4));

function singleOf(bits: number): number {
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

/** A number; undefined where the first byte is that of something else. */
function numberOf(reader: PayloadReader, first: number): number | undefined {
  if (first === FIRST.float32) {
    const bits = reader.u32();
    const value = singleOf(bits);
    return Number.isNaN(value) && bits !== SINGLE_NAN ? reader.refuse('it has another NaN') : value;
  }
  if (first !== FIRST.float64) return undefined;
  const value = reader.f64();
  return Number.isNaN(value) || Math.fround(value) === value ? reader.refuse(LONGER) : value;
}

/** A bigint; undefined where the first byte is that of something else. */
function integerOf(reader: PayloadReader, first: number): bigint | undefined {
  if (first < FIRST.fixMap) return BigInt(first);
  if (first >= FIRST.fixNegative) return BigInt(first - 0x100);
  switch (first) {
    case FIRST.unsigned8:
      return BigInt(atLeast(reader, 0x80, reader.u8()));
    case FIRST.unsigned16:
      return BigInt(atLeast(reader, 0x100, reader.u16()));
    case FIRST.unsigned32:
      return BigInt(atLeast(reader, 0x1_0000, reader.u32()));
    case FIRST.unsigned64:
      return atLeast(reader, 0x1_0000_0000n, reader.u64());
    case FIRST.signed8:
      return below(reader, -0x20n, BigInt.asIntN(8, BigInt(reader.u8())));
    case FIRST.signed16:
      return below(reader, -0x80n, BigInt.asIntN(16, BigInt(reader.u16())));
    case FIRST.signed32:
      return below(reader, -0x8000n, BigInt.asIntN(32, BigInt(reader.u32())));
    case FIRST.signed64:
      return below(reader, -0x8000_0000n, BigInt.asIntN(64, reader.u64()));
    default:
      return undefined;
  }
}

/** Refuses a negative number that a shorter form holds, and one that is not negative. */
function below(reader: PayloadReader, limit: bigint, value: bigint): bigint {
  return value < limit ? value : reader.refuse(LONGER);
}

/** One that 64 bits do not hold. */
function bigintExtensionOf(reader: PayloadReader, length: number): bigint {
  if (length === 0) reader.refuse(LONGER);
  const bytes = reader.bytes(length);
  const value = BigInt.asIntN(8 * length, bigintOf(bytes));
  const isSpare = BigInt.asIntN(8 * length - 8, value) === value;
  if (isSpare || (value >= -(1n << 63n) && value < 1n << 64n)) reader.refuse(LONGER);
  return value;
}

function timestampOf(reader: PayloadReader, length: number): Date {
  const [seconds, nanoseconds] = secondsOf(reader, length);
  const isShorter =
    (length === 8 && seconds < TIMESTAMP_32 && nanoseconds === 0) ||
    (length === 12 && seconds >= 0 && seconds < TIMESTAMP_64);
  if (isShorter) reader.refuse(LONGER);
  if (nanoseconds % 1_000_000 !== 0 || nanoseconds >= 1_000_000_000)
    reader.refuse('a date of it is no whole milliseconds');
  return dateOf(reader, seconds * 1000 + nanoseconds / 1_000_000);
}

/** Seconds since 1970 and nanoseconds. */
function secondsOf(reader: PayloadReader, length: number): readonly [number, number] {
  if (length === 4) return [reader.u32(), 0];
  if (length === 8) {
    const both = reader.u64();
    return [Number(BigInt.asUintN(34, both)), Number(both >> 34n)];
  }
  if (length !== 12) return reader.refuse('a date of it is none');
  const nanoseconds = reader.u32();
  // One that a number does not hold exactly is far out of range.
  return [Number(BigInt.asIntN(64, reader.u64())), nanoseconds];
}

function textOf(reader: PayloadReader): string {
  return reader.text(textLengthOf(reader, reader.u8()) ?? reader.refuse('it has no text where one must be'));
}

function regExpExtensionOf(reader: PayloadReader): RegExp {
  const count = arrayLengthOf(reader, reader.u8());
  if (count !== 1 && count !== 2) reader.refuse('a RegExp of it is none');
  const source = textOf(reader);
  const flags = count === 2 ? textOf(reader) : '';
  if (count === 2 && flags === '') reader.refuse(LONGER);
  return regExpOf(reader, source, flags);
}

function elementsOf(reader: PayloadReader, count: number, levels: number): unknown[] {
  const elements: unknown[] = [];
  for (let left = reader.length(count, 1); left > 0; left--) elements.push(valueOf(reader, levels));
  return elements;
}

function pairsOf(reader: PayloadReader, levels: number): [unknown, unknown][] {
  const count = mapLengthOf(reader, reader.u8()) ?? reader.refuse('a Map of it is none');
  const pairs: [unknown, unknown][] = [];
  for (let left = reader.length(count, 2); left > 0; left--)
    pairs.push([valueOf(reader, levels), valueOf(reader, levels)]);
  return pairs;
}

function extensionOf(reader: PayloadReader, type: number, length: number, levels: number): unknown {
  switch (type) {
    case EXTENSION.timestamp:
      return timestampOf(reader, length);
    case EXTENSION.bigint:
      return bigintExtensionOf(reader, length);
    case EXTENSION.regExp:
      return regExpExtensionOf(reader);
    case EXTENSION.url:
      return urlOf(reader, reader.text(length));
    case EXTENSION.set: {
      const count = arrayLengthOf(reader, reader.u8()) ?? reader.refuse('a Set of it is none');
      return setOf(reader, elementsOf(reader, count, reader.below(levels, 1)));
    }
    case EXTENSION.map:
      return mapOf(reader, pairsOf(reader, reader.below(levels, 2)));
    default:
      return reader.refuse(`it has an extension of type ${type}`);
  }
}

function objectOf(reader: PayloadReader, count: number, levels: number): Record<string, unknown> {
  const inside = reader.below(levels, 1);
  return reader.properties(
    reader.length(count, 2),
    () => textLengthOf(reader, reader.u8()) ?? reader.refuse('a name of it is no text'),
    () => valueOf(reader, inside),
    compareBytes,
  );
}

/** What consists of others, or of bytes. */
function longOf(reader: PayloadReader, first: number, levels: number): unknown {
  const text = textLengthOf(reader, first);
  if (text !== undefined) return reader.text(text);
  const bytes = bytesLengthOf(reader, first);
  if (bytes !== undefined) return reader.bytes(bytes).slice();
  const array = arrayLengthOf(reader, first);
  if (array !== undefined) return elementsOf(reader, array, reader.below(levels, 1));
  const map = mapLengthOf(reader, first);
  if (map !== undefined) return objectOf(reader, map, levels);
  const length = extensionLengthOf(reader, first);
  if (length === undefined) return reader.refuse(`it has a value of no type, 0x${first.toString(16)}`);
  const type = reader.u8();
  return reader.within(length, () => extensionOf(reader, type, length, levels));
}

function valueOf(reader: PayloadReader, levels: number): unknown {
  reader.count();
  const first = reader.u8();
  if (first === FIRST.nil) return null;
  if (first === FIRST.false) return false;
  if (first === FIRST.true) return true;
  return integerOf(reader, first) ?? numberOf(reader, first) ?? longOf(reader, first, levels);
}

/** The properties in a payload. @throws ImmuError `UNREADABLE_RECORD` */
export function readMessagePack(reader: PayloadReader): Record<string, unknown> {
  const count = mapLengthOf(reader, reader.u8()) ?? reader.refuse('it is no map');
  return objectOf(reader, count, MAX_DEPTH);
}

// Values in CBOR by the core deterministic encoding requirements (RFC 8949, section 4.2.1; FORMAT.md, "Codec 2").
import { compareBytes, utf8 } from '../bytes.js';
import { ByteWriter } from './byte-writer.js';
import { BREAK_EVEN, MAJOR, MAP_NAME, SIMPLE, TAG } from './cbor-terms.js';
import { halfBitsOf } from './half-float.js';
import { magnitudeOf } from './strict-values.js';

/** The order of names: by the bytes they are written in, which begin with their length. */
export function compareNames(a: Uint8Array, b: Uint8Array): number {
  return a.length - b.length || compareBytes(a, b);
}

/** The first byte, and as many as its argument takes. @param argument 0 ≤ argument < 2^53 */
function writeHead(out: ByteWriter, major: number, argument: number): void {
  const first = major << 5;
  if (argument < 24) {
    out.u8(first | argument);
  } else if (argument < 0x100) {
    out.u8(first | 24);
    out.u8(argument);
  } else if (argument < 0x1_0000) {
    out.u8(first | 25);
    out.u16(argument);
  } else if (argument < 0x1_0000_0000) {
    out.u8(first | 26);
    out.u32(argument);
  } else {
    out.u8(first | 27);
    out.u64(BigInt(argument));
  }
}

function writeText(out: ByteWriter, text: string): void {
  const bytes = utf8(text);
  writeHead(out, MAJOR.text, bytes.length);
  out.bytes(bytes);
}

function writeBytes(out: ByteWriter, bytes: Uint8Array): void {
  writeHead(out, MAJOR.bytes, bytes.length);
  out.bytes(bytes);
}

/** A number, whole or not, is floating-point data, in the shortest form that holds it. */
function writeNumber(out: ByteWriter, value: number): void {
  const half = halfBitsOf(value);
  if (half !== undefined) {
    out.u8(SIMPLE.half);
    out.u16(half);
  } else if (Math.fround(value) === value) {
    out.u8(SIMPLE.single);
    out.f32(value);
  } else {
    out.u8(SIMPLE.double);
    out.f64(value);
  }
}

/** A bigint is integer data: of the basic kinds if they reach, of a bignum tag otherwise. */
function writeBigint(out: ByteWriter, value: bigint): void {
  const isNegative = value < 0n;
  const argument = isNegative ? -1n - value : value;
  if (argument < BREAK_EVEN.safe) {
    writeHead(out, isNegative ? MAJOR.negative : MAJOR.unsigned, Number(argument));
  } else if (argument < BREAK_EVEN.bignum) {
    out.u8(((isNegative ? MAJOR.negative : MAJOR.unsigned) << 5) | 27);
    out.u64(argument);
  } else {
    writeHead(out, MAJOR.tag, isNegative ? TAG.negativeBignum : TAG.bignum);
    writeBytes(out, magnitudeOf(argument));
  }
}

function writeDate(out: ByteWriter, ms: number): void {
  writeHead(out, MAJOR.tag, TAG.epochTime);
  if (ms % 1000 === 0) writeBigint(out, BigInt(ms / 1000));
  else writeNumber(out, ms / 1000);
}

function writeElements(out: ByteWriter, elements: Iterable<unknown>, count: number): void {
  writeHead(out, MAJOR.array, count);
  for (const element of elements) writeValue(out, element);
}

/** As the arguments of its constructor: a map of CBOR has no order to keep. */
function writeMap(out: ByteWriter, map: ReadonlyMap<unknown, unknown>): void {
  writeHead(out, MAJOR.tag, TAG.constructed);
  writeHead(out, MAJOR.array, 2);
  writeText(out, MAP_NAME);
  writeHead(out, MAJOR.array, map.size);
  for (const pair of map) writeElements(out, pair, 2);
}

function writeObject(out: ByteWriter, object: Readonly<Record<string, unknown>>): void {
  const properties = Object.keys(object).map((name) => ({ name: utf8(name), value: object[name] }));
  properties.sort((a, b) => compareNames(a.name, b.name));
  writeHead(out, MAJOR.map, properties.length);
  for (const { name, value } of properties) {
    writeHead(out, MAJOR.text, name.length);
    out.bytes(name);
    writeValue(out, value);
  }
}

function writeBuiltIn(out: ByteWriter, value: object): void {
  if (Array.isArray(value)) {
    writeElements(out, value, value.length);
  } else if (value instanceof Uint8Array) {
    writeBytes(out, value);
  } else if (value instanceof Date) {
    writeDate(out, value.getTime());
  } else if (value instanceof Set) {
    writeHead(out, MAJOR.tag, TAG.set);
    writeElements(out, value, value.size);
  } else if (value instanceof Map) {
    writeMap(out, value);
  } else if (value instanceof RegExp) {
    writeHead(out, MAJOR.tag, TAG.regExp);
    writeElements(
      out,
      value.flags === '' ? [value.source] : [value.source, value.flags],
      value.flags === '' ? 1 : 2,
    );
  } else if (value instanceof URL) {
    writeHead(out, MAJOR.tag, TAG.uri);
    writeText(out, value.href);
  } else {
    writeObject(out, value as Readonly<Record<string, unknown>>);
  }
}

function writeValue(out: ByteWriter, value: unknown): void {
  if (typeof value === 'string') writeText(out, value);
  else if (typeof value === 'number') writeNumber(out, value);
  else if (typeof value === 'bigint') writeBigint(out, value);
  else if (typeof value === 'boolean') out.u8(value ? SIMPLE.true : SIMPLE.false);
  else if (value === null) out.u8(SIMPLE.null);
  else writeBuiltIn(out, value as object);
}

/** The bytes of properties. @param value a storable copy */
export function writeCbor(value: Readonly<Record<string, unknown>>): Uint8Array {
  const out = new ByteWriter();
  writeObject(out, value);
  return out.written();
}

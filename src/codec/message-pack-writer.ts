// Values in MessagePack, each in its shortest form (FORMAT.md, "Codec 3").
import { compareBytes, fromHex, NO_BYTES, utf8 } from '../bytes.js';
import { ByteWriter } from './byte-writer.js';
import { EXTENSION, FIRST, SINGLE_NAN, TIMESTAMP_32, TIMESTAMP_64 } from './message-pack-terms.js';

/** A first byte and a length: within the byte itself below `short`, else in as few bytes behind it as hold it. */
interface LengthForm {
  readonly fix: number;
  readonly short: number;
  /** The first bytes of one, two and four bytes of length. 0 for none */
  readonly sized: readonly [number, number, number];
}

const TEXT: LengthForm = { fix: FIRST.fixText, short: 32, sized: [FIRST.text8, FIRST.text16, FIRST.text32] };
const BYTES: LengthForm = { fix: 0, short: 0, sized: [FIRST.bytes8, FIRST.bytes16, FIRST.bytes32] };
const ARRAY: LengthForm = { fix: FIRST.fixArray, short: 16, sized: [0, FIRST.array16, FIRST.array32] };
const MAP: LengthForm = { fix: FIRST.fixMap, short: 16, sized: [0, FIRST.map16, FIRST.map32] };

function writeLength(out: ByteWriter, { fix, short, sized }: LengthForm, length: number): void {
  const [one, two, four] = sized;
  if (length < short) {
    out.u8(fix | length);
  } else if (length < 0x100 && one !== 0) {
    out.u8(one);
    out.u8(length);
  } else if (length < 0x1_0000) {
    out.u8(two);
    out.u16(length);
  } else {
    out.u8(four);
    out.u32(length);
  }
}

function writeText(out: ByteWriter, text: Uint8Array): void {
  writeLength(out, TEXT, text.length);
  out.bytes(text);
}

/** A number, whole or not, is a float, in 32 bits if they hold it. */
function writeNumber(out: ByteWriter, value: number): void {
  if (Number.isNaN(value)) {
    out.u8(FIRST.float32);
    out.u32(SINGLE_NAN);
  } else if (Math.fround(value) === value) {
    out.u8(FIRST.float32);
    out.f32(value);
  } else {
    out.u8(FIRST.float64);
    out.f64(value);
  }
}

function writeUnsigned(out: ByteWriter, value: bigint): void {
  if (value >= 0x1_0000_0000n) {
    out.u8(FIRST.unsigned64);
    out.u64(value);
    return;
  }
  const small = Number(value);
  if (small < 0x80) {
    out.u8(small);
  } else if (small < 0x100) {
    out.u8(FIRST.unsigned8);
    out.u8(small);
  } else if (small < 0x1_0000) {
    out.u8(FIRST.unsigned16);
    out.u16(small);
  } else {
    out.u8(FIRST.unsigned32);
    out.u32(small);
  }
}

/** @param value −2^63 ≤ value < 0 */
function writeNegative(out: ByteWriter, value: bigint): void {
  if (value < -0x8000_0000n) {
    out.u8(FIRST.signed64);
    out.u64(value);
    return;
  }
  const small = Number(value);
  // All of these take a negative number in two's complement.
  if (small >= -0x20) {
    out.u8(small & 0xff);
  } else if (small >= -0x80) {
    out.u8(FIRST.signed8);
    out.u8(small & 0xff);
  } else if (small >= -0x8000) {
    out.u8(FIRST.signed16);
    out.u16(small & 0xffff);
  } else {
    out.u8(FIRST.signed32);
    out.u32(small >>> 0);
  }
}

/** The fewest bytes that hold a bigint in two's complement. */
function twosComplementOf(value: bigint): Uint8Array {
  const bits = (value < 0n ? -1n - value : value).toString(2).length + 1;
  const size = Math.ceil(bits / 8);
  const hex = BigInt.asUintN(8 * size, value).toString(16);
  return fromHex(hex.padStart(2 * size, '0')) ?? NO_BYTES;
}

/** A bigint is an integer: of the basic kinds if 64 bits hold it, of an extension otherwise. */
function writeBigint(out: ByteWriter, value: bigint): void {
  if (value >= 1n << 64n || value < -(1n << 63n))
    writeExtension(out, EXTENSION.bigint, twosComplementOf(value));
  else if (value >= 0n) writeUnsigned(out, value);
  else writeNegative(out, value);
}

function writeExtension(out: ByteWriter, type: number, content: Uint8Array): void {
  const { length } = content;
  const isFix = length === 1 || length === 2 || length === 4 || length === 8 || length === 16;
  if (isFix) out.u8(FIRST.fixExtension1 + Math.log2(length));
  else
    writeLength(
      out,
      { fix: 0, short: 0, sized: [FIRST.extension8, FIRST.extension16, FIRST.extension32] },
      length,
    );
  out.u8(type);
  out.bytes(content);
}

/** An extension whose content is MessagePack itself. */
function writeInside(out: ByteWriter, type: number, write: (content: ByteWriter) => void): void {
  const content = new ByteWriter();
  write(content);
  writeExtension(out, type, content.written());
}

function writeDate(out: ByteWriter, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  const nanoseconds = (ms - seconds * 1000) * 1_000_000;
  writeInside(out, EXTENSION.timestamp, (content) => {
    if (seconds >= 0 && seconds < TIMESTAMP_32 && nanoseconds === 0) {
      content.u32(seconds);
    } else if (seconds >= 0 && seconds < TIMESTAMP_64) {
      content.u64((BigInt(nanoseconds) << 34n) | BigInt(seconds));
    } else {
      content.u32(nanoseconds);
      content.u64(BigInt(seconds));
    }
  });
}

function writeElements(out: ByteWriter, elements: Iterable<unknown>, count: number): void {
  writeLength(out, ARRAY, count);
  for (const element of elements) writeValue(out, element);
}

/** In the order of the Map, which the extension around it says to keep. */
function writePairs(out: ByteWriter, map: ReadonlyMap<unknown, unknown>): void {
  writeLength(out, MAP, map.size);
  for (const [key, value] of map) {
    writeValue(out, key);
    writeValue(out, value);
  }
}

function writeObject(out: ByteWriter, object: Readonly<Record<string, unknown>>): void {
  const properties = Object.keys(object).map((name) => ({ name: utf8(name), value: object[name] }));
  properties.sort((a, b) => compareBytes(a.name, b.name));
  writeLength(out, MAP, properties.length);
  for (const { name, value } of properties) {
    writeText(out, name);
    writeValue(out, value);
  }
}

function writeBuiltIn(out: ByteWriter, value: object): void {
  if (Array.isArray(value)) {
    writeElements(out, value, value.length);
  } else if (value instanceof Uint8Array) {
    writeLength(out, BYTES, value.length);
    out.bytes(value);
  } else if (value instanceof Date) {
    writeDate(out, value.getTime());
  } else if (value instanceof Set) {
    writeInside(out, EXTENSION.set, (content) => {
      writeElements(content, value, value.size);
    });
  } else if (value instanceof Map) {
    writeInside(out, EXTENSION.map, (content) => {
      writePairs(content, value);
    });
  } else if (value instanceof RegExp) {
    const texts = value.flags === '' ? [value.source] : [value.source, value.flags];
    writeInside(out, EXTENSION.regExp, (content) => {
      writeElements(content, texts, texts.length);
    });
  } else if (value instanceof URL) {
    writeExtension(out, EXTENSION.url, utf8(value.href));
  } else {
    writeObject(out, value as Readonly<Record<string, unknown>>);
  }
}

function writeValue(out: ByteWriter, value: unknown): void {
  if (typeof value === 'string') writeText(out, utf8(value));
  else if (typeof value === 'number') writeNumber(out, value);
  else if (typeof value === 'bigint') writeBigint(out, value);
  else if (typeof value === 'boolean') out.u8(value ? FIRST.true : FIRST.false);
  else if (value === null) out.u8(FIRST.nil);
  else writeBuiltIn(out, value as object);
}

/** The bytes of properties. @param value a storable copy */
export function writeMessagePack(value: Readonly<Record<string, unknown>>): Uint8Array {
  const out = new ByteWriter();
  writeObject(out, value);
  return out.written();
}

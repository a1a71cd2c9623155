// Bytes: big-endian integers, comparison, and strict text forms. Knows nothing of what the bytes mean.

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The largest unsigned 64-bit integer. */
export const MAX_U64 = 0xffff_ffff_ffff_ffffn;

/** An empty byte array, shared. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** A plain `Uint8Array` view of a Buffer's bytes, without a copy. */
function view(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** The parts one after another, in one new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Two bytes, big-endian. @param value 0 ≤ value < 2^16 */
export function u16be(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 0xff);
}

/** Four bytes, big-endian. @param value 0 ≤ value < 2^32 */
export function u32be(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** Eight bytes, big-endian. @param value any 64-bit integer; a negative one in two's complement */
export function u64be(value: bigint): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt.asUintN(64, value));
  return out;
}

/** Whether both hold the same bytes. Not constant in time: for hashes and keys, never for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** Byte order: negative, zero or positive, as `Array.prototype.sort` wants it. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** The bytes of a hexadecimal text, or `undefined` unless it is an even number of hex digits and nothing else. */
export function fromHex(text: string): Uint8Array | undefined {
  return /^(?:[0-9a-fA-F]{2})*$/.test(text) ? view(Buffer.from(text, 'hex')) : undefined;
}

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The bytes of a standard base64 text, or `undefined` unless it is canonical: padded, no other character, no stray bits. */
export function fromBase64(text: string): Uint8Array | undefined {
  const buffer = Buffer.from(text, 'base64');
  return buffer.toString('base64') === text ? view(buffer) : undefined;
}

/** One character per byte: a compact `Map` key for bytes. */
export function toMapKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** UTF-8 of a well-formed text. Lone surrogates become U+FFFD: refuse them first where that matters. */
export function utf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/** The text of UTF-8 bytes, or `undefined` where they are not well-formed. A byte order mark is kept. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8Decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** ES2024, present in every Node that is supported, and not yet in the library types of ES2023. */
interface Es2024String {
  isWellFormed(): boolean;
}

/** Whether the text has no lone surrogate, which UTF-8 cannot carry. */
export function isWellFormed(text: string): boolean {
  return (text as unknown as Es2024String).isWellFormed();
}

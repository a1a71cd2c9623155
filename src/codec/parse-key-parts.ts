// Key parts read back from bytes of unknown origin: only what encodeKeyPart writes is accepted.
import { fromUtf8, toHex } from '../bytes.js';
import { ImmuError } from '../errors.js';
import { BIGINT_ZERO, ESCAPE, MAX_BIGINT_BYTES, PART_TAG, SIGN_BIT, type KeyPart } from './key-parts.js';

/** The largest distance of a Date from 1970, in milliseconds. */
const MAX_DATE_MS = 8_640_000_000_000_000n;

/** A position in a key. Each read moves it on, or throws and leaves the key refused as a whole. */
export interface KeyCursor {
  /** The whole key, for errors. */
  readonly bytes: Uint8Array;
  /** Where the next read starts. */
  at: number;
}

/** Refuses the key the cursor is in. @throws ImmuError `UNREADABLE_RECORD` always */
export function refuseKey(cursor: KeyCursor, problem: string): never {
  throw new ImmuError(
    'UNREADABLE_RECORD',
    `Key ${toHex(cursor.bytes)} cannot be read: ${problem} at byte ${cursor.at}. ` +
      'It was written by something else, or by a newer immurepo.',
    { details: { key: cursor.bytes, at: cursor.at } },
  );
}

/** The next `count` bytes. */
function take(cursor: KeyCursor, count: number): Uint8Array {
  const end = cursor.at + count;
  if (end > cursor.bytes.length) refuseKey(cursor, 'it ends too early');
  const taken = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return taken;
}

/** The next byte. */
export function takeByte(cursor: KeyCursor): number {
  return take(cursor, 1)[0] ?? 0;
}

function takeU64(cursor: KeyCursor): bigint {
  const bytes = take(cursor, 8);
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
}

/** Bytes up to the terminating zero, unescaped. A copy: the key may be a view into a large message. */
function takeTerminated(cursor: KeyCursor): Uint8Array {
  const out: number[] = [];
  for (;;) {
    const byte = takeByte(cursor);
    if (byte === 0) {
      if (cursor.bytes[cursor.at] !== ESCAPE) return Uint8Array.from(out);
      cursor.at++;
    }
    out.push(byte);
  }
}

/** The body of a string part, without its tag. */
export function takeStringBody(cursor: KeyCursor): string {
  return fromUtf8(takeTerminated(cursor)) ?? refuseKey(cursor, 'text that is not UTF-8');
}

function takeNumber(cursor: KeyCursor): number {
  const bits = takeU64(cursor);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits & SIGN_BIT ? bits & ~SIGN_BIT : BigInt.asUintN(64, ~bits));
  const value = view.getFloat64(0);
  if (!Number.isFinite(value) || Object.is(value, -0)) refuseKey(cursor, `the number ${value}`);
  return value;
}

function takeBigint(cursor: KeyCursor): bigint {
  const sign = takeByte(cursor);
  const length = Math.abs(sign - BIGINT_ZERO);
  if (length > MAX_BIGINT_BYTES) refuseKey(cursor, `a bigint of ${length} bytes`);
  const negative = sign < BIGINT_ZERO;
  const magnitude = take(cursor, length).map((byte) => (negative ? ~byte : byte));
  if (length === 0) return 0n;
  if (magnitude[0] === 0) refuseKey(cursor, 'a bigint with a leading zero');
  const value = BigInt(`0x${toHex(magnitude)}`);
  return negative ? -value : value;
}

function takeDate(cursor: KeyCursor): Date {
  const ms = BigInt.asIntN(64, takeU64(cursor) ^ SIGN_BIT);
  if (ms > MAX_DATE_MS || ms < -MAX_DATE_MS) refuseKey(cursor, 'a Date out of range');
  return new Date(Number(ms));
}

function takePart(cursor: KeyCursor): KeyPart {
  const tag = takeByte(cursor);
  switch (tag) {
    case PART_TAG.false:
      return false;
    case PART_TAG.true:
      return true;
    case PART_TAG.number:
      return takeNumber(cursor);
    case PART_TAG.bigint:
      return takeBigint(cursor);
    case PART_TAG.date:
      return takeDate(cursor);
    case PART_TAG.string:
      return takeStringBody(cursor);
    case PART_TAG.bytes:
      return takeTerminated(cursor);
    default:
      return refuseKey(cursor, `unknown part type ${tag}`);
  }
}

/** All parts from the cursor to the end of the key. @throws ImmuError `UNREADABLE_RECORD` */
export function takeParts(cursor: KeyCursor): readonly KeyPart[] {
  const parts: KeyPart[] = [];
  while (cursor.at < cursor.bytes.length) parts.push(takePart(cursor));
  return parts;
}

/**
 * The parts that {@link encodeKeyParts} wrote.
 *
 * @param bytes from anyone
 * @returns new values; bytes are copied
 * @throws ImmuError `UNREADABLE_RECORD` unless encoding them again gives the same bytes
 */
export function parseKeyParts(bytes: Uint8Array): readonly KeyPart[] {
  return takeParts({ bytes, at: 0 });
}

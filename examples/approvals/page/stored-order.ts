// The order that the stored bytes hold, read in the browser: the layout of src/codec/FORMAT.md, sections 1 to 3. Knows no
// document, so that it also runs in tests; and believes nothing of what it reads, as anybody may have answered it.
import { fromHex, toHex } from './path-hashes.js';

/** A line as it is stored: nothing in it is computed. */
export interface StoredLine {
  readonly product: string;
  readonly quantity: number;
  readonly unitPrice: string;
}

/** An order as it is stored. */
export interface StoredOrder {
  readonly number: string;
  readonly supplier: string;
  readonly requester: string;
  readonly costCentre: string;
  readonly status: string;
  readonly note?: string;
  readonly lines: readonly StoredLine[];
}

/** One stored revision. */
export interface StoredRecord {
  readonly revision: string;
  /** Who wrote it and why, as stored beside the order. */
  readonly actor: string | undefined;
  readonly reason: string | undefined;
  /** The stored text, to the letter; empty for a deletion. */
  readonly text: string;
  /** undefined for a deletion. */
  readonly order: StoredOrder | undefined;
}

const PLAIN_VALUE = 0;
const RECORD_FORMAT = 1;
const CANONICAL_SUPERJSON = 1;
const AT_CODEC = 2;
const AT_REVISION = 8;
const AT_EXTENSIONS = 72;
const ACTOR = 1;
const REASON = 2;

/**
 * Reads what was stored.
 *
 * @param storedValue hexadecimal, whose hash was found to be the one the path begins with
 * @throws RangeError where it is not a record of a purchase order that this page can read
 */
export function readStored(storedValue: string): StoredRecord {
  const bytes = fromHex(storedValue);
  if (bytes[0] !== PLAIN_VALUE || bytes[1] !== RECORD_FORMAT) throw new RangeError('no record of format 1');
  const record = bytes.subarray(1);
  const view = viewOf(record);
  const extensions = lengthPrefixed(record, AT_EXTENSIONS);
  const payload = lengthPrefixed(record, extensions.byteOffset - record.byteOffset + extensions.length);
  if (payload.byteOffset + payload.length !== bytes.byteOffset + bytes.length)
    throw new RangeError('bytes after its end');
  if (view.getUint16(AT_CODEC) !== CANONICAL_SUPERJSON) throw new RangeError('not stored as JSON');
  const about = texts(extensions);
  const text = utf8(payload);
  return {
    revision: view.getBigUint64(AT_REVISION).toString(),
    actor: about.get(ACTOR),
    reason: about.get(REASON),
    text,
    order: text === '' ? undefined : orderIn(text),
  };
}

/** The key that an order is stored under, hexadecimal. @param number of the order, without a character of code 0 */
export function keyOf(number: string): string {
  return `e1${toHex(new TextEncoder().encode(`\u0001\0purchase-order\0@${number}\0`))}`;
}

/** `extension = u16 type ‖ u32 length ‖ content`, of which the first few are texts. */
function texts(extensions: Uint8Array): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const view = viewOf(extensions);
  for (let at = 0; at < extensions.length;) {
    const type = view.getUint16(at);
    const content = lengthPrefixed(extensions, at + 2);
    if (type === ACTOR || type === REASON) found.set(type, utf8(content));
    at += 6 + content.length;
  }
  return found;
}

function orderIn(text: string): StoredOrder {
  const { json } = JSON.parse(text) as { json?: Partial<StoredOrder> };
  if (typeof json?.number !== 'string' || !Array.isArray(json.lines))
    throw new RangeError('no purchase order');
  return json as StoredOrder;
}

/** The bytes after a 32-bit length. */
function lengthPrefixed(bytes: Uint8Array, at: number): Uint8Array {
  const start = at + 4;
  const end = start + viewOf(bytes).getUint32(at);
  if (end > bytes.length) throw new RangeError('it ends too early');
  return bytes.subarray(start, end);
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

// How many bytes a write has on the wire, without encoding it: a write that is too large must be refused by name.

/** A key with its value, and perhaps metadata. */
interface SizedEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly metadata?: object | undefined;
}

/** What a verifiable write adds to a plain one: `proveSinceTx` and the length of the request inside it. */
export const VERIFIABLE_OVERHEAD = 32;

/** Bytes of an unsigned LEB128 number. @param value 0 ≤ value < 2^53 */
function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Bytes of a length-delimited field with a one-byte tag. @param length of its content */
function fieldSize(length: number): number {
  return 1 + varintSize(length) + length;
}

/** An upper bound of the entry's bytes in a request. */
export function keyValueSize({ key, value, metadata }: SizedEntry): number {
  // Two flags of two bytes each, an expiry of at most twelve, and the field around them.
  const metadataSize = metadata === undefined ? 0 : fieldSize(16);
  return fieldSize(fieldSize(key.length) + fieldSize(value.length) + metadataSize);
}

/** An upper bound of the condition's bytes in a request: its key, a transaction id of at most eleven, two wrappings. */
export function preconditionSize({ key }: Pick<SizedEntry, 'key'>): number {
  return fieldSize(fieldSize(fieldSize(key.length) + 11));
}

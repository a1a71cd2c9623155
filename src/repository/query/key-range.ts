// A range of keys: what all of them begin with, the first that may be in it, and the first after it.
import { compareBytes } from '../../bytes.js';
import { afterKeyParts } from '../../codec/key-parts.js';

/** Keys in byte order from `low` up to but not including `high`. */
export interface KeyRange {
  /** What every key of the range begins with. */
  readonly prefix: Uint8Array;
  /** The first key that may be in it. */
  readonly low: Uint8Array;
  /** The first key after it. */
  readonly high: Uint8Array;
}

/**
 * The first bytes, in order, after everything that begins so.
 *
 * @param prefix not empty, and not of 0xff alone: what is stored here begins with 0xe1, and every part with less
 */
export function afterPrefix(prefix: Uint8Array): Uint8Array {
  let end = prefix.length;
  while (prefix[end - 1] === 0xff) end--;
  const after = prefix.slice(0, end);
  after[end - 1] = (after[end - 1] ?? 0) + 1;
  return after;
}

/** All keys that begin so. */
export function rangeOfPrefix(prefix: Uint8Array): KeyRange {
  return { prefix, low: prefix, high: afterPrefix(prefix) };
}

/** All keys that begin with these whole parts. */
export function rangeOfParts(parts: Uint8Array): KeyRange {
  return { prefix: parts, low: parts, high: afterKeyParts(parts) };
}

/** Whether no key can be in the range. */
export function isEmptyRange({ low, high }: KeyRange): boolean {
  return compareBytes(low, high) >= 0;
}

/** Whether the key is in the range. */
export function isWithin({ low, high }: KeyRange, key: Uint8Array): boolean {
  return compareBytes(low, key) <= 0 && compareBytes(key, high) < 0;
}

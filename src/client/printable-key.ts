// A key as an error shows it.

import { fromUtf8, toHex } from '../bytes.js';
import { printable } from './printable.js';

const MAX_BYTES = 64;

/** The key as quoted text where it is text, else in hexadecimal; its end is cut off where it is long. */
export function printableKey(key: Uint8Array): string {
  const shown = key.subarray(0, MAX_BYTES);
  const text = key.length <= MAX_BYTES ? fromUtf8(shown) : undefined;
  const tail = key.length > MAX_BYTES ? `… (${key.length} bytes)` : '';
  return text === undefined ? `0x${toHex(shown)}${tail}` : `"${printable(text)}"`;
}

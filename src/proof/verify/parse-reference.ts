// A reference as the server's history shows it: the stored value without its first byte, where a plain value shows
// what the application wrote. Which of both it is only the entry's digest can tell.

import { concatBytes } from '../../bytes.js';
import { MAX_TX_ID } from './limits.js';

/** A reference read from bytes; nothing of it is proven. */
export interface ParsedReference {
  /** The key it points to. */
  readonly key: Uint8Array;
  /** The transaction it is bound to; 0 if it follows the target's latest value. */
  readonly atTx: bigint;
  /** The value as stored, whose hash an entry's digest covers. */
  readonly stored: Uint8Array;
}

const REFERENCE = Uint8Array.of(0x01);
const TARGET_AT = 8;

/**
 * Reads `u64(atTx) ‖ 00 ‖ key`, the key not empty.
 *
 * @returns undefined if the bytes are no reference
 */
export function parseReferenceValue(shown: Uint8Array): ParsedReference | undefined {
  if (shown.length <= TARGET_AT + 1 || shown[TARGET_AT] !== 0x00) return undefined;
  const atTx = new DataView(shown.buffer, shown.byteOffset, shown.byteLength).getBigUint64(0);
  if (atTx > MAX_TX_ID) return undefined;
  return { key: shown.slice(TARGET_AT + 1), atTx, stored: concatBytes(REFERENCE, shown) };
}

// What may be said about a whole transaction, and the bytes of it that are hashed.

import { concatBytes, NO_BYTES, u16be, u64be } from '../../bytes.js';

/** The most bytes `extra` may have. */
export const MAX_EXTRA_BYTES = 256;

/** Attributes of a transaction. */
export interface TxMetadata {
  /** Values of transactions before this one may have been removed; > 0. */
  readonly truncatedTxId?: bigint;
  /** The server's own note, 1 to 256 bytes. Who wrote, where the server was told to log it; not signed by anybody. */
  readonly extra?: Uint8Array;
}

const TRUNCATED = Uint8Array.of(0x00);
const EXTRA = Uint8Array.of(0x01);

/** `00 ‖ u64(truncatedTxId)`, then `01 ‖ u16(length) ‖ extra`; each only where present. */
export function encodeTxMetadata(metadata: TxMetadata): Uint8Array {
  const { truncatedTxId, extra } = metadata;
  if (truncatedTxId === undefined && extra === undefined) return NO_BYTES;
  const parts: Uint8Array[] = [];
  if (truncatedTxId !== undefined) parts.push(TRUNCATED, u64be(truncatedTxId));
  if (extra !== undefined) parts.push(EXTRA, u16be(extra.length), extra);
  return concatBytes(...parts);
}

// What may be said about a key's write besides its value, and the bytes of it that are hashed.

import { concatBytes, NO_BYTES, u64be } from '../../bytes.js';

/** Attributes of one write of a key. */
export interface KeyMetadata {
  /** A tombstone: the key is absent from this write on. */
  readonly deleted: boolean;
  /** When the write stops being visible, in seconds since 1970, a signed 64-bit integer; left out for never. */
  readonly expiresAt?: bigint;
  /** Written and provable, but not found by key. */
  readonly nonIndexable: boolean;
}

const DELETED = Uint8Array.of(0x00);
const EXPIRES_AT = Uint8Array.of(0x01);
const NON_INDEXABLE = Uint8Array.of(0x02);

/**
 * The attributes in ascending order of their code, each at most once: `00`, `01 ‖ u64(expiresAt)`, `02`.
 * No metadata and metadata without attributes are the same zero bytes.
 */
export function encodeKeyMetadata(metadata: KeyMetadata | undefined): Uint8Array {
  if (metadata === undefined) return NO_BYTES;
  const parts: Uint8Array[] = [];
  if (metadata.deleted) parts.push(DELETED);
  if (metadata.expiresAt !== undefined) parts.push(EXPIRES_AT, u64be(metadata.expiresAt));
  if (metadata.nonIndexable) parts.push(NON_INDEXABLE);
  return concatBytes(...parts);
}

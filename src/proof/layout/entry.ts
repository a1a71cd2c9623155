// How keys and values are stored, and the digest of an entry: the payload of a leaf in its transaction's tree.

import { concatBytes, u64be } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import { DIGEST_BYTES, sha256 } from './hash.js';
import { encodeKeyMetadata, type KeyMetadata } from './kv-metadata.js';
import type { HeaderVersion } from './tx-header.js';

/** The longest key, prefix byte included, whose length an entry digest can hold. */
export const MAX_STORED_KEY_BYTES = 0xffff;

const PLAIN = Uint8Array.of(0x00);
const SORTED_SET = Uint8Array.of(0x01);
const REFERENCE = Uint8Array.of(0x01);

/** How a key or a reference's own key is stored: `00 ‖ key`. */
export function kvKey(key: Uint8Array): Uint8Array {
  return concatBytes(PLAIN, key);
}

/** How a plain value is stored: `00 ‖ value`. */
export function kvValue(value: Uint8Array): Uint8Array {
  return concatBytes(PLAIN, value);
}

/**
 * How a reference is stored as a value: `01 ‖ u64(atTx) ‖ 00 ‖ target`.
 *
 * @param atTx the transaction the reference is bound to, 0 to follow the target's latest value
 */
export function referenceValue(target: Uint8Array, atTx: bigint): Uint8Array {
  return concatBytes(REFERENCE, u64be(atTx), kvKey(target));
}

/**
 * How an entry of a sorted set is stored as a key (its value is empty):
 * `01 ‖ u64(len set) ‖ set ‖ f64(score) ‖ u64(1 + len key) ‖ 00 ‖ key ‖ u64(atTx)`, the score as raw IEEE 754 bits.
 *
 * @param score not NaN, whose bits are not one but many
 */
export function sortedSetKey(set: Uint8Array, score: number, key: Uint8Array, atTx: bigint): Uint8Array {
  const bits = new Uint8Array(8);
  new DataView(bits.buffer).setFloat64(0, score);
  const stored = kvKey(key);
  return concatBytes(
    SORTED_SET,
    u64be(BigInt(set.length)),
    set,
    bits,
    u64be(BigInt(stored.length)),
    stored,
    u64be(atTx),
  );
}

/**
 * The digest of an entry.
 *
 * Version 0: `H(key ‖ hValue)`. Version 1: `H(u16(len md) ‖ md ‖ u16(len key) ‖ key ‖ hValue)`.
 *
 * @param version of the header the entry belongs to, proven: under the wrong one, a crafted key of version 0 has
 *   the digest of another key of version 1
 * @param storedKey with its prefix byte
 * @param hValue SHA-256 of the stored value, 32 bytes
 * @throws VerificationError MALFORMED_PROOF where the digest would not cover what it is given: metadata in version 0,
 *   a key too long for its length field
 */
export function entryDigest(
  version: HeaderVersion,
  storedKey: Uint8Array,
  metadata: KeyMetadata | undefined,
  hValue: Uint8Array,
): Uint8Array {
  if (storedKey.length > MAX_STORED_KEY_BYTES) {
    throw notCovered(
      `a key of ${storedKey.length} bytes; the most an entry can hold is ${MAX_STORED_KEY_BYTES}`,
    );
  }
  const encoded = encodeKeyMetadata(metadata);
  if (version === 0) {
    if (encoded.length > 0) throw notCovered('metadata in a transaction of version 0, which hashes none');
    return sha256(concatBytes(storedKey, hValue));
  }
  const bytes = Buffer.allocUnsafe(2 + encoded.length + 2 + storedKey.length + DIGEST_BYTES);
  const keyLengthAt = bytes.writeUInt16BE(encoded.length, 0) + encoded.length;
  bytes.set(encoded, 2);
  const keyAt = bytes.writeUInt16BE(storedKey.length, keyLengthAt);
  bytes.set(storedKey, keyAt);
  bytes.set(hValue, keyAt + storedKey.length);
  return sha256(bytes);
}

function notCovered(what: string): VerificationError {
  return new VerificationError('MALFORMED_PROOF', `The server answered an entry with ${what}.`, {
    details: { check: 'what an entry digest covers' },
  });
}

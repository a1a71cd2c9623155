// SHA-256 and the two node kinds of every Merkle tree in immudb. Knows nothing of what is hashed.

import { hash } from 'node:crypto';

/** Bytes in every digest. */
export const DIGEST_BYTES = 32;

/** A tree node before hashing: one byte of domain separation and the two children. Reused, as hashing is synchronous. */
const node = Buffer.alloc(1 + 2 * DIGEST_BYTES, 1);
const leaf = Buffer.alloc(1 + DIGEST_BYTES, 0);

/**
 * The SHA-256 of `data`, in an array of its own.
 *
 * One-shot hashing to a text of one character per byte: on Node 20 asking `hash` for a Buffer costs three times as
 * much, and a Hash object four times.
 */
export function sha256(data: Uint8Array): Uint8Array {
  const text = hash('sha256', data, 'binary');
  const digest = new Uint8Array(DIGEST_BYTES);
  for (let i = 0; i < DIGEST_BYTES; i++) digest[i] = text.charCodeAt(i);
  return digest;
}

/** The SHA-256 of no bytes: the root of a tree without leaves, and the alh before the first transaction. */
export const EMPTY_HASH: Uint8Array = sha256(new Uint8Array(0));

/** `H(0x00 ‖ digest)`. @param digest exactly 32 bytes */
export function leafHash(digest: Uint8Array): Uint8Array {
  leaf.set(digest, 1);
  return sha256(leaf);
}

/** `H(0x01 ‖ left ‖ right)`. Both children are exactly 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 1 + DIGEST_BYTES);
  return sha256(node);
}

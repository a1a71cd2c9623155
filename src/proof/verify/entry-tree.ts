// The tree over the entries of one transaction; its root is the header's eH.

import { EMPTY_HASH, leafHash, nodeHash } from '../layout/hash.js';

/**
 * Root of the tree over the entries' digests, in the order of the transaction. Level by level neighbours are paired
 * and an odd last node moves up unchanged, which is the shape of RFC 6962. Without entries: the hash of nothing.
 */
export function rootFromDigests(digests: readonly Uint8Array[]): Uint8Array {
  let level = digests.map(leafHash);
  while (level.length > 1) level = nextLevel(level);
  return level[0] ?? EMPTY_HASH;
}

/** The parents of one level's nodes; an odd last node moves up unchanged. */
export function nextLevel(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  let left: Uint8Array | undefined;
  for (const node of level) {
    if (left === undefined) {
      left = node;
    } else {
      above.push(nodeHash(left, node));
      left = undefined;
    }
  }
  if (left !== undefined) above.push(left);
  return above;
}

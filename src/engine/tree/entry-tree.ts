// The tree over the entries of one transaction: its root, and the path of an entry.

import { EMPTY_HASH, leafHash, nodeHash } from '../../proof/layout/hash.js';

/** The nodes of the next level: pairs hashed, an odd last one as it is. */
function parents(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = [level[i], level[i + 1]];
    if (left !== undefined) above.push(right === undefined ? left : nodeHash(left, right));
  }
  return above;
}

/** The root over entry digests, in their order; of none the hash of nothing. */
export function entriesRoot(digests: readonly Uint8Array[]): Uint8Array {
  let level = digests.map(leafHash);
  while (level.length > 1) level = parents(level);
  return level[0] ?? EMPTY_HASH;
}

/**
 * The siblings on the way from an entry to the root.
 *
 * @param index 0-based, < digests.length
 */
export function entryPath(digests: readonly Uint8Array[], index: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let level = digests.map(leafHash);
  for (let at = index; level.length > 1; at >>= 1) {
    const sibling = level[at ^ 1];
    if (sibling !== undefined) path.push(sibling);
    level = parents(level);
  }
  return path;
}

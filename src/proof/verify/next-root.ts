// The root of the tree over all transactions up to a proof's target. The target's own header cannot hold it, but the
// header of the next transaction must, so whoever knows it can check an extension without asking again.

import { leafHash, nodeHash } from '../layout/hash.js';
import type { DualProof } from './dual-proof.js';

/**
 * Root of the tree over transactions 1 to `target.id`; undefined where the target's tree lags behind it, as what lies
 * between is then not in the proof.
 *
 * The target's last inclusion proof is the path of leaf n = id − 1 in a tree of n leaves. All its terms stand on the
 * left: they are the roots of the full subtrees over the first n − 1 leaves, smallest first. Leaf n is added to them,
 * merging as a binary counter does, which gives the full subtrees over n leaves; the path of leaf id in the tree of id
 * leaves is exactly those.
 *
 * @param proof verified
 */
export function rootAfterTarget({ target, targetBlTxAlh, lastInclusion }: DualProof): Uint8Array | undefined {
  if (target.header.blTxId !== target.header.id - 1n) return undefined;
  const peaks =
    target.header.blTxId === 0n ? [] : withLeaf(lastInclusion, target.header.blTxId - 1n, targetBlTxAlh);
  return peaks.reduce((root, peak) => nodeHash(peak, root), leafHash(target.alh));
}

/** The full subtrees, smallest first, after a leaf is added to `count` leaves. */
function withLeaf(peaks: readonly Uint8Array[], count: bigint, payload: Uint8Array): Uint8Array[] {
  let added = leafHash(payload);
  let merged = 0;
  for (let rest = count; (rest & 1n) === 1n; rest >>= 1n) {
    const peak = peaks[merged];
    if (peak === undefined) break; // One peak per bit of count in a verified proof; the type does not know.
    added = nodeHash(peak, added);
    merged++;
  }
  return [added, ...peaks.slice(merged)];
}

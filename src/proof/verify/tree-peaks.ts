// The full subtrees over the first transactions of a history, to which the next ones are added: their root is what the
// header of the next transaction must hold.

import { DIGEST_BYTES, leafHash, nodeHash } from '../layout/hash.js';

/** The full subtrees over the first `size` transactions: one for each bit of `size`. */
export interface TreePeaks {
  readonly size: bigint;
  /** Their roots, smallest subtree first. */
  readonly roots: readonly Uint8Array[];
}

/** Before the first transaction. */
export const NO_PEAKS: TreePeaks = { size: 0n, roots: [] };

/** The subtrees after a transaction is added, merged as a binary counter merges. */
export function withTransaction({ size, roots }: TreePeaks, alh: Uint8Array): TreePeaks {
  let added = leafHash(alh);
  let merged = 0;
  for (let rest = size; (rest & 1n) === 1n; rest >>= 1n) {
    const peak = roots[merged];
    if (peak === undefined) throw new TypeError(`there must be one subtree for each bit of ${String(size)}`);
    added = nodeHash(peak, added);
    merged++;
  }
  return { size: size + 1n, roots: [added, ...roots.slice(merged)] };
}

/** The root over all of them, as headers hold it: zeros for none. */
export function rootFromPeaks({ roots }: TreePeaks): Uint8Array {
  const [smallest, ...larger] = roots;
  if (smallest === undefined) return new Uint8Array(DIGEST_BYTES);
  return larger.reduce((root, peak) => nodeHash(peak, root), smallest);
}

// Climbing a Merkle tree with every step kept. Which steps there are follows from position and size, as where a path is
// checked; what they lead to is computed here once more.

import { leafHash, nodeHash } from '../layout/hash.js';
import { nextLevel } from './entry-tree.js';
import { failure } from './failure.js';
import type { MerkleStep } from './proven-path.js';
import { inclusionShape, type Side } from './tree-shape.js';

/** A leaf, the steps above it, and where they lead. All of it in memory of its own. */
export interface Climb {
  readonly leaf: Uint8Array;
  readonly steps: readonly MerkleStep[];
  readonly root: Uint8Array;
}

/** Where a payload stands in a tree. */
export interface Place {
  /** The leaf's payload, 32 bytes. */
  readonly payload: Uint8Array;
  /** The leaf's position, 0 ≤ index < size. */
  readonly index: bigint;
  /** The tree's number of leaves. */
  readonly size: bigint;
}

/**
 * Climbs from a payload's leaf to the root.
 *
 * @param siblings from the leaf upwards, each 32 bytes
 * @throws VerificationError PROOF_INVALID unless there is one sibling for each step
 */
export function climb({ payload, index, size }: Place, siblings: readonly Uint8Array[]): Climb {
  const sides = inclusionShape(index, size);
  if (siblings.length !== sides.length) {
    throw failure('PROOF_INVALID', {
      check: 'length of a Merkle path',
      expected: sides.length,
      found: siblings.length,
    });
  }
  const leaf = leafHash(payload);
  let root = leaf;
  const steps = siblings.map((sibling, level) => {
    const step = stepFrom(root, sibling, sides[level] ?? 'right');
    root = step.hash;
    return step;
  });
  return { leaf, steps, root: new Uint8Array(root) };
}

function stepFrom(node: Uint8Array, sibling: Uint8Array, side: Side): MerkleStep {
  const hash = side === 'left' ? nodeHash(sibling, node) : nodeHash(node, sibling);
  return { side, sibling: new Uint8Array(sibling), hash };
}

/**
 * The siblings on the way from one entry to the root of its transaction's tree.
 *
 * @param digests of all entries, in order
 * @param index 0 ≤ index < digests.length
 */
export function siblingsAmong(digests: readonly Uint8Array[], index: number): Uint8Array[] {
  const siblings: Uint8Array[] = [];
  let at = index;
  for (let level = digests.map(leafHash); level.length > 1; level = nextLevel(level)) {
    // The last node of an odd level has none, and moves up unchanged.
    const sibling = level[at % 2 === 1 ? at - 1 : at + 1];
    if (sibling !== undefined) siblings.push(sibling);
    at = Math.floor(at / 2);
  }
  return siblings;
}

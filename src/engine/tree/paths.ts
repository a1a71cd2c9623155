// Paths through the tree over all transactions, for any two sizes it had: what a client needs to find one root in
// another. Built as RFC 6962 section 2.1 defines them, recursively, apart from the two places where immudb differs.

import { nodeHash } from '../../proof/layout/hash.js';
import type { CompletedSubtrees } from './main-tree.js';

/** The largest power of two below `size`. @param size ≥ 2 */
function split(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

const isPowerOfTwo = (size: number) => size === 1 || split(size) * 2 === size;

/** The hash of the leaves from `begin` (0-based) to before `end`, begin < end, as a node of a tree has them. */
export function rangeHash(completed: CompletedSubtrees, begin: number, end: number): Uint8Array {
  const size = end - begin;
  if (isPowerOfTwo(size)) return completed.hash(Math.round(Math.log2(size)), end);
  const middle = begin + split(size);
  return nodeHash(rangeHash(completed, begin, middle), rangeHash(completed, middle, end));
}

/**
 * The path of leaf `index` in the tree of `size` leaves, from the leaf to the root.
 *
 * @param index 1-based, 1 ≤ index ≤ size
 */
export function inclusionPath(completed: CompletedSubtrees, index: number, size: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  const leaf = index - 1;
  const descend = (begin: number, end: number) => {
    if (end - begin === 1) return;
    const middle = begin + split(end - begin);
    if (leaf < middle) {
      descend(begin, middle);
      path.push(rangeHash(completed, middle, end));
    } else {
      descend(middle, end);
      path.push(rangeHash(completed, begin, middle));
    }
  };
  descend(0, size);
  return path;
}

/**
 * What shows that the tree of `from` leaves is the beginning of the tree of `to`. immudb names the old root's own last
 * subtree even where it is the whole old tree, and for equal sizes the two halves, right before left.
 *
 * @param from 1 ≤ from ≤ to
 */
export function consistencyPath(completed: CompletedSubtrees, from: number, to: number): Uint8Array[] {
  if (from === to) return halves(completed, to);
  const path: Uint8Array[] = [];
  const descend = (begin: number, end: number) => {
    if (from === end) {
      path.push(rangeHash(completed, begin, end));
      return;
    }
    const middle = begin + split(end - begin);
    if (from <= middle) {
      descend(begin, middle);
      path.push(rangeHash(completed, middle, end));
    } else {
      descend(middle, end);
      path.push(rangeHash(completed, begin, middle));
    }
  };
  descend(0, to);
  return path;
}

function halves(completed: CompletedSubtrees, size: number): Uint8Array[] {
  if (size === 1) return [];
  const middle = split(size);
  return [rangeHash(completed, middle, size), rangeHash(completed, 0, middle)];
}

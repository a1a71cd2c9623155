// The shape of a Merkle tree: which leaves each sibling on the way up stands for.

/** A sibling on the way from a leaf to the root, and the leaves below it: `from` to `to`, both included, from 0. */
export interface SiblingRange {
  readonly side: 'left' | 'right';
  readonly from: number;
  readonly to: number;
}

/**
 * The siblings of a leaf, from the leaf up. A tree of n leaves has the largest power of two below n on its left.
 *
 * @param index of the leaf, 0 ≤ index < size
 * @param size number of leaves
 * @throws RangeError for a leaf that the tree does not have
 */
export function siblingRanges(index: number, size: number): readonly SiblingRange[] {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  const down: SiblingRange[] = [];
  let [from, end] = [0, size];
  while (end - from > 1) {
    const middle = from + largestPowerBelow(end - from);
    if (index < middle) {
      down.push({ side: 'right', from: middle, to: end - 1 });
      end = middle;
    } else {
      down.push({ side: 'left', from, to: middle - 1 });
      from = middle;
    }
  }
  return down.reverse();
}

/** @param n greater than 1 */
function largestPowerBelow(n: number): number {
  return 2 ** Math.ceil(Math.log2(n) - 1);
}

// Which nodes a proof consists of, from positions and sizes alone. A proof with one term more or less than this proves
// another position, however its hashes work out, so the shape is known before the first hash.

/** On which side of the climbing node the next term of an audit path stands. */
export type Side = 'left' | 'right';

/**
 * The audit path of one leaf, from the leaf to the root.
 *
 * @param index 0 ≤ index < size
 * @param size 1 ≤ size < 2^63
 */
export function inclusionShape(index: bigint, size: bigint): Side[] {
  const sides: Side[] = [];
  let at = index;
  let last = size - 1n;
  while (last > 0n) {
    if (isOdd(at)) sides.push('left');
    else if (at !== last) sides.push('right');
    // An even last node has no sibling and moves up unchanged.
    at >>= 1n;
    last >>= 1n;
  }
  return sides;
}

/** What a term of a consistency proof is part of: both trees, as a left sibling, or the larger only, as a right one. */
export type Part = 'both' | 'larger';

/**
 * A consistency proof's terms after the first, which is the root of the last full subtree of the smaller tree.
 *
 * @param smaller 1 ≤ smaller < larger
 * @param larger < 2^63
 */
export function consistencyShape(smaller: bigint, larger: bigint): Part[] {
  const parts: Part[] = [];
  let inSmaller = smaller - 1n;
  let inLarger = larger - 1n;
  while (isOdd(inSmaller)) {
    inSmaller >>= 1n;
    inLarger >>= 1n;
  }
  while (inLarger > 0n) {
    if (isOdd(inSmaller)) parts.push('both');
    else if (inSmaller !== inLarger) parts.push('larger');
    inSmaller >>= 1n;
    inLarger >>= 1n;
  }
  return parts;
}

function isOdd(value: bigint): boolean {
  return (value & 1n) === 1n;
}

// The tree over all transactions of a database, as it grows: RFC 6962's shape over their accumulated hashes. Each new
// leaf completes some subtrees whose size is a power of two; their hashes never change, and every other hash follows
// from them. Paths through the tree are paths.ts's.

import { leafHash, nodeHash } from '../../proof/layout/hash.js';

/** Where the hashes of completed subtrees are kept. */
export interface CompletedSubtrees {
  /**
   * The hash of the subtree of `2^level` leaves that ends with leaf `end`.
   *
   * @param end ≥ 1, a multiple of `2^level`
   */
  hash(level: number, end: number): Uint8Array;
}

/** A run of leaves from `begin` (0-based) to before `end`; its size is a power of two of which `begin` is a multiple. */
interface Subtree {
  readonly level: number;
  readonly end: number;
  readonly hash: Uint8Array;
}

/** The levels of the completed subtrees a tree of this size consists of, from the first leaves to the last. */
function levelsOf(size: number): number[] {
  const levels: number[] = [];
  for (let level = Math.floor(Math.log2(Math.max(size, 1))); level >= 0; level--) {
    if (Math.floor(size / 2 ** level) % 2 === 1) levels.push(level);
  }
  return levels;
}

/** The tree's right edge: all that is needed to add a leaf and to tell the root. At most 53 hashes. */
export class MainTree {
  #size: number;
  /** The subtrees the tree consists of, from the first leaves to the last. */
  readonly #edge: Subtree[] = [];

  /**
   * @param size how many leaves there are, ≤ 2^53
   * @param completed where their subtrees' hashes are
   */
  constructor(size: number, completed: CompletedSubtrees) {
    this.#size = size;
    let end = 0;
    for (const level of levelsOf(size)) {
      end += 2 ** level;
      this.#edge.push({ level, end, hash: completed.hash(level, end) });
    }
  }

  /** A tree without leaves. */
  static empty(): MainTree {
    return new MainTree(0, NO_SUBTREES);
  }

  /** How many leaves there are. */
  get size(): number {
    return this.#size;
  }

  /** The root over all leaves, 32 bytes; zeros for none, as a header has it. */
  root(): Uint8Array {
    const last = this.#edge.at(-1);
    if (last === undefined) return new Uint8Array(32);
    return this.#edge.slice(0, -1).reduceRight((right, left) => nodeHash(left.hash, right), last.hash);
  }

  /**
   * Adds a leaf.
   *
   * @param alh of the transaction, 32 bytes
   * @returns the hashes of the subtrees it completes, by level from 0
   */
  append(alh: Uint8Array): Uint8Array[] {
    this.#size++;
    let last: Subtree = { level: 0, end: this.#size, hash: leafHash(alh) };
    const completed = [last.hash];
    for (;;) {
      const left = this.#edge.at(-1);
      if (left?.level !== last.level) break;
      this.#edge.pop();
      last = { level: last.level + 1, end: this.#size, hash: nodeHash(left.hash, last.hash) };
      completed.push(last.hash);
    }
    this.#edge.push(last);
    return completed;
  }
}

const NO_SUBTREES: CompletedSubtrees = {
  hash() {
    throw new TypeError('a tree without leaves has no subtrees');
  },
};

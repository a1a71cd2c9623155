// The engine's trees against the naive ones, whose every node is computed from its leaves.

import { describe, expect, it } from 'vitest';
import { entriesRoot, entryPath } from '../../../src/engine/tree/entry-tree.js';
import { type CompletedSubtrees, MainTree } from '../../../src/engine/tree/main-tree.js';
import { consistencyPath, inclusionPath, rangeHash } from '../../../src/engine/tree/paths.js';
import { NaiveTree, payloads } from '../../proof/naive-tree.js';

const SIZE = 70;
const leaves = payloads(SIZE);
const naive = new NaiveTree(leaves);

/** Keeps what a tree completes, as the rows of transactions do. */
class Kept implements CompletedSubtrees {
  readonly rows: Uint8Array[][] = [];

  hash(level: number, end: number): Uint8Array {
    const hash = this.rows[end - 1]?.[level];
    if (hash === undefined) throw new Error(`no subtree of level ${level} ends at ${end}`);
    return hash;
  }
}

function grown(size: number): { readonly tree: MainTree; readonly kept: Kept } {
  const kept = new Kept();
  const tree = new MainTree(0, kept);
  for (const leaf of leaves.slice(0, size)) kept.rows.push(tree.append(leaf));
  return { tree, kept };
}

describe('the main tree', () => {
  it('has the root of RFC 6962 at every size, and zeros for none', () => {
    const kept = new Kept();
    const tree = new MainTree(0, kept);
    expect(tree.root()).toEqual(new Uint8Array(32));
    for (const [index, leaf] of leaves.entries()) {
      const completed = tree.append(leaf);
      kept.rows.push(completed);
      // One for each power of two that divides the size.
      expect(2 ** (completed.length - 1)).toBe((index + 1) & -(index + 1));
      expect(tree.root()).toEqual(naive.root(index + 1));
      expect(tree.size).toBe(index + 1);
    }
  });

  it('is taken up at any size from what was completed, and grows on from there', () => {
    const { kept } = grown(SIZE);
    for (let size = 0; size < SIZE; size++) {
      const tree = new MainTree(size, kept);
      expect(tree.root()).toEqual(size === 0 ? new Uint8Array(32) : naive.root(size));
      expect(tree.append(leaves[size]!)).toEqual(kept.rows[size]);
      expect(tree.root()).toEqual(naive.root(size + 1));
    }
  });

  it('computes any range of leaves from completed subtrees', () => {
    const { kept } = grown(SIZE);
    for (let end = 1; end <= SIZE; end++) expect(rangeHash(kept, 0, end)).toEqual(naive.root(end));
  });

  it('has the paths of immudb, for every leaf and every two sizes', () => {
    const { kept } = grown(SIZE);
    for (let to = 1; to <= SIZE; to++) {
      for (let from = 1; from <= to; from++) {
        expect(inclusionPath(kept, from, to)).toEqual(naive.inclusion(from - 1, to));
        expect(consistencyPath(kept, from, to)).toEqual(naive.consistency(from, to));
      }
    }
  });
});

describe('the tree of a transaction', () => {
  it('has the root and the paths of RFC 6962', () => {
    for (let width = 0; width <= 70; width++) {
      const digests = leaves.slice(0, width);
      expect(entriesRoot(digests)).toEqual(naive.root(width));
      for (let index = 0; index < width; index++) {
        expect(entryPath(digests, index)).toEqual(naive.inclusion(index, width));
      }
    }
  });
});

// The arithmetic of all trees against the naive tree, for every size up to 256. We agree with the definition of RFC
// 6962 here; that immudb does too is shown by vectors.test.ts and recorded.test.ts.

import { describe, expect, it, vi } from 'vitest';
import { equalBytes } from '../../src/bytes.js';
import { leafHash } from '../../src/proof/layout/hash.js';
import { rootsFromConsistency, verifyConsistency } from '../../src/proof/verify/consistency.js';
import { rootFromDigests } from '../../src/proof/verify/entry-tree.js';
import {
  rootFromInclusion,
  verifyEntryInclusion,
  verifyInclusion,
} from '../../src/proof/verify/inclusion.js';
import { consistencyShape, inclusionShape } from '../../src/proof/verify/tree-shape.js';
import { expectRefused, refusalOf } from './expect-refused.js';
import { NaiveTree, payloads } from './naive-tree.js';

Error.stackTraceLimit = 0; // Refusals by the hundred thousand: their stacks are most of the cost.
vi.setConfig({ testTimeout: 120_000 });

const MAX = 256;
const about = { check: 'the proof' };
const leaves = payloads(MAX);
const tree = new NaiveTree(leaves);

function everyPair(max: number, visit: (i: number, j: number) => void): void {
  for (let j = 1; j <= max; j++) for (let i = 1; i <= j; i++) visit(i, j);
}

function inclusionHolds(
  path: readonly Uint8Array[],
  leaf: number,
  index: number,
  size: number,
  root: Uint8Array,
) {
  const claim = { payload: leaves[leaf]!, index: BigInt(index), size: BigInt(size), root };
  return (
    refusalOf(() => {
      verifyInclusion(path, claim, about);
    }) === undefined
  );
}

function consistencyHolds(
  path: readonly Uint8Array[],
  i: number,
  j: number,
  rootI: Uint8Array,
  rootJ: Uint8Array,
) {
  const smaller = { size: BigInt(i), root: rootI };
  const larger = { size: BigInt(j), root: rootJ };
  return (
    refusalOf(() => {
      verifyConsistency(path, smaller, larger, about);
    }) === undefined
  );
}

describe('all sizes up to 256 against the definition of RFC 6962', () => {
  it('computes the root over a transaction’s entries', () => {
    for (let size = 0; size <= MAX; size++) {
      expect(rootFromDigests(leaves.slice(0, size)), `size ${size}`).toEqual(tree.root(size));
    }
  });

  it('knows the length of every inclusion path and leads to the root', () => {
    everyPair(MAX, (i, j) => {
      const path = tree.inclusion(i - 1, j);
      const sides = inclusionShape(BigInt(i - 1), BigInt(j));
      if (sides.length !== path.length)
        expect.fail(`leaf ${i} of ${j}: ${sides.length} sides, ${path.length} terms`);
      const root = rootFromInclusion(path, sides, leafHash(leaves[i - 1]!));
      if (!equalBytes(root, tree.root(j))) expect.fail(`leaf ${i} of ${j}: another root`);
      if (!inclusionHolds(path, i - 1, i - 1, j, tree.root(j))) expect.fail(`leaf ${i} of ${j}: refused`);
    });
  });

  it('accepts every entry of every transaction by its inclusion proof', () => {
    everyPair(MAX, (i, j) => {
      const proof = { leaf: i - 1, width: j, terms: tree.inclusion(i - 1, j) };
      const header = { id: 7n, eH: tree.root(j), nentries: j };
      if (verifyEntryInclusion(proof, leaves[i - 1]!, header) !== i - 1) expect.fail(`entry ${i} of ${j}`);
    });
  });

  it('accepts the last leaf of every tree, whose path is one term per bit of the leaves before it', () => {
    for (let size = 1; size <= MAX; size++) {
      const path = tree.inclusion(size - 1, size);
      const bits = (size - 1).toString(2).replaceAll('0', '').length;
      expect(path.length, `size ${size}`).toBe(bits);
      expect(inclusionHolds(path, size - 1, size - 1, size, tree.root(size)), `size ${size}`).toBe(true);
    }
  });

  it('knows the length of every consistency proof and leads to both roots', () => {
    everyPair(MAX, (i, j) => {
      const path = tree.consistency(i, j);
      if (i < j) {
        const parts = consistencyShape(BigInt(i), BigInt(j));
        if (parts.length + 1 !== path.length)
          expect.fail(`${i} in ${j}: ${path.length} terms, not ${parts.length + 1}`);
        const [seed, ...rest] = path;
        const roots = rootsFromConsistency(seed!, rest, parts);
        if (!equalBytes(roots.smaller, tree.root(i)) || !equalBytes(roots.larger, tree.root(j)))
          expect.fail(`${i} in ${j}: other roots`);
      }
      if (!consistencyHolds(path, i, j, tree.root(i), tree.root(j))) expect.fail(`${i} in ${j}: refused`);
    });
  });

  it('needs no terms between trees of one size', () => {
    for (let size = 1; size <= MAX; size++) {
      expect(consistencyHolds([], size, size, tree.root(size), tree.root(size)), `size ${size}`).toBe(true);
    }
  });
});

describe('one term of a proof changed', () => {
  const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 129];
  const stranger = payloads(300)[299]!;
  const changes: readonly [string, (path: readonly Uint8Array[], at: number) => Uint8Array[]][] = [
    ['dropped', (path, at) => path.toSpliced(at, 1)],
    ['doubled', (path, at) => path.toSpliced(at, 0, path[at]!)],
    ['replaced', (path, at) => path.with(at, stranger)],
    ['preceded by another', (path, at) => path.toSpliced(at, 0, stranger)],
    ['followed by another', (path, at) => path.toSpliced(at + 1, 0, stranger)],
    [
      'swapped with the next',
      (path, at) =>
        path.with(at, path[at + 1] ?? stranger).with(Math.min(at + 1, path.length - 1), path[at]!),
    ],
  ];

  it.each(changes)('an inclusion path with one term %s is refused', (_, change) => {
    for (const size of sizes) {
      for (let index = 0; index < size; index++) {
        const path = tree.inclusion(index, size);
        path.forEach((_term, at) => {
          const changed = change(path, at);
          if (same(changed, path)) return;
          expect(
            inclusionHolds(changed, index, index, size, tree.root(size)),
            `${index} of ${size} @${at}`,
          ).toBe(false);
        });
      }
    }
  });

  it.each(changes)('a consistency proof with one term %s is refused', (_, change) => {
    for (const larger of sizes) {
      for (let smaller = 1; smaller <= larger; smaller++) {
        const path = tree.consistency(smaller, larger);
        path.forEach((_term, at) => {
          const changed = change(path, at);
          if (same(changed, path)) return;
          const holds = consistencyHolds(changed, smaller, larger, tree.root(smaller), tree.root(larger));
          expect(holds, `${smaller} in ${larger} @${at}`).toBe(false);
        });
      }
    }
  });

  it('a term too many is refused where none belongs', () => {
    expect(inclusionHolds([stranger], 0, 0, 1, tree.root(1))).toBe(false);
    expect(consistencyHolds([stranger], 1, 1, tree.root(1), tree.root(1))).toBe(false);
    expect(consistencyHolds([stranger, stranger], 1, 1, tree.root(1), tree.root(1))).toBe(false);
  });

  it('a root of another size is refused', () => {
    for (const size of sizes.slice(1)) {
      expect(inclusionHolds(tree.inclusion(0, size), 0, 0, size, tree.root(size + 1))).toBe(false);
      expect(consistencyHolds(tree.consistency(1, size), 1, size, tree.root(2), tree.root(size))).toBe(false);
      expect(consistencyHolds(tree.consistency(1, size), 1, size, tree.root(1), tree.root(size + 1))).toBe(
        false,
      );
    }
  });
});

function same(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((term, i) => equalBytes(term, b[i]!));
}

describe('positions and sizes other than the true ones', () => {
  // A path alone authenticates neither: some shapes coincide. Everything else must fail, and what coincides is bound
  // by the headers that position and size are taken from.
  it('an inclusion path holds for another position only where that has the same shape', () => {
    let accepted = 0;
    everyPair(16, (i, j) => {
      const path = tree.inclusion(i - 1, j);
      everyPair(32, (k, l) => {
        if (!inclusionHolds(path, i - 1, k - 1, l, tree.root(j))) return;
        accepted++;
        const claimed = inclusionShape(BigInt(k - 1), BigInt(l));
        expect(claimed, `${i} of ${j} as ${k} of ${l}`).toEqual(inclusionShape(BigInt(i - 1), BigInt(j)));
      });
    });
    expect(accepted).toBeGreaterThan(136);
  });

  it('a consistency proof holds for other sizes only where those have the same shape', () => {
    everyPair(14, (i, j) => {
      if (i === j) return;
      const path = tree.consistency(i, j);
      everyPair(24, (k, l) => {
        if (k === l || !consistencyHolds(path, k, l, tree.root(i), tree.root(j))) return;
        const claimed = consistencyShape(BigInt(k), BigInt(l));
        expect(claimed, `${i} in ${j} as ${k} in ${l}`).toEqual(consistencyShape(BigInt(i), BigInt(j)));
      });
    });
  });

  it.each([
    ['an index below zero', -1n, 4n],
    ['an index beyond the tree', 4n, 4n],
    ['an empty tree', 0n, 0n],
  ])('refuses %s before hashing', (_, index, size) => {
    const claim = { payload: leaves[0]!, index, size, root: tree.root(4) };
    expectRefused(
      () => {
        verifyInclusion([], claim, about);
      },
      'PROOF_INVALID',
      /position/,
    );
  });

  it.each([
    ['a smaller tree that is larger', 5n, 4n],
    ['an empty smaller tree', 0n, 4n],
  ])('refuses %s', (_, i, j) => {
    const refused = () => {
      verifyConsistency([], { size: i, root: leaves[0]! }, { size: j, root: leaves[0]! }, about);
    };
    expectRefused(refused, 'PROOF_INVALID', /sizes/);
  });

  it('needs 63 steps at most for the largest ids there are', () => {
    const most = 2n ** 63n - 1n;
    expect(inclusionShape(0n, most).length).toBe(63);
    expect(inclusionShape(most - 1n, most).length).toBe(62);
    expect(consistencyShape(1n, most).length).toBe(63);
  });
});

describe('an entry’s inclusion proof off the network', () => {
  const header = { id: 9n, eH: tree.root(5), nentries: 5 };
  const good = { leaf: 2, width: 5, terms: tree.inclusion(2, 5) };

  it.each([
    ['width one less than the header', { width: 4 }, 'PROOF_INVALID'],
    ['width one more than the header', { width: 6 }, 'PROOF_INVALID'],
    ['leaf-plus-one', { leaf: 3 }, 'PROOF_INVALID'],
    ['leaf-minus-one', { leaf: 1 }, 'PROOF_INVALID'],
    ['leaf equal to width', { leaf: 5 }, 'PROOF_INVALID'],
    ['leaf below zero', { leaf: -1 }, 'MALFORMED_PROOF'],
    ['leaf that is no integer', { leaf: 1.5 }, 'MALFORMED_PROOF'],
    ['width of zero', { width: 0 }, 'MALFORMED_PROOF'],
    ['width below zero', { width: -5 }, 'MALFORMED_PROOF'],
    ['width of two thousand million', { width: 0x7fff_ffff }, 'MALFORMED_PROOF'],
    ['65 terms', { terms: new Array<Uint8Array>(65).fill(leaves[0]!) }, 'PROOF_TOO_LARGE'],
    ['a term of 31 bytes', { terms: [...good.terms.slice(1), leaves[0]!.subarray(1)] }, 'MALFORMED_PROOF'],
    ['a term of 33 bytes', { terms: [...good.terms.slice(1), new Uint8Array(33)] }, 'MALFORMED_PROOF'],
    ['a hole among the terms', { terms: Array<Uint8Array>(3) }, 'MALFORMED_PROOF'],
  ] as const)('refuses %s', (_, change, code) => {
    expectRefused(() => verifyEntryInclusion({ ...good, ...change }, leaves[2]!, header), code);
  });

  it('refuses a missing proof, and the digest of another entry', () => {
    expectRefused(
      () => verifyEntryInclusion(undefined, leaves[2]!, header),
      'MALFORMED_PROOF',
      /inclusionProof/,
    );
    expectRefused(() => verifyEntryInclusion(good, leaves[3]!, header), 'PROOF_INVALID', /tx 9: root of/);
  });
});

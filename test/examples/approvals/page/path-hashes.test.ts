// What the page computes itself: every hash of a path, from what is hashed. The paths are those of the library, which has them
// from its own code; each case changes one field of one, as a service would that lies.
import { beforeAll, describe, expect, it } from 'vitest';
import { recompute } from '../../../../examples/approvals/page/path-hashes.js';
import { siblingRanges } from '../../../../examples/approvals/page/path-ranges.js';
import type { MerklePath } from '../../../../examples/approvals/page/path-types.js';
import { changed, leavesOf } from './every-field.js';
import { pathOfOrder } from './path-of-order.js';

let inTree: MerklePath;
let atHead: MerklePath;
beforeAll(async () => {
  const found = await Promise.all([pathOfOrder(5, 9), pathOfOrder(1, 0)]);
  [inTree, atHead] = [found[0].path, found[1].path];
});

describe('recomputing a path', () => {
  it('finds every hash of an order that others were written after', async () => {
    expect(inTree.chain.kind).toBe('tree');
    const { hashes, mismatches } = await recompute(inTree);
    expect(mismatches).toEqual([]);
    const steps = inTree.chain.kind === 'tree' ? inTree.chain.steps.length : 0;
    // Stored bytes, digest and leaf, two for each of the two transactions, and the transaction's leaf.
    expect(hashes).toBe(3 + inTree.entrySteps.length + 2 + 1 + steps + 2);
  });

  it('finds every hash of the newest order', async () => {
    expect(atHead.chain.kind).toBe('same');
    expect(await recompute(atHead)).toMatchObject({ hashes: 5 + atHead.entrySteps.length, mismatches: [] });
  });

  it('notices every single field that is another one', async () => {
    const unnoticed: string[] = [];
    for (const path of [inTree, atHead]) {
      const fields = leavesOf(path).filter((field) => !NOT_OF_THE_PATH.test(field));
      expect(fields.length).toBeGreaterThan(20);
      for (const field of fields) {
        const { mismatches } = await recompute(changed(path, field));
        if (mismatches.length === 0) unnoticed.push(`${field} (${path.chain.kind})`);
      }
    }
    expect(unnoticed).toEqual([]);
  });

  it('does not believe the side of a sibling that another position would have', async () => {
    const path = structuredClone(inTree) as unknown as { entry: { index: number } };
    path.entry.index ^= 1;
    expect((await recompute(path as unknown as MerklePath)).mismatches.join()).toContain('another position');
  });

  it('does not begin with a hash where something was written', async () => {
    const { storedValue, ...path } = inTree;
    expect(storedValue).toBeDefined();
    const { mismatches } = await recompute(path);
    expect(mismatches).toEqual(['the service withholds the stored bytes of this revision']);
    const deleted = { ...path, entry: { ...path.entry, metadata: { deleted: true, nonIndexable: false } } };
    expect((await recompute(deleted)).mismatches.join()).not.toContain('withholds');
  });

  it('calls what cannot be read a mismatch', async () => {
    for (const broken of [
      {},
      { ...inTree, entry: { ...inTree.entry, storedKey: 'xyz' } },
      { ...inTree, chain: undefined },
    ])
      expect((await recompute(broken as MerklePath)).mismatches).not.toEqual([]);
  });
});

/** Whose order it is, and the state of the badge, are compared where the badge is known. */
const NOT_OF_THE_PATH = /^(number|revision|ledgerId|database|origin|checkedAgainst\..*)$/;

describe('the leaves that siblings stand for', () => {
  it('are all but the leaf itself, each once, in every tree of up to 33 leaves', () => {
    for (let size = 1; size <= 33; size++) {
      for (let index = 0; index < size; index++) {
        const covered = siblingRanges(index, size).flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, n) => from + n),
        );
        const expected = Array.from({ length: size }, (_, n) => n).filter((n) => n !== index);
        expect(covered.toSorted((a, b) => a - b)).toEqual(expected);
      }
    }
  });

  it('stand on the side they are on', () => {
    expect(siblingRanges(5, 7)).toEqual([
      { side: 'left', from: 4, to: 4 },
      { side: 'right', from: 6, to: 6 },
      { side: 'left', from: 0, to: 3 },
    ]);
    expect(siblingRanges(0, 1)).toEqual([]);
  });

  it.each([
    [-1, 4],
    [4, 4],
    [0, 0],
    [0.5, 2],
    [Number.NaN, 2],
  ])('are none for leaf %s of %s', (index, size) => {
    expect(() => siblingRanges(index, size)).toThrow(RangeError);
  });
});

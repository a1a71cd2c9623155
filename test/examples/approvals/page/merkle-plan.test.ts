// Where the hashes of a path stand in its picture, and where the arrow keys lead.
import { beforeAll, describe, expect, it } from 'vitest';
import { hashAt, placed, type Plan } from '../../../../examples/approvals/page/merkle-plan.js';
import { pathNodes } from '../../../../examples/approvals/page/path-nodes.js';
import type { MerklePath } from '../../../../examples/approvals/page/path-types.js';
import { pathOfOrder } from './path-of-order.js';

let path: MerklePath;
beforeAll(async () => {
  ({ path } = await pathOfOrder(3, 6));
});

describe.each([
  ['wide', false],
  ['narrow', true],
])('a %s picture', (_, isNarrow) => {
  let plan: Plan;
  beforeAll(() => {
    plan = placed(pathNodes(path), isNarrow);
  });

  it('has a place for every hash, within its bounds', () => {
    const steps = path.entrySteps.length + (path.chain.kind === 'tree' ? path.chain.steps.length : 0);
    // Each step has a sibling and what comes of it; besides, there are two leaves, the transaction and the state.
    expect(plan.nodes).toHaveLength(2 * steps + 4);
    for (const { x, y, width, height } of plan.nodes) {
      expect(x - width / 2).toBeGreaterThanOrEqual(0);
      expect(x + width / 2).toBeLessThanOrEqual(plan.width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y + height).toBeLessThanOrEqual(plan.height);
    }
  });

  it('puts no hash over another', () => {
    for (const [i, a] of plan.nodes.entries())
      for (const b of plan.nodes.slice(i + 1)) {
        const isApart =
          Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(isApart, `${a.node.says} and ${b.node.says}`).toBe(true);
      }
  });

  it('is gone through by the arrow keys, from the order to the trusted state', () => {
    let at: number | undefined = 0;
    const seen = [];
    for (; at !== undefined; at = hashAt(plan.nodes, at, 'ArrowUp')) seen.push(plan.nodes[at]!.node.kind);
    expect(seen.at(-1)).toBe('trusted');
    expect(seen.slice(0, -1).every((kind) => kind === 'computed')).toBe(true);
    const { side } = plan.nodes[1]!;
    const [towards, back] = side === 'left' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
    expect(hashAt(plan.nodes, 0, towards)).toBe(1);
    expect(hashAt(plan.nodes, 1, back)).toBe(0);
    expect(hashAt(plan.nodes, 0, 'ArrowDown')).toBeUndefined();
    expect(hashAt(plan.nodes, 0, 'x')).toBeUndefined();
  });
});

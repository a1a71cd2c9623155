// Selections keep their evidence as long as they hold what was proven.

import { describe, expect, it } from 'vitest';
import type { Evidence } from 'immurepo';
import { selectionOf, trackSelection } from '../../../src/repository/query/selection.js';

const evidence = { entity: 'book', revision: 3n } as Evidence;

function tracked<T extends object>(selection: T): T {
  trackSelection(selection, evidence, (some) => some as Record<string, unknown>);
  return selection;
}

describe('a selection', () => {
  it('is frozen and has the evidence of its entity', () => {
    const selection = tracked({ text: 'a', none: null, big: 1n });
    expect(Object.isFrozen(selection)).toBe(true);
    expect(selectionOf(selection)?.evidence).toBe(evidence);
    expect(selectionOf(selection)?.isUnchanged()).toBe(true);
  });

  it('shares it with no copy', () => {
    const selection = tracked({ text: 'a' });
    expect(selectionOf({ ...selection })).toBeUndefined();
    expect(selectionOf(structuredClone(selection))).toBeUndefined();
  });

  it.each([
    ['an array', () => [1, 2], (value: number[]) => value.push(3)],
    ['a nested object', () => ({ a: { b: 1 } }), (value: { a: { b: number } }) => (value.a.b = 2)],
    ['bytes', () => Uint8Array.of(1, 2), (value: Uint8Array) => (value[0] = 9)],
    ['a date', () => new Date(5), (value: Date) => value.setTime(6)],
    ['a set', () => new Set(['x']), (value: Set<string>) => value.add('y')],
    ['a map', () => new Map([['x', 1n]]), (value: Map<string, bigint>) => value.set('x', 2n)],
    ['what cannot be stored', () => [1], (value: unknown[]) => value.push(() => undefined)],
    ['an invalid date', () => new Date(5), (value: Date) => value.setTime(Number.NaN)],
  ])('notices when %s within is changed', (_, make, change: (value: never) => unknown) => {
    const value = make();
    const selection = tracked({ text: 'a', value });
    expect(selectionOf(selection)?.isUnchanged()).toBe(true);
    change(value as never);
    expect(selectionOf(selection)?.isUnchanged()).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { nextFloors, problemOf, recoveryOf, type TrustFloor } from '../../src/trust/floors.js';
import type { TrustRecord } from '../../src/trust/record.js';
import { floorAt, floorsOf, shown } from './support/floors.js';
import { bank, draftAt, fullRecord, latch } from './support/records.js';

const record: TrustRecord = { version: 1, ...bank, ...draftAt(9n), epoch: 3 };
const [a1, a5, b2, b2again, c3] = [
  floorAt('a', 1n),
  floorAt('a', 5n),
  floorAt('b', 2n),
  floorAt('b', 2n, { deleted: true }),
  floorAt('c', 3n),
];

describe('floors that are given to a store', () => {
  const merged = (stored: TrustFloor[] | undefined, given: TrustFloor[], maxFloors = 10) =>
    shown(nextFloors(record, stored && floorsOf(stored), floorsOf(given), maxFloors));

  it('are kept with those there are, of each key the higher', () => {
    expect(merged(undefined, [a1])).toEqual(['a@1']);
    expect(merged([], [a1])).toEqual(['a@1']);
    expect(merged([b2], [a1])).toEqual(['a@1', 'b@2']);
    expect(merged([a5], [a1])).toEqual(['a@5']);
    expect(merged([a1], [a5])).toEqual(['a@5']);
    expect(merged([a5, b2], [c3, a1])).toEqual(['c@3', 'a@5', 'b@2']);
    expect(merged([a5], [])).toEqual(['a@5']);
  });

  it('say more of the same write than those there are', () => {
    expect(nextFloors(record, floorsOf([b2]), floorsOf([b2again]), 10)?.floors).toEqual([b2again]);
  });

  it('push out those used longest ago', () => {
    expect(merged([b2, c3], [a1], 2)).toEqual(['a@1', 'b@2']);
    expect(merged([b2], [a1, c3], 2)).toEqual(['a@1', 'c@3']);
    expect(merged([c3], [c3, b2, a1], 1)).toEqual(['c@3']);
  });

  it('are not kept without a record, nor with one that is latched', () => {
    expect(nextFloors(undefined, undefined, floorsOf([a1]), 10)).toBeUndefined();
    expect(nextFloors({ ...record, latch }, undefined, floorsOf([a1]), 10)).toBeUndefined();
  });

  it('end with a recovery: those there are are dropped, and those of before it not kept', () => {
    const [before, since] = ['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z'];
    const recovered = {
      ...record,
      recovered: [
        { reason: 'x', at: before },
        { reason: 'y', at: since },
      ],
    };
    expect(recoveryOf(recovered)).toBe(since);
    expect(recoveryOf(record)).toBeUndefined();
    expect(recoveryOf(fullRecord)).toBe(since);
    for (const old of [undefined, before]) {
      expect(nextFloors(recovered, undefined, floorsOf([a1], old), 10)).toBeUndefined();
      const next = nextFloors(recovered, floorsOf([a5, b2], old), floorsOf([a1], since), 10);
      expect(next).toEqual(floorsOf([a1], since));
    }
    expect(nextFloors(record, undefined, floorsOf([a1], since), 10)).toBeUndefined();
  });
});

it.each([
  ['an empty key', { key: new Uint8Array(0) }],
  ['too long a key', { key: new Uint8Array(1025) }],
  ['a text for a key', { key: 'a' as never }],
  ['transaction 0', { txId: 0n }],
  ['too large a transaction', { txId: 2n ** 64n }],
  ['a number for a transaction', { txId: 5 as never }],
  ['no word on deletion', { deleted: undefined as never }],
  ['an expiry beyond 64 bits', { expiresAt: 2n ** 63n }],
  ['a number for an expiry', { expiresAt: 5 as never }],
])('%s is no floor', (_, change) => {
  expect(problemOf(floorAt('a', 1n))).toBeUndefined();
  expect(problemOf(floorAt('a', 1n, change))).toBeTypeOf('string');
});

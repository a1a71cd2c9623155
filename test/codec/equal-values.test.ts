// What "reads back as the same" means. The round-trip tests of codec 1 rely on it, so it is tested on its own.
import { describe, expect, test } from 'vitest';

import { equalValues } from '../../src/codec/equal-values.js';

/** One maker per distinct value: each equals a second copy of itself and none of the others. */
const DISTINCT: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  zero: () => 0,
  'negative zero': () => -0,
  NaN: () => NaN,
  one: () => 1,
  'one as bigint': () => 1n,
  'one as text': () => '1',
  'empty text': () => '',
  'empty array': () => [],
  'array with null': () => [null],
  'array with undefined': () => [undefined],
  array: () => [1, 2],
  'array in another order': () => [2, 1],
  'empty object': () => ({}),
  'object with undefined': () => ({ a: undefined }),
  'object of the same size': () => ({ b: undefined }),
  object: () => ({ a: 1, b: { c: [1n] } }),
  'object that differs deep inside': () => ({ a: 1, b: { c: [2n] } }),
  'empty set': () => new Set(),
  set: () => new Set([1, 2]),
  'set in another order': () => new Set([2, 1]),
  'empty map': () => new Map(),
  map: () => new Map([[1, 2]]),
  'map of another value': () => new Map([[1, 3]]),
  'map of another key': () => new Map([[2, 2]]),
  'map by object': () => new Map([[{ a: 1 }, 2]]),
  epoch: () => new Date(0),
  'a millisecond later': () => new Date(1),
  regexp: () => /a/,
  'regexp with flags': () => /a/g,
  url: () => new URL('https://example.com/'),
  'another url': () => new URL('https://example.com/a'),
  'empty bytes': () => new Uint8Array(),
  bytes: () => Uint8Array.of(1, 2),
  'other bytes': () => Uint8Array.of(1, 3),
};

describe.each(Object.keys(DISTINCT))('%s', (name) => {
  test('equals itself and nothing else', () => {
    const equals = Object.keys(DISTINCT).filter((other) =>
      equalValues(DISTINCT[name]!(), DISTINCT[other]!()),
    );
    expect(equals).toEqual([name]);
  });
});

test('where types differ in name only', () => {
  expect(equalValues(Buffer.from([1, 2]), Uint8Array.of(1, 2))).toBe(true);
  expect(equalValues(Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 })).toBe(true);
  expect(equalValues({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
});

test('an inherited property is none', () => {
  expect(equalValues({ toString: undefined }, {})).toBe(false);
  expect(equalValues({ a: 1, toString: undefined }, { a: 1, b: 1 })).toBe(false);
});

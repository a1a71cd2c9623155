// Numbers in 16 bits: all of them.
import { expect, test } from 'vitest';

import { HALF_NAN, halfBitsOf, halfOf } from '../../src/codec/half-float.js';

test('each of the 65,536 is the shortest form of its number, but for the NaNs that are not written', () => {
  const wrong: number[] = [];
  for (let bits = 0; bits < 0x1_0000; bits++) {
    const value = halfOf(bits);
    const expected = Number.isNaN(value) ? HALF_NAN : bits;
    if (halfBitsOf(value) !== expected) wrong.push(bits);
  }
  expect(wrong).toEqual([]);
});

test.each([
  [0x0001, 2 ** -24],
  [0x03ff, 1023 * 2 ** -24],
  [0x0400, 2 ** -14],
  [0x3c00, 1],
  [0x3c01, 1 + 2 ** -10],
  [0x7bff, 65504],
  [0x7c00, Infinity],
  [0xfc00, -Infinity],
  [0x8000, -0],
  [0xc400, -4],
])('0x%s is %d', (bits, value) => {
  expect(halfOf(bits)).toBe(value);
});

test.each([2 ** -25, 3 * 2 ** -25, 65505, 65520, 65536, 1 + 2 ** -11, 0.1, 2 ** 53, 5e-324])(
  '%d takes more',
  (value) => {
    expect(halfBitsOf(value)).toBeUndefined();
    expect(halfBitsOf(-value)).toBeUndefined();
  },
);

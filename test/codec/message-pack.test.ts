// Codec 3 against @msgpack/msgpack, which reads what we write as we do. (We agree with another implementation.)
import { decode, Encoder, ExtData, ExtensionCodec } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { toHex } from '../../src/bytes.js';
import { messagePack } from '../../src/codec/message-pack.js';
import { anyPlain } from './any-plain.js';

/** The bytes of one value, without the object around it. */
const hexOf = (value: unknown): string => toHex(messagePack.encode({ '': value })).slice('81a0'.length);

describe('each value has the shortest form', () => {
  test.each<[unknown, string]>([
    [null, 'c0'],
    [false, 'c2'],
    [true, 'c3'],
    [0n, '00'],
    [127n, '7f'],
    [128n, 'cc80'],
    [255n, 'ccff'],
    [256n, 'cd0100'],
    [65536n, 'ce00010000'],
    [2n ** 32n, 'cf0000000100000000'],
    [2n ** 64n - 1n, 'cfffffffffffffffff'],
    [2n ** 64n, 'c70901010000000000000000'],
    [-1n, 'ff'],
    [-32n, 'e0'],
    [-33n, 'd0df'],
    [-128n, 'd080'],
    [-129n, 'd1ff7f'],
    [-32769n, 'd2ffff7fff'],
    [-(2n ** 31n) - 1n, 'd3ffffffff7fffffff'],
    [-(2n ** 63n), 'd38000000000000000'],
    [-(2n ** 63n) - 1n, 'c70901ff7fffffffffffffff'],
    [1, 'ca3f800000'],
    [-0, 'ca80000000'],
    [NaN, 'ca7fc00000'],
    [0.1, 'cb3fb999999999999a'],
    ['a'.repeat(31), `bf${'61'.repeat(31)}`],
    ['a'.repeat(32), `d920${'61'.repeat(32)}`],
    [Uint8Array.of(1), 'c40101'],
    [new Array(15).fill(null), `9f${'c0'.repeat(15)}`],
    [new Array(16).fill(null), `dc0010${'c0'.repeat(16)}`],
    [new Date(0), 'd6ff00000000'],
    [new Date(1), 'd7ff003d090000000000'],
    [new Date(-1), 'c70cff3b8b87c0ffffffffffffffff'],
    [/a/, 'c7030291a161'],
    [new Set([1n]), 'd5049101'],
    [new Map([[1n, null]]), 'c703058101c0'],
  ])('%s', (value, hex) => {
    expect(hexOf(value)).toBe(hex);
  });
});

const encoder = new Encoder({ useBigInt64: true });

/** Our values as the library has them: integers as bigint if they take 64 bits, floats as numbers, our extensions as data. */
function asRead(value: unknown): unknown {
  if (typeof value === 'bigint') return value >= -(2n ** 31n) && value < 2n ** 32n ? Number(value) : value;
  if (value instanceof URL) return new ExtData(3, new TextEncoder().encode(value.href));
  if (value instanceof RegExp)
    return new ExtData(2, encoder.encode(value.flags === '' ? [value.source] : [value.source, value.flags]));
  if (Array.isArray(value)) return value.map(asRead);
  if (value instanceof Uint8Array || value instanceof Date || typeof value !== 'object' || value === null)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asRead(member)]));
}

const has64Bits = (value: unknown): boolean =>
  typeof value !== 'bigint' || (value < 2n ** 64n && value >= -(2n ** 63n));

/** Without the extensions that hold others, which the library leaves as bytes. */
function isComparable(value: unknown): boolean {
  if (!has64Bits(value) || value instanceof Set || value instanceof Map) return false;
  if (value instanceof Uint8Array || value instanceof Date || typeof value !== 'object' || value === null)
    return true;
  return Object.values(value).every(isComparable);
}

test('the library reads what we write, and reads it the same', () => {
  let compared = 0;
  fc.assert(
    fc.property(anyPlain, (plain) => {
      const read = decode(messagePack.encode(plain), {
        useBigInt64: true,
        extensionCodec: ExtensionCodec.defaultCodec,
      });
      if (!isComparable(plain)) return;
      expect(read).toEqual(asRead(plain));
      compared++;
    }),
    { numRuns: 150 },
  );
  expect(compared).toBeGreaterThan(20);
});

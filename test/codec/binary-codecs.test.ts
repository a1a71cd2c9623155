// What CBOR and MessagePack have in common: every value survives, equal values have equal bytes, and what cannot be stored
// is refused as codec 1 refuses it. (We agree with ourselves; cbor.test.ts and message-pack.test.ts: with others.)
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { toHex } from '../../src/bytes.js';
import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import { cbor } from '../../src/codec/cbor.js';
import type { PlainRecord } from '../../src/codec/codec.js';
import { equalValues } from '../../src/codec/equal-values.js';
import { messagePack } from '../../src/codec/message-pack.js';
import { anyPlain } from './any-plain.js';
import { codeOf, messageOf } from './code-of.js';

describe.each([cbor, messagePack])('$name', (codec) => {
  const hexOf = (plain: PlainRecord): string => toHex(codec.encode(plain));

  test('any storable value survives, and is written the same after it was read', () => {
    fc.assert(
      fc.property(anyPlain, (original) => {
        const bytes = codec.encode(original);
        const decoded = codec.decode(bytes);
        expect(equalValues(decoded, original)).toBe(true);
        expect(hexOf(decoded)).toBe(toHex(bytes));
      }),
      { numRuns: 150 },
    );
  });

  test('any storable value is to it what it is to codec 1', () => {
    fc.assert(
      fc.property(anyPlain, (original) => {
        const throughJson = canonicalSuperjson.decode(canonicalSuperjson.encode(original));
        expect(equalValues(codec.decode(codec.encode(original)), throughJson)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('the order in which properties were set does not matter', () => {
    fc.assert(
      fc.property(anyPlain, (original) => {
        expect(hexOf(Object.fromEntries(Object.entries(original).reverse()))).toBe(hexOf(original));
      }),
      { numRuns: 60 },
    );
  });

  test('any date survives, however far', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8.64e15, max: 8.64e15 }), (ms) => {
        expect(codec.decode(codec.encode({ at: new Date(ms) })).at).toEqual(new Date(ms));
      }),
      { numRuns: 200, examples: [[4_500_000_000_000_001], [-4_499_999_999_999_999], [8.64e15], [-8.64e15]] },
    );
  });

  test.each<[string, PlainRecord, PlainRecord]>([
    ['Buffer and Uint8Array', { a: Buffer.from([1, 2]) }, { a: Uint8Array.of(1, 2) }],
    ['undefined and absent', { a: 1, b: undefined }, { a: 1 }],
    ['shared and repeated', ((same) => ({ a: same, b: same }))({ x: 1n }), { a: { x: 1n }, b: { x: 1n } }],
    [
      'NaN of other bits',
      { a: new Float64Array(new BigUint64Array([0x7ff8000000000001n]).buffer)[0] },
      { a: NaN },
    ],
    ['−0 and 0 in a Set', { a: new Set([-0]) }, { a: new Set([0]) }],
  ])('%s are one', (_, a, b) => {
    expect(hexOf(a)).toBe(hexOf(b));
  });

  test.each<[string, PlainRecord, PlainRecord]>([
    ['0 and -0', { a: 0 }, { a: -0 }],
    ['1 and 1n', { a: 1 }, { a: 1n }],
    ['2 ** 64 and 2n ** 64n', { a: 2 ** 64 }, { a: 2n ** 64n }],
    ['null and absent', { a: null }, {}],
    ['a Date and its seconds', { a: new Date(0) }, { a: 0n }],
    ['a Set and an array', { a: new Set([1]) }, { a: [1] }],
    ['Sets of different order', { a: new Set([1, 2]) }, { a: new Set([2, 1]) }],
    ['a Map and an object', { a: new Map([['b', 1]]) }, { a: { b: 1 } }],
    ['a Map and its pairs', { a: new Map([['b', 1]]) }, { a: [['b', 1]] }],
    ['a text and its bytes', { a: 'b' }, { a: Uint8Array.of(98) }],
    ['a URL and its text', { a: new URL('https://x.example/') }, { a: 'https://x.example/' }],
  ])('%s are two', (_, a, b) => {
    expect(hexOf(a)).not.toBe(hexOf(b));
    expect(equalValues(codec.decode(codec.encode(a)), codec.decode(codec.encode(b)))).toBe(false);
  });

  test('what it reads belongs to nobody else, even out of a Buffer', () => {
    const payload = Buffer.from(codec.encode({ bytes: Uint8Array.of(1, 2, 3), inside: [Uint8Array.of(4)] }));
    const decoded = codec.decode(payload) as { bytes: Uint8Array; inside: Uint8Array[] };
    payload.fill(0);
    expect(decoded).toEqual({ bytes: Uint8Array.of(1, 2, 3), inside: [Uint8Array.of(4)] });
    expect(Buffer.isBuffer(decoded.bytes)).toBe(false);
  });

  test('what it wrote is in memory of its own', () => {
    const first = codec.encode({ a: 'x'.repeat(1000) });
    const copy = first.slice();
    codec.encode({ a: 'y'.repeat(1000) });
    expect(first).toEqual(copy);
  });

  test('refuses what codec 1 refuses, in its words', () => {
    for (const value of [undefined, () => 1, new Date(NaN), '\ud800', new (class Money {})(), [undefined]]) {
      const plain = { a: [value] };
      expect(messageOf(() => codec.encode(plain, 'Account'))).toBe(
        messageOf(() => canonicalSuperjson.encode(plain, 'Account')),
      );
    }
    expect(codeOf(() => codec.encode({ a: 'x'.repeat(4 * 1024 * 1024) }))).toBe('VALUE_TOO_LARGE');
  });

  test('takes 64 levels and no more', () => {
    const nested = (levels: number): PlainRecord => {
      let value: unknown = 1;
      for (let level = 1; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
      return { value };
    };
    expect(codeOf(() => codec.decode(codec.encode(nested(64))))).toBe('nothing');
    expect(codeOf(() => codec.encode(nested(65)))).toBe('VALUE_REFUSED');
  });

  test('is not changed by who has it', () => {
    expect(Object.isFrozen(codec)).toBe(true);
  });
});

test.each([cbor, messagePack])('$name takes about half the bytes of JSON for an ordinary record', (codec) => {
  const account = {
    id: '01M8BF326QHXWMCG15TXYM159R',
    email: 'ada@example.com',
    balance: 1_200n,
    openedAt: new Date(0),
    digest: new Uint8Array(20),
    rate: 0.5,
  };
  const share = codec.encode(account).length / canonicalSuperjson.encode(account).length;
  expect(share).toBeGreaterThan(0.4);
  expect(share).toBeLessThan(0.6);
});

// Single fields off the network, each with what it may be and what it may not.

import { describe, expect, it } from 'vitest';
import {
  parseBytes,
  parseDigest,
  parseFlag,
  parseInteger,
  parseList,
  parseMessage,
  parseSeconds,
  parseTerms,
  parseTxId,
} from '../../src/proof/verify/parse-fields.js';
import { parseKeyMetadata, parseTxMetadata } from '../../src/proof/verify/parse-metadata.js';
import { expectRefused } from './expect-refused.js';

const digest = new Uint8Array(32).fill(7);
/** Nothing, and one of every type. */
const strangers: readonly unknown[] = [
  undefined,
  null,
  true,
  7,
  7n,
  'text',
  Symbol('s'),
  {},
  [],
  () => 7,
  new Uint8Array(31),
  new ArrayBuffer(32),
];

describe.each<[string, (value: unknown) => unknown, readonly unknown[], readonly unknown[]]>([
  [
    'a message',
    (v) => parseMessage(v as object, 'f'),
    [{}, [], { a: 1 }],
    [undefined, null, 1, 'x', true, 1n],
  ],
  [
    'bytes',
    (v) => parseBytes(v, 'f'),
    [new Uint8Array(0), digest, Buffer.from('x')],
    [undefined, null, 'x', [], {}, new ArrayBuffer(3), new Uint16Array(3)],
  ],
  [
    'a digest',
    (v) => parseDigest(v, 'f'),
    [digest, Buffer.alloc(32)],
    [...strangers, new Uint8Array(33), new Uint8Array(0), Array(32).fill(0), new Uint32Array(32)],
  ],
  [
    'an integer from 0 to 9',
    (v) => parseInteger(v, 'f', 0, 9),
    [0, 9, -0],
    [-1, 10, 1.5, Number.NaN, Infinity, 2 ** 53, 5n, '5', undefined, null],
  ],
  [
    'a transaction id from 1',
    (v) => parseTxId(v, 'f', 1n),
    [1n, 2n ** 63n - 1n],
    [0n, -1n, 2n ** 63n, 2n ** 64n, 1, '1', undefined, null],
  ],
  ['a transaction id from 0', (v) => parseTxId(v, 'f', 0n), [0n, 1n], [-1n, 2n ** 63n, 0, undefined]],
  [
    'seconds',
    (v) => parseSeconds(v, 'f'),
    [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)],
    [2n ** 63n, -(2n ** 63n) - 1n, 0, undefined, null, '0'],
  ],
  ['a flag', (v) => parseFlag(v, 'f'), [true, false], [0, 1, 'true', undefined, null, {}]],
  [
    'a list of two at most',
    (v) => parseList(v as [], 'f', 2),
    [[], [1], [1, 2]],
    [undefined, null, {}, 'xy', { length: 1 }, new Uint8Array(2)],
  ],
])('%s', (_, parse, good, bad) => {
  it('is taken', () => {
    for (const value of good)
      expect(parse(value)).toStrictEqual(
        value instanceof Uint8Array ? expect.objectContaining({ length: value.length }) : value,
      );
  });

  it('is nothing else', () => {
    for (const value of bad)
      expectRefused(() => parse(value), 'MALFORMED_PROOF', /the field f: expected .+, found .+/);
  });
});

describe('a list', () => {
  it('that is too long says so', () => {
    expectRefused(
      () => parseList([1, 2, 3], 'f', 2),
      'PROOF_TOO_LARGE',
      /items of f: expected "at most 2", found 3/,
    );
  });
});

describe('a digest', () => {
  it('is a copy, so that the answer need not be kept and cannot change it', () => {
    const source = new Uint8Array(digest);
    const parsed = parseDigest(source, 'f');
    source.fill(0);
    expect(parsed).toEqual(digest);
    expect(parsed.buffer.byteLength).toBe(32);
  });
});

describe('terms', () => {
  it('are digests, 64 at most', () => {
    expect(parseTerms([], 'f')).toEqual([]);
    expect(parseTerms(new Array<Uint8Array>(64).fill(digest), 'f')).toHaveLength(64);
    expectRefused(() => parseTerms(new Array<Uint8Array>(65).fill(digest), 'f'), 'PROOF_TOO_LARGE');
  });

  it.each<[string, unknown]>([
    ['a short one', digest.slice(1)],
    ['a long one', new Uint8Array(33)],
    ['an empty one', new Uint8Array(0)],
    ['none', undefined],
    ['text', 'x'.repeat(32)],
  ])('are refused with %s among them, by its place', (_, term) => {
    expectRefused(
      () => parseTerms([digest, term as Uint8Array, digest], 'f'),
      'MALFORMED_PROOF',
      /the field f\[1\]/,
    );
  });

  it('are refused with a hole among them', () => {
    const holed = Array<Uint8Array>(2);
    holed[1] = digest;
    expectRefused(() => parseTerms(holed, 'f'), 'MALFORMED_PROOF', /the field f\[0\]/);
  });
});

describe('key metadata', () => {
  const none = { deleted: false, nonIndexable: false };

  it('is none where no attribute is set', () => {
    expect(parseKeyMetadata(undefined)).toBeUndefined();
    expect(parseKeyMetadata(none)).toBeUndefined();
    expect(parseKeyMetadata({ ...none, expiration: undefined })).toBeUndefined();
  });

  it('has the attributes that are set, an expiry of 0 among them', () => {
    expect(parseKeyMetadata({ ...none, deleted: true })).toEqual({ deleted: true, nonIndexable: false });
    expect(parseKeyMetadata({ ...none, nonIndexable: true })).toEqual({ deleted: false, nonIndexable: true });
    expect(parseKeyMetadata({ ...none, expiration: { expiresAt: 0n } })).toEqual({ ...none, expiresAt: 0n });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['text', 'deleted'],
    ['a number for a flag', { ...none, deleted: 1 }],
    ['a missing flag', { deleted: false }],
    ['null for an expiry', { ...none, expiration: null }],
    ['a number for an expiry', { ...none, expiration: 5n }],
    ['an expiry of a number', { ...none, expiration: { expiresAt: 5 } }],
    ['an expiry without a time', { ...none, expiration: {} }],
    ['an expiry of more than 64 bits', { ...none, expiration: { expiresAt: 2n ** 63n } }],
  ])('is not %s', (_, raw) => {
    expectRefused(() => parseKeyMetadata(raw as typeof none), 'MALFORMED_PROOF', /the field metadata/);
  });
});

describe('transaction metadata', () => {
  const nothing = new Uint8Array(0);

  it('has what is set, and is empty otherwise', () => {
    expect(parseTxMetadata(undefined, 'f')).toEqual({});
    expect(parseTxMetadata({ truncatedTxID: 0n, extra: nothing }, 'f')).toEqual({});
    expect(parseTxMetadata({ truncatedTxID: 5n, extra: nothing }, 'f')).toEqual({ truncatedTxId: 5n });
    expect(parseTxMetadata({ truncatedTxID: 0n, extra: digest }, 'f')).toEqual({ extra: digest });
  });

  it('has an extra of 256 bytes at most, which is copied', () => {
    const extra = new Uint8Array(256).fill(1);
    const parsed = parseTxMetadata({ truncatedTxID: 0n, extra }, 'f');
    extra.fill(0);
    expect(parsed.extra).toEqual(new Uint8Array(256).fill(1));
    expectRefused(
      () => parseTxMetadata({ truncatedTxID: 0n, extra: new Uint8Array(257) }, 'f'),
      'MALFORMED_PROOF',
      /at most 256/,
    );
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a truncation below zero', { truncatedTxID: -1n, extra: nothing }],
    ['a truncation of a number', { truncatedTxID: 1, extra: nothing }],
    ['an extra of text', { truncatedTxID: 0n, extra: 'x' }],
    ['no extra', { truncatedTxID: 0n }],
  ])('is not %s', (_, raw) => {
    expectRefused(
      () => parseTxMetadata(raw as { truncatedTxID: bigint; extra: Uint8Array }, 'f'),
      'MALFORMED_PROOF',
      /the field f/,
    );
  });
});

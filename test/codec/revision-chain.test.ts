import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { toHex } from '../../src/bytes.js';
import {
  digestOfValue,
  isLinkAfter,
  linkAfter,
  type CommittedRevision,
} from '../../src/codec/revision-chain.js';

const value = new TextEncoder().encode('a stored value');
const committed: CommittedRevision = { revision: 3n, txId: 42n, value };

test('the digest is SHA-256 of the whole stored value', () => {
  expect(toHex(digestOfValue(value))).toBe(createHash('sha256').update(value).digest('hex'));
  expect(digestOfValue(value)).toHaveLength(32);
});

test('a first revision names nothing', () => {
  expect(linkAfter(undefined)).toEqual({ revision: 1n, prevTx: 0n, prevDigest: new Uint8Array(32) });
});

test('a later one names revision, transaction and digest of the one before', () => {
  expect(linkAfter(committed)).toEqual({ revision: 4n, prevTx: 42n, prevDigest: digestOfValue(value) });
});

describe('a link belongs to exactly one predecessor', () => {
  const link = linkAfter(committed);

  test('the right one', () => {
    expect(isLinkAfter(link, committed)).toBe(true);
    expect(isLinkAfter(linkAfter(undefined), undefined)).toBe(true);
  });

  test.each<[string, CommittedRevision | undefined]>([
    ['none', undefined],
    ['another revision', { ...committed, revision: 2n }],
    ['another transaction', { ...committed, txId: 41n }],
    ['another value', { ...committed, value: Uint8Array.of(...value, 0) }],
  ])('not %s', (_, predecessor) => {
    expect(isLinkAfter(link, predecessor)).toBe(false);
  });
});

// What is refused before it is sent, by name.

import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/bytes.js';
import { keyMetadata } from '../../../src/client/key-value/key-metadata.js';
import {
  assertOperations,
  type MemberToAdd,
  type Operation,
} from '../../../src/client/key-value/operations.js';
import { toWireExecAll } from '../../../src/client/key-value/exec-all.js';
import { ExecAllRequest } from '../../../src/wire/immudb/schema/exec-all.js';

const key = utf8('k');
const set: Operation = { kind: 'set', key, value: utf8('v') };
const reference: Operation = { kind: 'setReference', key: utf8('r'), referencedKey: key };
const member: MemberToAdd = { kind: 'zAdd', set: utf8('s'), score: 1, key };
const refused = (...operations: Operation[]) => {
  try {
    assertOperations(operations);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('operations', () => {
  it('are taken as they should be', () => {
    expect(refused(set, reference, member)).toBeUndefined();
    expect(refused({ ...reference, atTx: 'this' }, { ...member, atTx: 7n })).toBeUndefined();
    expect(refused({ ...member, score: -1, negativeScore: true })).toBeUndefined();
  });

  it.each<[string, string, Operation[]]>([
    ['none', 'INVALID_ARGUMENT', []],
    ['more than a transaction holds', 'BATCH_TOO_LARGE', Array.from({ length: 1025 }, () => set)],
    ['an empty key', 'INVALID_ARGUMENT', [{ ...set, key: new Uint8Array(0) }]],
    ['an empty set', 'INVALID_ARGUMENT', [{ ...member, set: new Uint8Array(0) }]],
    ['an empty target', 'INVALID_ARGUMENT', [{ ...reference, referencedKey: new Uint8Array(0) }]],
    ['a key that is too long', 'KEY_TOO_LARGE', [{ ...reference, key: new Uint8Array(1024) }]],
    ['a target that is too long', 'KEY_TOO_LARGE', [{ ...reference, referencedKey: new Uint8Array(1024) }]],
    [
      'a set and a key that are too long together',
      'KEY_TOO_LARGE',
      [{ ...member, set: new Uint8Array(500), key: new Uint8Array(491) }],
    ],
    ['a negative score', 'INVALID_ARGUMENT', [{ ...member, score: -0.5 }]],
    ['a key twice', 'DUPLICATE_KEY', [set, { ...reference, key }]],
    ['a reference twice', 'DUPLICATE_KEY', [reference, { ...reference, atTx: 3n }]],
    ['a member twice', 'DUPLICATE_KEY', [member, { ...member, score: 2 }]],
    [
      'a member bound to this transaction and to none',
      'DUPLICATE_KEY',
      [member, { ...member, atTx: 'this' }],
    ],
    [
      'too much',
      'BATCH_TOO_LARGE',
      [0, 1].map((n) => ({ ...set, key: Uint8Array.of(n), value: new Uint8Array(2 ** 24) })),
    ],
    ['a value that is too large', 'VALUE_TOO_LARGE', [{ ...set, value: new Uint8Array(2 ** 25) }]],
  ])('are refused with %s', (_, code, operations) => {
    expect(refused(...operations)).toMatchObject({ code });
  });

  it.each<[string, object]>([
    ['no kind', { ...set, kind: 'delete' }],
    ['a score that is not a number', { ...member, score: Number.NaN }],
    ['an endless score', { ...member, score: Infinity }],
    ['a score as text', { ...member, score: '1' }],
    ['a transaction 0', { ...reference, atTx: 0n }],
    ['a transaction as a number', { ...member, atTx: 3 }],
    ['a value as text', { ...set, value: 'v' }],
  ])('are a mistake with %s', (_, operation) => {
    expect(refused(operation as Operation)).toBeInstanceOf(TypeError);
  });

  it('of the largest kind fit the server', () => {
    expect(refused({ ...member, set: new Uint8Array(500), key: new Uint8Array(490) })).toBeUndefined();
  });

  it('are measured at least as large as they are', () => {
    const operations: Operation[] = [
      {
        ...set,
        value: new Uint8Array(300),
        metadata: { deleted: true, expiresAt: 2n ** 62n, nonIndexable: true },
      },
      { ...reference, key: new Uint8Array(1023), referencedKey: new Uint8Array(1023), atTx: 2n ** 63n - 1n },
      { ...member, set: new Uint8Array(490), key: new Uint8Array(500), score: 1.5, atTx: 2n ** 63n - 1n },
    ];
    const overhead = ExecAllRequest.encode(toWireExecAll(operations, [])).finish().length;
    const bare = 1 + 300 + 1023 + 1023 + 490 + 500;
    expect(overhead).toBeLessThanOrEqual(bare + operations.length * 64);
  });
});

describe('metadata of keys', () => {
  it('takes a Date at the end of its second, and seconds as they are', () => {
    expect(keyMetadata({})).toBeUndefined();
    expect(keyMetadata({ expiresAt: new Date(1500) })).toEqual({
      deleted: false,
      expiresAt: 2n,
      nonIndexable: false,
    });
    expect(keyMetadata({ expiresAt: new Date(2000), nonIndexable: true })).toEqual({
      deleted: false,
      expiresAt: 2n,
      nonIndexable: true,
    });
    expect(keyMetadata({ expiresAt: 7n })?.expiresAt).toBe(7n);
    expect(keyMetadata({ deleted: true })).toEqual({ deleted: true, nonIndexable: false });
    expect(() => keyMetadata({ expiresAt: new Date(Number.NaN) })).toThrow(TypeError);
  });
});

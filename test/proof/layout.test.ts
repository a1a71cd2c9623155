// The encodings under the digests, byte by byte: no two different things may encode to the same bytes. (That they are
// immudb's bytes is shown by vectors.test.ts.)

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex, utf8 } from '../../src/bytes.js';
import {
  alhOf,
  encodeKeyMetadata,
  encodeTxMetadata,
  entryDigest,
  type KeyMetadata,
  kvKey,
  kvValue,
  referenceValue,
  sha256,
  sortedSetKey,
  stateSignaturePayload,
  type TxHeader,
} from '../../src/proof/index.js';
import { h, naiveAlh } from './naive-ledger.js';
import { fingerprint } from './recorded.js';

const anyBytes = (max: number) => fc.uint8Array({ maxLength: max });
const u63 = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const anyDigest = fc.uint8Array({ minLength: 32, maxLength: 32 });

const keyMetadata: fc.Arbitrary<KeyMetadata | undefined> = fc.option(
  fc
    .tuple(fc.boolean(), fc.option(i64, { nil: undefined }), fc.boolean())
    .map(([deleted, expiresAt, nonIndexable]) => ({
      deleted,
      nonIndexable,
      ...(expiresAt !== undefined && { expiresAt }),
    })),
  { nil: undefined },
);

/** Whether two inputs encode alike exactly where they are alike. */
function injective<T>(
  input: fc.Arbitrary<T>,
  encode: (value: T) => Uint8Array,
  same: (value: T) => unknown = (v) => v,
): void {
  fc.assert(
    fc.property(input, input, (a, b) => {
      const alike = fingerprint(same(a)) === fingerprint(same(b));
      return (toHex(encode(a)) === toHex(encode(b))) === alike;
    }),
    { numRuns: 300 },
  );
}

describe('no two things encode to the same bytes', () => {
  it('keys and values', () => {
    injective(anyBytes(3), kvKey);
    injective(anyBytes(3), kvValue);
  });

  it('a value is never a reference', () => {
    fc.assert(
      fc.property(
        anyBytes(20),
        anyBytes(4),
        u63,
        (value, target, atTx) => toHex(kvValue(value)) !== toHex(referenceValue(target, atTx)),
      ),
    );
  });

  it('references', () => {
    injective(fc.tuple(anyBytes(3), fc.constantFrom(0n, 1n, 2n ** 62n)), ([target, atTx]) =>
      referenceValue(target, atTx),
    );
  });

  it('members of sorted sets, wherever set and key meet', () => {
    const member = fc.tuple(
      anyBytes(2),
      fc.constantFrom(0, -0, 1, -1, 1.5, Infinity),
      anyBytes(2),
      fc.constantFrom(0n, 1n),
    );
    injective(
      member,
      ([set, score, key, atTx]) => sortedSetKey(set, score, key, atTx),
      ([set, score, key, atTx]) => [set, Object.is(score, -0) ? '-0' : String(score), key, atTx],
    );
    expect(sortedSetKey(utf8('ab'), 1, utf8('c'), 0n)).not.toEqual(
      sortedSetKey(utf8('a'), 1, utf8('bc'), 0n),
    );
  });

  it('attributes of a write, where none is the same as no attributes', () => {
    const normal = (metadata: KeyMetadata | undefined) => [
      metadata?.deleted ?? false,
      metadata?.expiresAt,
      metadata?.nonIndexable ?? false,
    ];
    injective(keyMetadata, encodeKeyMetadata, normal);
  });

  it('attributes of a transaction', () => {
    const metadata = fc
      .tuple(
        fc.option(fc.constantFrom(1n, 256n), { nil: undefined }),
        fc.option(fc.uint8Array({ minLength: 1, maxLength: 2 }), { nil: undefined }),
      )
      .map(([truncatedTxId, extra]) => ({
        ...(truncatedTxId !== undefined && { truncatedTxId }),
        ...(extra && { extra }),
      }));
    injective(metadata, encodeTxMetadata);
  });

  it('states for signing, wherever name and numbers meet', () => {
    const state = fc.tuple(
      fc.constantFrom('', 'a', 'ab', 'db', '\0', 'é'),
      fc.constantFrom(0n, 1n, 97n),
      fc.constantFrom(h(), new Uint8Array(32)),
    );
    injective(state, ([database, txId, alh]) => stateSignaturePayload(database, { txId, alh }));
  });
});

describe('an entry’s digest', () => {
  it('is of version 1 as described', () => {
    fc.assert(
      fc.property(anyBytes(40), keyMetadata, anyDigest, (key, metadata, hValue) => {
        const md = encodeKeyMetadata(metadata);
        const length = (n: number) => Uint8Array.of(n >>> 8, n & 0xff);
        expect(entryDigest(1, key, metadata, hValue)).toEqual(
          h(length(md.length), md, length(key.length), key, hValue),
        );
      }),
    );
  });

  it('changes with each of its parts', () => {
    const key = kvKey(utf8('key'));
    const digests = [
      entryDigest(1, key, undefined, sha256(kvValue(utf8('a')))),
      entryDigest(1, key, undefined, sha256(kvValue(utf8('b')))),
      entryDigest(1, kvKey(utf8('yek')), undefined, sha256(kvValue(utf8('a')))),
      entryDigest(1, key, { deleted: true, nonIndexable: false }, sha256(kvValue(utf8('a')))),
      entryDigest(1, key, { deleted: false, nonIndexable: true }, sha256(kvValue(utf8('a')))),
      entryDigest(1, key, { deleted: false, nonIndexable: false, expiresAt: 0n }, sha256(kvValue(utf8('a')))),
      entryDigest(0, key, undefined, sha256(kvValue(utf8('a')))),
    ];
    expect(new Set(digests.map(toHex)).size).toBe(digests.length);
  });
});

describe('a header’s hash', () => {
  const header: fc.Arbitrary<TxHeader> = fc.record({
    id: u63,
    prevAlh: anyDigest,
    ts: i64,
    version: fc.constant(1 as const),
    nentries: fc.nat(2 ** 20),
    eH: anyDigest,
    blTxId: u63,
    blRoot: anyDigest,
    metadata: fc.constantFrom(
      {},
      { truncatedTxId: 5n },
      { extra: utf8('x') },
      { truncatedTxId: 5n, extra: utf8('abc') },
    ),
  });

  it('is the naive one, for every header', () => {
    const raw = (of: TxHeader) => ({
      ...of,
      metadata: {
        truncatedTxID: of.metadata.truncatedTxId ?? 0n,
        extra: of.metadata.extra ?? new Uint8Array(0),
      },
    });
    fc.assert(
      fc.property(header, fc.nat(0xffff), (of, few) => {
        expect(alhOf(of)).toEqual(naiveAlh(raw(of)));
        const old: TxHeader = { ...of, version: 0, nentries: few, metadata: {} };
        expect(alhOf(old)).toEqual(naiveAlh(raw(old)));
      }),
    );
  });

  it('changes with each of its fields', () => {
    const one: TxHeader = {
      id: 2n,
      prevAlh: h(),
      ts: 1n,
      version: 1,
      nentries: 1,
      eH: h(),
      blTxId: 1n,
      blRoot: h(),
      metadata: {},
    };
    const other = new Uint8Array(32);
    const changes: Partial<TxHeader>[] = [
      {},
      { id: 3n },
      { prevAlh: other },
      { ts: 2n },
      { version: 0 },
      { nentries: 2 },
      { eH: other },
      { blTxId: 2n },
      { blRoot: other },
      { metadata: { truncatedTxId: 1n } },
      { metadata: { extra: utf8('x') } },
    ];
    expect(new Set(changes.map((change) => toHex(alhOf({ ...one, ...change })))).size).toBe(changes.length);
  });
});

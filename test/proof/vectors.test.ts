// Every byte that is hashed or signed, against values computed by immudb 1.11.1's own packages: here we agree with
// immudb, not with ourselves. Some are repeated by hand, from a computation of its own.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex, utf8 } from '../../src/bytes.js';
import {
  alhOf,
  EMPTY_HASH,
  encodeKeyMetadata,
  encodeTxMetadata,
  entryDigest,
  innerHash,
  type KeyMetadata,
  kvKey,
  kvValue,
  leafHash,
  nodeHash,
  referenceValue,
  sha256,
  sortedSetKey,
  stateSignaturePayload,
  type TxHeader,
  type TxMetadata,
} from '../../src/proof/index.js';
import { rootFromDigests } from '../../src/proof/verify/entry-tree.js';
import { parseReferenceValue } from '../../src/proof/verify/parse-reference.js';
import { fixturePath } from '../support/proof-fixtures.js';
import { expectRefused } from './expect-refused.js';
import { NaiveTree } from './naive-tree.js';

interface Vectors {
  readonly entries: readonly {
    readonly name: string;
    readonly key: string;
    readonly value: string;
    readonly metadata?: {
      readonly deleted: boolean;
      readonly expiresAt?: string;
      readonly nonIndexable: boolean;
    };
    readonly metadataBytes: string;
    readonly hValue: string;
    readonly digestV0?: string;
    readonly digestV1: string;
  }[];
  readonly entryTreeRoots: readonly { readonly leaves: number; readonly root: string }[];
  readonly mainTreeRoots: readonly { readonly leaves: number; readonly root: string }[];
  readonly headers: readonly {
    readonly name: string;
    readonly id: string;
    readonly prevAlh: string;
    readonly ts: string;
    readonly nentries: number;
    readonly eH: string;
    readonly blTxId: string;
    readonly blRoot: string;
    readonly version: 0 | 1;
    readonly truncatedTxId?: string;
    readonly extra?: string;
    readonly alh: string;
  }[];
  readonly states: readonly {
    readonly database: string;
    readonly txId: string;
    readonly alh: string;
    readonly payload: string;
  }[];
}

const vectors = JSON.parse(readFileSync(fixturePath('vectors.json'), 'utf8')) as Vectors;

function hex(text: string): Uint8Array {
  return fromHex(text)!;
}

function numbered(count: number, first: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => sha256(Uint8Array.of(first + i)));
}

function metadataOf({ metadata }: Vectors['entries'][number]): KeyMetadata | undefined {
  if (metadata === undefined) return undefined;
  const { expiresAt, ...flags } = metadata;
  return expiresAt === undefined ? flags : { ...flags, expiresAt: BigInt(expiresAt) };
}

describe('entries as immudb digests them', () => {
  it.each(vectors.entries)('$name', (vector) => {
    const metadata = metadataOf(vector);
    const hValue = sha256(hex(vector.value));
    expect(toHex(hValue)).toBe(vector.hValue);
    expect(toHex(encodeKeyMetadata(metadata))).toBe(vector.metadataBytes);
    expect(toHex(entryDigest(1, hex(vector.key), metadata, hValue))).toBe(vector.digestV1);
    if (vector.digestV0 === undefined) {
      expectRefused(() => entryDigest(0, hex(vector.key), metadata, hValue), 'MALFORMED_PROOF', /version 0/);
    } else {
      expect(toHex(entryDigest(0, hex(vector.key), metadata, hValue))).toBe(vector.digestV0);
    }
  });

  it('covers every kind of entry', () => {
    expect(vectors.entries.length).toBeGreaterThanOrEqual(18);
    expect(vectors.entries.filter(({ digestV0 }) => digestV0 === undefined).length).toBeGreaterThan(5);
  });

  const built: readonly [string, Uint8Array, Uint8Array][] = [
    ['plain', kvKey(utf8('hello')), kvValue(utf8('world'))],
    ['empty value', kvKey(utf8('hello')), kvValue(new Uint8Array(0))],
    ['binary', kvKey(Uint8Array.of(0, 0xff, 0x80)), kvValue(new Uint8Array(300))],
    ['long key', kvKey(new Uint8Array(1023)), kvValue(utf8('v'))],
    ['reference', kvKey(utf8('ref')), referenceValue(utf8('hello'), 0n)],
    ['bound reference', kvKey(utf8('ref')), referenceValue(utf8('hello'), 7n)],
    ['member of a set', sortedSetKey(utf8('set'), 1.5, utf8('hello'), 0n), new Uint8Array(0)],
    ['bound member', sortedSetKey(utf8('set'), 1.5, utf8('hello'), 9n), new Uint8Array(0)],
    ['negative score', sortedSetKey(utf8('set'), -0.25, utf8('hello'), 0n), new Uint8Array(0)],
    ['score 0', sortedSetKey(utf8('set'), 0, utf8('hello'), 0n), new Uint8Array(0)],
  ];

  it.each(built)('builds the stored key and value: %s', (name, key, value) => {
    const vector = vectors.entries.find((entry) => entry.name === name)!;
    expect([toHex(key), toHex(value)]).toEqual([vector.key, vector.value]);
  });

  it('tells a score of −0 from 0, as the bits do', () => {
    expect(sortedSetKey(utf8('s'), -0, utf8('k'), 0n)).not.toEqual(sortedSetKey(utf8('s'), 0, utf8('k'), 0n));
  });

  // The digest of a crafted key under version 0 is that of another key under version 1: why the version must come from
  // the header whose hash is proven.
  it('digests two different keys to one value under two versions', () => {
    const hValue = sha256(kvValue(utf8('secret')));
    const crafted = kvKey(concatBytes(hex('000005'), kvKey(utf8('abcd'))));
    expect(entryDigest(0, crafted, undefined, hValue)).toEqual(
      entryDigest(1, kvKey(utf8('abcd')), undefined, hValue),
    );
  });

  it('refuses a key whose length its digest cannot hold', () => {
    const hValue = EMPTY_HASH;
    expect(entryDigest(1, new Uint8Array(65_535), undefined, hValue)).toHaveLength(32);
    expectRefused(
      () => entryDigest(1, new Uint8Array(65_536), undefined, hValue),
      'MALFORMED_PROOF',
      /65536 bytes/,
    );
    expectRefused(() => entryDigest(0, new Uint8Array(65_536), undefined, hValue), 'MALFORMED_PROOF');
  });
});

describe('a reference read from history', () => {
  it('is what was stored, without its first byte', () => {
    for (const atTx of [0n, 7n, 2n ** 63n - 1n]) {
      const stored = referenceValue(utf8('hello'), atTx);
      expect(parseReferenceValue(stored.subarray(1))).toEqual({ key: utf8('hello'), atTx, stored });
    }
  });

  it.each([
    ['no bytes', ''],
    ['no target', '000000000000000700'],
    ['another prefix', '00000000000000070168'],
    ['a transaction beyond all ids', '80000000000000000068'],
  ])('is none with %s', (_, text) => {
    expect(parseReferenceValue(hex(text))).toBeUndefined();
  });
});

describe('roots as immudb computes them', () => {
  it.each(vectors.entryTreeRoots)('of $leaves entries', ({ leaves, root }) => {
    const digests = numbered(leaves, 0);
    expect(toHex(rootFromDigests(digests))).toBe(root);
    expect(toHex(new NaiveTree(digests).root(leaves))).toBe(root);
  });

  // The tests' own tree, with which larger ones are compared, is immudb's as well.
  it.each(vectors.mainTreeRoots)('of $leaves transactions', ({ leaves, root }) => {
    expect(toHex(new NaiveTree(numbered(leaves, 1)).root(leaves))).toBe(root);
  });
});

describe('headers as immudb hashes them', () => {
  it.each(vectors.headers)('$name', ({ alh, truncatedTxId, extra, ...fields }) => {
    const metadata: TxMetadata = {
      ...(truncatedTxId !== undefined && { truncatedTxId: BigInt(truncatedTxId) }),
      ...(extra !== undefined && { extra: hex(extra) }),
    };
    const header: TxHeader = {
      id: BigInt(fields.id),
      prevAlh: hex(fields.prevAlh),
      ts: BigInt(fields.ts),
      version: fields.version,
      nentries: fields.nentries,
      eH: hex(fields.eH),
      blTxId: BigInt(fields.blTxId),
      blRoot: hex(fields.blRoot),
      metadata,
    };
    expect(toHex(alhOf(header))).toBe(alh);
    const id = new Uint8Array(8);
    new DataView(id.buffer).setBigUint64(0, header.id);
    expect(toHex(sha256(concatBytes(id, header.prevAlh, innerHash(header))))).toBe(alh);
  });
});

describe('state signature payloads as immudb signs them', () => {
  it.each(vectors.states)('$database at tx $txId', ({ database, txId, alh, payload }) => {
    expect(toHex(stateSignaturePayload(database, { txId: BigInt(txId), alh: hex(alh) }))).toBe(payload);
  });
});

describe('values computed by hand from the description', () => {
  it('hashes of nothing, of a leaf and of a node', () => {
    expect(toHex(EMPTY_HASH)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(toHex(leafHash(sha256(Uint8Array.of(1))))).toBe(
      '9d1843c1a24a654a39ff3448714bc9fe69da0170fa390b1ac67047377ba72f0e',
    );
    const [first, second] = numbered(2, 1).map(leafHash);
    expect(toHex(nodeHash(first!, second!))).toBe(
      '00c30d52856f3a163b8c3f1f55d6e1bebfb7a73a231e10df0de72daf32213338',
    );
  });

  it('are arrays of their own, though hashing reuses its input', () => {
    const before = leafHash(EMPTY_HASH);
    const copy = new Uint8Array(before);
    leafHash(before);
    nodeHash(before, EMPTY_HASH);
    expect(before).toEqual(copy);
  });

  it.each<[string, KeyMetadata, string]>([
    ['deleted', { deleted: true, nonIndexable: false }, '00'],
    ['expiring', { deleted: false, expiresAt: 1_700_000_000n, nonIndexable: false }, '01000000006553f100'],
    ['all', { deleted: true, expiresAt: 1n, nonIndexable: true }, '0001000000000000000102'],
    ['none', { deleted: false, nonIndexable: false }, ''],
  ])('key metadata: %s', (_, metadata, expected) => {
    expect(toHex(encodeKeyMetadata(metadata))).toBe(expected);
  });

  it('transaction metadata', () => {
    expect(toHex(encodeTxMetadata({}))).toBe('');
    expect(toHex(encodeTxMetadata({ truncatedTxId: 5n, extra: utf8('abc') }))).toBe(
      '000000000000000005010003616263',
    );
  });
});

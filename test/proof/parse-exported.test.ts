// Exported transactions: consistent in themselves, or refused.

import { describe, expect, it } from 'vitest';
import { parseExported, type RawTxHeader } from '../../src/proof/index.js';
import { expectRefused, refusalOf } from './expect-refused.js';
import { be, bytes, h, NaiveLedger, type NaiveEntry, plain } from './naive-ledger.js';

interface ExportOptions {
  readonly truncated?: boolean;
  readonly trailer?: Uint8Array;
  readonly keyMetadata?: Uint8Array;
  readonly headerMetadata?: Uint8Array;
}

function headerBytes(header: RawTxHeader, headerMetadata = metadataOf(header)): Buffer {
  const { id, prevAlh, ts, version, nentries, eH, blTxId, blRoot } = header;
  const counted =
    version === 0 ? [be(nentries, 2)] : [be(headerMetadata.length, 2), headerMetadata, be(nentries, 4)];
  return Buffer.concat([
    be(id, 8),
    prevAlh,
    be(ts, 8),
    be(version, 2),
    ...counted,
    eH,
    be(blTxId, 8),
    blRoot,
  ]);
}

function metadataOf({ metadata }: RawTxHeader): Buffer {
  const { truncatedTxID = 0n, extra = new Uint8Array(0) } = metadata ?? {};
  return Buffer.concat([
    ...(truncatedTxID > 0n ? [be(0, 1), be(truncatedTxID, 8)] : []),
    ...(extra.length > 0 ? [be(1, 1), be(extra.length, 2), extra] : []),
  ]);
}

function keyMetadataOf({ metadata }: NaiveEntry): Buffer {
  return Buffer.concat([
    ...(metadata?.deleted === true ? [be(0, 1)] : []),
    ...(metadata?.expiration === undefined ? [] : [be(1, 1), be(metadata.expiration.expiresAt, 8)]),
    ...(metadata?.nonIndexable === true ? [be(2, 1)] : []),
  ]);
}

/** A transaction as servers hand it to replicas. */
function exportOf(
  ledger: NaiveLedger,
  id: number,
  entries: readonly NaiveEntry[],
  options: ExportOptions = {},
): Uint8Array {
  const {
    truncated = false,
    trailer = Buffer.concat([be(1, 2), be(Number(truncated), 1)]),
    keyMetadata,
  } = options;
  const header = headerBytes(
    ledger.verifiableTx(id).tx!.header!,
    options.headerMetadata as Buffer | undefined,
  );
  const listed = entries.map((entry) => {
    const md = keyMetadata ?? keyMetadataOf(entry);
    const value = truncated ? h(entry.value) : entry.value;
    return Buffer.concat([
      be(entry.key.length, 2),
      entry.key,
      be(md.length, 2),
      md,
      be(value.length, 4),
      value,
    ]);
  });
  return new Uint8Array(Buffer.concat([be(header.length, 4), header, ...listed, trailer]));
}

describe('an exported transaction', () => {
  const metadata = { deleted: true, expiration: { expiresAt: 5n }, nonIndexable: true };
  const entries = [
    plain('a', 'one'),
    plain('b', '', metadata),
    { key: bytes('\u0002sql'), value: new Uint8Array(0) },
  ];

  function ledgerOf(version: 0 | 1, list = entries): NaiveLedger {
    const ledger = new NaiveLedger({ version });
    ledger.commit([plain('first', 'x')]);
    const extra = { metadata: { truncatedTxID: 1n, extra: bytes('who') } };
    ledger.commit(list, version === 0 ? {} : extra);
    return ledger;
  }
  const ledger = ledgerOf(1);

  it('gives its header, its entries and its hash', () => {
    const read = parseExported(exportOf(ledger, 2, entries), 2n);
    expect(read.alh).toEqual(ledger.state(2).alh);
    expect(read.header).toMatchObject({
      id: 2n,
      version: 1,
      metadata: { truncatedTxId: 1n, extra: bytes('who') },
    });
    expect(read.truncated).toBe(false);
    expect(read.entries).toEqual([
      { key: bytes('\0a'), metadata: undefined, hValue: h(bytes('\0one')), value: bytes('\0one') },
      {
        key: bytes('\0b'),
        metadata: { deleted: true, expiresAt: 5n, nonIndexable: true },
        hValue: h(bytes('\0')),
        value: bytes('\0'),
      },
      { key: bytes('\u0002sql'), metadata: undefined, hValue: h(), value: new Uint8Array(0) },
    ]);
  });

  it('may be of version 0, without a flag at its end, or without entries', () => {
    const plainOnes = [plain('a', 'one')];
    const old = ledgerOf(0, plainOnes);
    const none = { trailer: new Uint8Array(0) };
    expect(parseExported(exportOf(old, 2, plainOnes, none), 2n).alh).toEqual(old.state(2).alh);
    const marker = ledgerOf(1, []);
    expect(parseExported(exportOf(marker, 2, []), 2n)).toMatchObject({
      entries: [],
      alh: marker.state(2).alh,
    });
  });

  it('whose values were removed gives their hashes', () => {
    const read = parseExported(exportOf(ledger, 2, entries, { truncated: true }), 2n);
    expect(read).toMatchObject({ truncated: true, alh: ledger.state(2).alh });
    expect(read.entries.map(({ value }) => value)).toEqual([undefined, undefined, undefined]);
    const short = exportOf(ledger, 2, entries, { trailer: Uint8Array.of(0, 1, 1) });
    expectRefused(() => parseExported(short, 2n), 'MALFORMED_PROOF', /in place of a removed value/);
  });

  it('is refused for another one', () => {
    expectRefused(
      () => parseExported(exportOf(ledger, 1, [plain('first', 'x')]), 2n),
      'BINDING_MISMATCH',
      /exported/,
    );
  });

  it('is refused unless its header commits to its entries', () => {
    const [first, second, third] = entries;
    const others = [
      [second!, first!, third!],
      [first!, second!, { ...third!, key: bytes('\u0002other') }],
      [first!, second!, { ...third!, value: bytes('x') }],
      [first!, { ...second!, metadata: { deleted: true, nonIndexable: true } }, third!],
    ];
    for (const list of others)
      expectRefused(
        () => parseExported(exportOf(ledger, 2, list), 2n),
        'PROOF_INVALID',
        /root over the entries/,
      );
    const twice = [first!, first!, third!];
    const own = ledgerOf(1, twice);
    expectRefused(() => parseExported(exportOf(own, 2, twice), 2n), 'PROOF_INVALID', /keys of the entries/);
  });

  it('is refused with anything more or less than itself', () => {
    const whole = exportOf(ledger, 2, entries);
    // Without its last three bytes it is what old servers send.
    for (let length = 0; length < whole.length - 3; length++) {
      const error = refusalOf(() => parseExported(whole.slice(0, length), 2n));
      expect([length, error?.code]).toEqual([length, 'MALFORMED_PROOF']);
    }
    for (const trailer of [
      Uint8Array.of(0, 1, 2),
      Uint8Array.of(0, 2, 0),
      Uint8Array.of(0, 1, 0, 0),
      Uint8Array.of(0),
    ])
      expectRefused(() => parseExported(exportOf(ledger, 2, entries, { trailer }), 2n), 'MALFORMED_PROOF');
  });

  it('is refused with attributes that have another form', () => {
    const single = [plain('a', 'one')];
    const own = ledgerOf(1, single);
    const keys = [[3], [0, 0], [2, 0], [1, 0], [2, 2]].map((codes) => ({
      keyMetadata: Uint8Array.from(codes),
    }));
    const headers = [
      [2],
      [1, 0, 0],
      [0, ...be(0n, 8)],
      [1, 0, 1, 65, 0, ...be(1n, 8)],
      [1, 0, 1, 65, 1, 0, 1, 65],
    ].map((codes) => ({
      headerMetadata: Buffer.from(codes),
    }));
    for (const options of [...keys, ...headers])
      expectRefused(
        () => parseExported(exportOf(own, 2, single, options), 2n),
        'MALFORMED_PROOF',
        /metadata/,
      );
  });

  it('has a hash that every bit of it changes', () => {
    const whole = exportOf(ledger, 2, entries);
    const { alh } = ledger.state(2);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const changed = whole.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      let found: Uint8Array | undefined;
      if (refusalOf(() => (found = parseExported(changed, 2n).alh)) === undefined)
        expect([bit, found]).not.toEqual([bit, alh]);
    }
  });
});

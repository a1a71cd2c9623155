import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { concatBytes, fromHex, toHex } from '../../src/bytes.js';
import { carriedExtensions, type RecordExtension } from '../../src/codec/record-extensions.js';
import { encodeRecord, type StoredRecord } from '../../src/codec/record.js';
import { parseRecord } from '../../src/codec/parse-record.js';
import { FIRST, SECOND } from './cases/record-cases.js';
import { codeOf, codeOfError, messageOf } from './code-of.js';

const bytes = encodeRecord(FIRST);
const hex = toHex(bytes);

/** The first record's bytes with some of them replaced. */
function patched(at: number, ...values: number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
}

test('a record, byte by byte', () => {
  expect(hex).toBe(
    '01' + // format
      '00' + // flags
      '0001' + // codec
      '00000001' + // entity version
      '0000000000000001' + // revision
      '0000000000000000' + // prevTx
      '00'.repeat(32) + // prevDigest
      'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf' + // writeId
      '00000000' + // extensions
      '0000000b' + // payload
      toHex(new TextEncoder().encode('{"json":{}}')),
  );
});

test('extensions, byte by byte', () => {
  const extensions = [
    { type: 1, bytes: Uint8Array.of(0xaa) },
    { type: 0x102, bytes: new Uint8Array() },
  ];
  expect(toHex(encodeRecord({ ...FIRST, extensions }))).toContain(
    '0000000d' + '000100000001aa' + '010200000000' + '0000000b',
  );
});

const arbitraryRecord: fc.Arbitrary<StoredRecord> = fc
  .record({
    tombstone: fc.boolean(),
    codec: fc.nat(0xffff),
    entityVersion: fc.nat(0xffff_ffff),
    revision: fc.bigInt({ min: 2n, max: (1n << 64n) - 1n }),
    prevTx: fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }),
    prevDigest: fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .filter((digest) => digest.some((byte) => byte !== 0)),
    writeId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    extensions: fc
      .uniqueArray(fc.record({ type: fc.nat(0x7fff), bytes: fc.uint8Array({ maxLength: 9 }) }), {
        selector: ({ type }) => type,
      })
      .map((list) => list.sort((a, b) => a.type - b.type)),
    payload: fc.uint8Array({ minLength: 1, maxLength: 50 }),
  })
  .map((record) => (record.tombstone ? { ...record, payload: new Uint8Array() } : record));

test('records parse back', () => {
  fc.assert(
    fc.property(arbitraryRecord, (record) => {
      expect(parseRecord(encodeRecord(record))).toEqual(record);
    }),
  );
});

test('one bit changed: refused, or another record that writes exactly those bytes', () => {
  fc.assert(
    fc.property(arbitraryRecord, fc.nat(), (record, at) => {
      const changed = Uint8Array.from(encodeRecord(record));
      const bit = at % (changed.length * 8);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      let parsed: StoredRecord;
      try {
        parsed = parseRecord(changed);
      } catch (error) {
        expect(['UNREADABLE_RECORD', 'UNSUPPORTED_FORMAT']).toContain(codeOfError(error));
        return;
      }
      expect(toHex(encodeRecord(parsed))).toBe(toHex(changed));
    }),
    { numRuns: 500 },
  );
});

test('every prefix and every extension of a record is refused', () => {
  const whole = encodeRecord({ ...SECOND, extensions: [{ type: 1, bytes: Uint8Array.of(1, 2) }] });
  for (let length = 0; length < whole.length; length++) {
    expect(codeOf(() => parseRecord(whole.subarray(0, length)))).toBe('UNREADABLE_RECORD');
  }
  expect(codeOf(() => parseRecord(concatBytes(whole, Uint8Array.of(0))))).toBe('UNREADABLE_RECORD');
});

test('views at an offset are read like any others', () => {
  const shifted = concatBytes(Uint8Array.of(9, 9, 9), bytes).subarray(3);
  expect(parseRecord(shifted)).toEqual(FIRST);
});

describe('what a newer version may read is UNSUPPORTED_FORMAT', () => {
  test.each<[string, Uint8Array]>([
    ['format 0', patched(0, 0)],
    ['format 2', patched(0, 2)],
    ['text', new TextEncoder().encode('{"theme":"dark"}')],
    ['flag 1', patched(1, 0x02)],
    ['flag 7 beside the tombstone', patched(1, 0x81)],
    [
      'an unknown critical extension',
      fromHex(hex.replace('000000000000000b', '0000000680000000000' + '00000000b'))!,
    ],
  ])('%s', (_, candidate) => {
    expect(codeOf(() => parseRecord(candidate))).toBe('UNSUPPORTED_FORMAT');
  });

  test('the error names what is not known', () => {
    expect(messageOf(() => parseRecord(patched(0, 2)))).toMatch(
      /has format 2, and this version reads format 1: a newer immurepo/,
    );
    expect(messageOf(() => parseRecord(patched(1, 4)))).toMatch(/has flags 0x4/);
  });
});

describe('what no version writes is UNREADABLE_RECORD', () => {
  const second = encodeRecord(SECOND);
  const withSecond = (at: number, ...values: number[]): Uint8Array => {
    const copy = Uint8Array.from(second);
    copy.set(values, at);
    return copy;
  };
  const extensionsAre = (length: number, content: string): Uint8Array =>
    fromHex(hex.replace('000000000000000b', length.toString(16).padStart(8, '0') + content + '0000000b'))!;

  test.each<[string, Uint8Array]>([
    ['revision 0', patched(15, 0)],
    ['a first revision with a previous transaction', patched(23, 1)],
    ['a first revision with a previous digest', patched(24, 1)],
    ['a second revision without a previous transaction', withSecond(16, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['a second revision without a previous digest', withSecond(24, ...new Array<number>(32).fill(0))],
    ['a tombstone with a payload', patched(1, 1)],
    ['no payload and no tombstone', patched(76, 0, 0, 0, 0).subarray(0, 80)],
    ['extensions longer than the record', patched(72, 0xff, 0xff, 0xff, 0xff)],
    ['a payload longer than the record', patched(76, 0xff, 0xff, 0xff, 0xff)],
    ['an extension header cut short', extensionsAre(5, '0001000000')],
    ['an extension longer than the extensions', extensionsAre(6, '000100000001')],
    ['the same extension twice', extensionsAre(12, '000100000000'.repeat(2))],
    ['extensions in the wrong order', extensionsAre(12, '000200000000' + '000100000000')],
  ])('%s', (_, candidate) => {
    expect(codeOf(() => parseRecord(candidate))).toBe('UNREADABLE_RECORD');
  });
});

describe('a record that contradicts itself is not built', () => {
  test.each<[string, Partial<StoredRecord>]>([
    ['revision 0', { revision: 0n }],
    ['a first revision with a predecessor', { prevTx: 1n }],
    ['a digest of 31 bytes', { prevDigest: new Uint8Array(31) }],
    ['a write id of 15 bytes', { writeId: new Uint8Array(15) }],
    ['a tombstone with a payload', { tombstone: true }],
    ['no payload', { payload: new Uint8Array() }],
    [
      'extensions in the wrong order',
      {
        extensions: [
          { type: 2, bytes: bytes },
          { type: 1, bytes: bytes },
        ],
      },
    ],
    ['an extension type of 17 bits', { extensions: [{ type: 0x10000, bytes: bytes }] }],
  ])('%s', (_, change) => {
    expect(codeOf(() => encodeRecord({ ...FIRST, ...change }))).toBe('RangeError');
  });
});

test('a new revision takes over the extensions this version does not know, and none that speak of one revision', () => {
  const of = (type: number): RecordExtension => ({ type, bytes: Uint8Array.of(type & 0xff) });
  const types = [0, 1, 2, 3, 4, 5, 6, 7, 0x7fff];
  expect(carriedExtensions(types.map(of)).map(({ type }) => type)).toEqual([0, 6, 7, 0x7fff]);
});

// What extensions 1 to 5 say: every sound form reads back, every other is refused.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { compareBytes, concatBytes, fromHex, toHex, u16be, utf8 } from '../../src/bytes.js';
import { parseRecord } from '../../src/codec/parse-record.js';
import type { RecordExtension } from '../../src/codec/record-extensions.js';
import { encodeRecord } from '../../src/codec/record.js';
import {
  extensionsOf,
  factsOf,
  MAX_PROVENANCE_BYTES,
  problemOfText,
  type RevisionFacts,
} from '../../src/codec/revision-facts.js';
import { FACTS_CASES, FIRST } from './cases/record-cases.js';
import { codeOf, messageOf } from './code-of.js';

const SILENT: RevisionFacts = {
  actor: undefined,
  reason: undefined,
  correlationId: undefined,
  indexKeys: [],
  expiresAt: undefined,
};

const extensionOf = (type: number, hex: string): RecordExtension => ({ type, bytes: fromHex(hex)! });
const hexOf = (facts: Partial<RevisionFacts>): string[] =>
  extensionsOf({ ...SILENT, ...facts }, []).map(({ type, bytes }) => `${type}:${toHex(bytes)}`);

const anyText = fc.option(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), { nil: undefined });
const anyKeys = fc
  .uniqueArray(fc.uint8Array({ minLength: 1, maxLength: 300 }), { selector: toHex, maxLength: 6 })
  .map((keys) => keys.sort(compareBytes));
const anyFacts: fc.Arbitrary<RevisionFacts> = fc.record({
  actor: anyText,
  reason: anyText,
  correlationId: anyText,
  indexKeys: anyKeys,
  expiresAt: fc.option(fc.integer({ min: -8.64e15, max: 8.64e15 }), { nil: undefined }),
});
const anyCarried = fc
  .uniqueArray(fc.constantFrom(0, 6, 7, 0x7fff), { maxLength: 4 })
  .map((types) => types.sort((a, b) => a - b).map((type) => ({ type, bytes: Uint8Array.of(type & 0xff) })));

test('each extension, byte by byte', () => {
  expect(hexOf({ actor: 'ada' })).toEqual(['1:616461']);
  expect(hexOf({ reason: 'é' })).toEqual(['2:c3a9']);
  expect(hexOf({ correlationId: '7' })).toEqual(['3:37']);
  expect(hexOf({ indexKeys: [Uint8Array.of(0xe1, 2), Uint8Array.of(0xe1, 2, 0)] })).toEqual([
    '4:0002e1020003e10200',
  ]);
  expect(hexOf({ expiresAt: 1 })).toEqual(['5:0000000000000001']);
  expect(hexOf({ expiresAt: -1 })).toEqual(['5:ffffffffffffffff']);
  expect(hexOf({ expiresAt: 0 })).toEqual(['5:0000000000000000']);
});

test('what is not said takes no extension', () => {
  expect(extensionsOf(SILENT, [])).toEqual([]);
  expect(factsOf([])).toEqual(SILENT);
});

test.each(FACTS_CASES)('$name reads back', ({ facts }) => {
  expect(factsOf(extensionsOf(facts, []))).toEqual(facts);
});

test('any facts read back out of a stored record, whatever is carried beside them', () => {
  fc.assert(
    fc.property(anyFacts, anyCarried, (facts, carried) => {
      const extensions = extensionsOf(facts, carried);
      const record = parseRecord(encodeRecord({ ...FIRST, extensions }));
      expect(factsOf(record.extensions)).toEqual(facts);
      expect(record.extensions.filter(({ type }) => type === 0 || type > 5)).toEqual(carried);
    }),
    { numRuns: 300 },
  );
});

test('what the revision before said of itself is not said again', () => {
  const before = extensionsOf({ ...SILENT, actor: 'ada', expiresAt: 5, indexKeys: [Uint8Array.of(1)] }, []);
  expect(extensionsOf(SILENT, before)).toEqual([]);
  expect(factsOf(extensionsOf({ ...SILENT, reason: 'x' }, before))).toEqual({ ...SILENT, reason: 'x' });
});

describe('malformed extensions are refused', () => {
  test.each<[string, RecordExtension]>([
    ['an actor that is not UTF-8', extensionOf(1, 'ff')],
    ['a reason that is not UTF-8', extensionOf(2, '61c3')],
    ['a correlation id with an encoded surrogate', extensionOf(3, 'eda080')],
    ['an empty list of index keys', extensionOf(4, '')],
    ['half a length', extensionOf(4, '00')],
    ['a key cut short', extensionOf(4, '0002e1')],
    ['a key of no bytes', extensionOf(4, '0000')],
    ['a key of no bytes after another', extensionOf(4, '0001e10000')],
    ['half a length after a key', extensionOf(4, '0001e100')],
    ['a length and no key after a key', extensionOf(4, '0001e10001')],
    ['a key twice', extensionOf(4, '0001e10001e1')],
    ['keys that descend', extensionOf(4, '0001e20001e1')],
    ['a key after a longer one that it begins', extensionOf(4, '0002e1010001e1')],
    ['no expiry', extensionOf(5, '')],
    ['an expiry of 7 bytes', extensionOf(5, '00'.repeat(7))],
    ['an expiry of 9 bytes', extensionOf(5, '00'.repeat(9))],
    ['an expiry a millisecond after the last moment', extensionOf(5, '001eb208c2dc0001')],
    ['an expiry a millisecond before the first', extensionOf(5, 'ffe14df73d23ffff')],
    ['the largest expiry', extensionOf(5, '7fffffffffffffff')],
    ['the smallest expiry', extensionOf(5, '8000000000000000')],
  ])('%s', (_, extension) => {
    expect(codeOf(() => factsOf([extension]))).toBe('UNREADABLE_RECORD');
    // One that is malformed is not passed over for others that are sound.
    const others = [extensionOf(0, ''), extensionOf(6, 'ff'), extensionOf(0x7fff, '00')];
    const all = [...others, extension].sort((a, b) => a.type - b.type);
    expect(codeOf(() => factsOf(all))).toBe('UNREADABLE_RECORD');
  });

  test('the first and the last moment are not', () => {
    expect(factsOf([extensionOf(5, '001eb208c2dc0000')]).expiresAt).toBe(8.64e15);
    expect(factsOf([extensionOf(5, 'ffe14df73d240000')]).expiresAt).toBe(-8.64e15);
  });

  test('the error says what cannot be read', () => {
    expect(messageOf(() => factsOf([extensionOf(1, 'ff')]))).toBe(
      'The record cannot be read: its actor is not UTF-8.',
    );
    expect(messageOf(() => factsOf([extensionOf(4, '00')]))).toMatch(/its list of index keys is malformed/);
    expect(messageOf(() => factsOf([extensionOf(5, '00')]))).toMatch(/its expiry is no moment/);
  });

  test('any bytes of extension 4: refused, or exactly what their keys write', () => {
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 3 }), { maxLength: 4 });
    const lists = pieces.map((keys) => concatBytes(...keys.flatMap((key) => [u16be(key.length), key])));
    fc.assert(
      fc.property(lists, fc.nat(), fc.nat(255), (list, at, byte) => {
        const bytes = Uint8Array.from(list);
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        let facts: RevisionFacts;
        try {
          facts = factsOf([{ type: 4, bytes }]);
        } catch (error) {
          expect((error as { code?: string }).code).toBe('UNREADABLE_RECORD');
          return;
        }
        expect(toHex(extensionsOf(facts, [])[0]!.bytes)).toBe(toHex(bytes));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('texts', () => {
  test.each<[string, unknown, string | undefined]>([
    ['one letter', 'a', undefined],
    ['exactly the most bytes', 'é'.repeat(MAX_PROVENANCE_BYTES / 2), undefined],
    ['nothing', '', 'is empty'],
    ['a number', 5, 'must be a string'],
    ['null', null, 'must be a string'],
    ['a lone surrogate', 'a\ud800', 'has a lone surrogate, which UTF-8 cannot carry'],
    [
      'two bytes too many, in one character',
      `${'a'.repeat(MAX_PROVENANCE_BYTES - 1)}é`,
      'is longer than 4096 bytes',
    ],
  ])('%s', (_, text, problem) => {
    expect(problemOfText(text)).toBe(problem);
  });

  test('a text that may be stored reads back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (actor) => {
        fc.pre(problemOfText(actor) === undefined);
        const [extension] = extensionsOf({ ...SILENT, actor }, []);
        expect(extension?.bytes).toEqual(utf8(actor));
        expect(factsOf([extension!]).actor).toBe(actor);
      }),
    );
  });
});

// Keys sort as what they are made of: across types, in whole index keys, and by what they begin with. Queries rely on it.
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { compareBytes, concatBytes, equalBytes, utf8 } from '../../src/bytes.js';
import { afterKeyParts, encodeKeyPart, encodeKeyParts, type KeyPart } from '../../src/codec/key-parts.js';
import { encodeKey, namedKeys, parseKey } from '../../src/codec/record-key.js';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('\0', '\u0001', 'a', '\uffff', '😀'), maxLength: 4 }),
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 8 }),
  fc.array(fc.constantFrom(0, 1, 0xfe, 0xff), { maxLength: 4 }).map((list) => Uint8Array.from(list)),
);
/** Few values, so that equal ones meet, and any. */
const part: fc.Arbitrary<KeyPart> = fc.oneof(
  fc.constantFrom<KeyPart>(-0, 0, 1, 1n, '', '1', new Date(0), new Date(1), new Uint8Array()),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt({ min: 1n - (1n << 960n), max: (1n << 960n) - 1n }),
  fc.bigInt({ min: -300n, max: 300n }),
  fc.date({ noInvalidDate: true }),
  text,
  bytes,
);

const sign = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of the types, told without looking at a byte. */
function rank(value: KeyPart): number {
  if (value instanceof Date) return 4;
  if (value instanceof Uint8Array) return 6;
  return ['boolean', '', 'number', 'bigint', '', 'string'].indexOf(typeof value);
}

const codePoints = (value: string): number[] => Array.from(value, (char) => char.codePointAt(0)!);

function compareLists(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let at = 0; at < a.length && at < b.length; at++) if (a[at] !== b[at]) return sign(a[at]!, b[at]!);
  return sign(a.length, b.length);
}

function compareParts(a: KeyPart, b: KeyPart): number {
  if (rank(a) !== rank(b)) return sign(rank(a), rank(b));
  if (typeof a === 'string') return compareLists(codePoints(a), codePoints(b as string));
  if (a instanceof Uint8Array) return compareLists(a, b as Uint8Array);
  return sign(Number.isInteger(Number(a)) && typeof a === 'bigint' ? a : Number(a), asNumber(b));
}

const asNumber = (value: KeyPart): number | bigint => (typeof value === 'bigint' ? value : Number(value));

function compareTuples(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  for (const [at, value] of a.entries()) {
    const order = compareParts(value, b[at]!);
    if (order !== 0) return order;
  }
  return 0;
}

test('any two parts sort by type, then by value', () => {
  fc.assert(
    fc.property(part, part, (a, b) => {
      expect(Math.sign(compareBytes(encodeKeyPart(a), encodeKeyPart(b)))).toBe(compareParts(a, b));
    }),
    { numRuns: 3000 },
  );
});

const entries = namedKeys('index', 'account', 'by-two');
const pair = fc.tuple(part, part, text);

test('index keys sort by their values, then by id', () => {
  fc.assert(
    fc.property(pair, pair, (a, b) => {
      const order = compareBytes(encodeKey(entries, a), encodeKey(entries, b));
      expect(Math.sign(order)).toBe(compareTuples(a, b));
    }),
    { numRuns: 2000 },
  );
});

test('the index keys of given values are those from their bytes up to what comes after them', () => {
  const related = fc.tuple(part, text).map(([value, rest]): [KeyPart, KeyPart] => {
    if (typeof value === 'string') return [value, `${value}${rest}`];
    return value instanceof Uint8Array ? [value, concatBytes(value, utf8(rest))] : [value, value];
  });
  fc.assert(
    fc.property(
      fc.oneof(fc.tuple(part, part), related),
      part,
      part,
      text,
      ([asked, first], second, more, id) => {
        const key = encodeKey(entries, [first, second, id]);
        for (const parts of [[asked], [asked, more]]) {
          const low = concatBytes(entries.prefix, encodeKeyParts(parts));
          const isWithin = compareBytes(low, key) <= 0 && compareBytes(key, afterKeyParts(low)) < 0;
          expect(isWithin).toBe(compareTuples(parts, [first, second]) === 0);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test('a text begins with another exactly if its part, ends aside, begins with the other', () => {
  const related = fc.oneof(
    fc.tuple(text, text),
    fc.tuple(text, text).map(([start, rest]) => [start, start + rest] as const),
  );
  fc.assert(
    fc.property(related, ([start, whole]) => {
      const head = encodeKeyPart(start).slice(0, -1);
      const body = encodeKeyPart(whole);
      const begins = equalBytes(body.subarray(0, head.length), head);
      // By bytes of UTF-8, so by whole characters: both are well-formed.
      const expected = equalBytes(utf8(whole).subarray(0, utf8(start).length), utf8(start));
      expect(whole.startsWith(start)).toBe(expected);
      expect(begins).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

test('what an index key is made of reads back, -0 as the 0 it is compared as', () => {
  fc.assert(
    fc.property(pair, (parts) => {
      const read = parseKey(encodeKey(entries, parts)).parts;
      expect(read).toEqual(parts.map((value) => (value === 0 ? 0 : value)));
      expect(compareBytes(encodeKeyParts(read), encodeKeyParts(parts))).toBe(0);
    }),
    { numRuns: 1000 },
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { compareBytes, concatBytes, fromHex, toHex } from '../../src/bytes.js';
import { ImmuError } from '../../src/errors.js';
import { encodeKeyPart, encodeKeyParts, isKeyPart, type KeyPart } from '../../src/codec/key-parts.js';
import { parseKeyParts } from '../../src/codec/parse-key-parts.js';
import { codeOf, codeOfError } from './code-of.js';

const anyNumber = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => (value === 0 ? 0 : value));
const anyBigint = fc.bigInt({ min: 1n - (1n << 960n), max: (1n << 960n) - 1n });
const anyString = fc.string({ unit: 'binary', maxLength: 20 });
const anyBytes = fc.uint8Array({ maxLength: 20 });
const anyDate = fc.date({ noInvalidDate: true });
const anyPart: fc.Arbitrary<KeyPart> = fc.oneof(
  fc.boolean(),
  anyNumber,
  anyBigint,
  anyString,
  anyBytes,
  anyDate,
);

/** By code point, where JavaScript's `<` goes by UTF-16 code unit. */
function compareText(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  for (const [index, char] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const difference = char.codePointAt(0)! - other.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

function expectSameOrder<T extends KeyPart>(values: fc.Arbitrary<T>, order: (a: T, b: T) => number): void {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const bytes = compareBytes(encodeKeyPart(a), encodeKeyPart(b));
      expect(Math.sign(bytes)).toBe(Math.sign(order(a, b)));
    }),
    { numRuns: 1000 },
  );
}

describe('parts sort as their values do', () => {
  test('booleans', () => {
    expectSameOrder(fc.boolean(), compare);
  });
  test('numbers', () => {
    expectSameOrder(anyNumber, compare);
  });
  test('small integers as numbers', () => {
    expectSameOrder(fc.integer({ min: -300, max: 300 }), compare);
  });
  test('bigints', () => {
    expectSameOrder(anyBigint, compare);
  });
  test('small bigints', () => {
    expectSameOrder(fc.bigInt({ min: -70_000n, max: 70_000n }), compare);
  });
  test('dates', () => {
    expectSameOrder(anyDate, (a, b) => a.getTime() - b.getTime());
  });
  test('strings, by code point', () => {
    expectSameOrder(anyString, compareText);
  });
  test('strings with zeros', () => {
    expectSameOrder(fc.string({ unit: fc.constantFrom('\0', '\u0001', 'a', '\uffff', '😀') }), compareText);
  });
  test('bytes', () => {
    expectSameOrder(anyBytes, compareBytes);
  });
  test('bytes of extremes', () => {
    expectSameOrder(
      fc.array(fc.constantFrom(0, 1, 0xfe, 0xff)).map((list) => Uint8Array.from(list)),
      compareBytes,
    );
  });
  test('types by their tag', () => {
    const ascending: KeyPart[] = [
      false,
      true,
      -1,
      1,
      -1n,
      1n,
      new Date(-1),
      new Date(0),
      '',
      'a',
      new Uint8Array(),
    ];
    const bytes = ascending.map(encodeKeyPart);
    expect([...bytes].sort(compareBytes)).toEqual(bytes);
  });
});

test('tuples of one shape sort part by part', () => {
  const tuple = fc.tuple(anyString, anyBigint, anyBytes);
  fc.assert(
    fc.property(tuple, tuple, (a, b) => {
      const expected = compareText(a[0], b[0]) || compare(a[1], b[1]) || compareBytes(a[2], b[2]);
      expect(Math.sign(compareBytes(encodeKeyParts(a), encodeKeyParts(b)))).toBe(Math.sign(expected));
    }),
  );
});

test('parts parse back, however many', () => {
  fc.assert(
    fc.property(fc.array(anyPart, { maxLength: 5 }), (parts) => {
      expect(parseKeyParts(encodeKeyParts(parts))).toEqual(parts);
    }),
  );
});

test('a part begins another only if that one goes on with a zero', () => {
  fc.assert(
    fc.property(anyPart, anyPart, (a, b) => {
      const [left, right] = [toHex(encodeKeyPart(a)), toHex(encodeKeyPart(b))];
      expect(right.startsWith(left)).toBe(left === right || right.startsWith(`${left}ff`));
    }),
    { numRuns: 500 },
  );
  const [a, zero] = [encodeKeyPart('a'), encodeKeyPart('a\0')];
  expect([toHex(a), toHex(zero)]).toEqual(['406100', '406100ff00']);
});

test('-0 and 0 are one key, 1 and 1n are two', () => {
  expect(encodeKeyPart(-0)).toEqual(encodeKeyPart(0));
  expect(encodeKeyPart(1)).not.toEqual(encodeKeyPart(1n));
});

test('a Buffer is bytes', () => {
  expect(encodeKeyPart(Buffer.from('a'))).toEqual(encodeKeyPart(Uint8Array.of(0x61)));
});

test('bytes read back are a copy', () => {
  const encoded = encodeKeyPart(Uint8Array.of(1, 2));
  const [part] = parseKeyParts(encoded);
  encoded.fill(9);
  expect(part).toEqual(Uint8Array.of(1, 2));
});

test.each<[string, unknown]>([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['an invalid Date', new Date(NaN)],
  ['a lone surrogate', 'a\ud800'],
  ['a bigint of 121 bytes', 1n << 960n],
  ['a negative bigint of 121 bytes', -(1n << 960n)],
  ['null', null],
  ['undefined', undefined],
  ['an object', {}],
  ['an object without prototype', Object.create(null)],
  ['an array', ['a']],
  ['a symbol', Symbol('a')],
  ['a function', () => 1],
  ['a float array', new Float64Array(1)],
])('%s is refused', (_, value) => {
  expect(codeOf(() => encodeKeyPart(value as KeyPart))).toBe('VALUE_REFUSED');
});

test('isKeyPart goes by type', () => {
  for (const value of [true, 1, NaN, 1n, '', new Date(), new Uint8Array()])
    expect(isKeyPart(value)).toBe(true);
  for (const value of [null, undefined, {}, [], Symbol('a'), new Map()]) expect(isKeyPart(value)).toBe(false);
});

describe('bytes that no value writes are refused', () => {
  test.each<[string, string]>([
    ['an unknown tag', '12'],
    ['a tag of the future', '60'],
    ['a number cut short', '20bff00000000000'],
    ['-0', '207fffffffffffffff'],
    ['Infinity', '20fff0000000000000'],
    ['-Infinity', '20000fffffffffffff'],
    ['NaN', '20fff8000000000000'],
    ['a negative NaN', '200007ffffffffffff'],
    ['a bigint without its length', '28'],
    ['a bigint cut short', '288201'],
    ['a bigint with a leading zero', '28820001'],
    ['a negative bigint with a leading zero', '287efffe'],
    ['a negative bigint of zero', '287fff'],
    ['a bigint of 121 bytes', `28f9${'01'.repeat(121)}`],
    ['a negative bigint of 121 bytes', `2807${'01'.repeat(121)}`],
    ['the shortest sign byte', `2800${'01'.repeat(128)}`],
    ['the longest sign byte', `28ff${'01'.repeat(127)}`],
    ['a Date cut short', '3080'],
    ['a Date after the last', '30801eb208c2dc0001'],
    ['a Date before the first', '307fe14df73d23ffff'],
    ['a string without end', '4061'],
    ['a string ending in an escape', '4000ff'],
    ['a string that is not UTF-8', '40ff00'],
    ['a string with an encoded surrogate', '40eda08000'],
    ['bytes without end', '50'],
  ])('%s', (_, hex) => {
    expect(codeOf(() => parseKeyParts(fromHex(hex)!))).toBe('UNREADABLE_RECORD');
  });

  test('any bytes: refused, or exactly what their values write', () => {
    const tag = fc.constantFrom(0x10, 0x11, 0x20, 0x28, 0x30, 0x40, 0x50, 0, 0xff);
    const bytes = fc
      .array(fc.oneof(tag, fc.nat(255)), { maxLength: 30 })
      .map((list) => Uint8Array.from(list));
    fc.assert(
      fc.property(bytes, (candidate) => {
        let parts: readonly KeyPart[];
        try {
          parts = parseKeyParts(candidate);
        } catch (error) {
          expect(error).toBeInstanceOf(ImmuError);
          return;
        }
        expect(toHex(encodeKeyParts(parts))).toBe(toHex(candidate));
      }),
      { numRuns: 2000 },
    );
  });

  test('one bit changed: refused, or another value', () => {
    fc.assert(
      fc.property(anyPart, fc.nat(), (part, at) => {
        const bytes = concatBytes(encodeKeyPart(part));
        const bit = at % (bytes.length * 8);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        try {
          expect(parseKeyParts(bytes)).not.toEqual([part]);
        } catch (error) {
          expect(codeOfError(error)).toBe('UNREADABLE_RECORD');
        }
      }),
      { numRuns: 1000 },
    );
  });
});

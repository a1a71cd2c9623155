// Codec 1: what survives, what is refused on the way in, and that superjson itself agrees.
import { runInNewContext } from 'node:vm';

import fc from 'fast-check';
import { SuperJSON } from 'superjson';
import { describe, expect, test } from 'vitest';

import { toHex, utf8 } from '../../src/bytes.js';
import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import type { PlainRecord } from '../../src/codec/codec.js';
import { equalValues } from '../../src/codec/equal-values.js';
import { codeOf, messageOf } from './code-of.js';

const encode = (plain: PlainRecord, subject?: string): Uint8Array =>
  canonicalSuperjson.encode(plain, subject);
const decode = (bytes: Uint8Array): Record<string, unknown> => canonicalSuperjson.decode(bytes);
const textOf = (plain: PlainRecord): string => new TextDecoder().decode(encode(plain));
const refusal = (plain: PlainRecord): string => {
  expect(codeOf(() => encode(plain, 'Account'))).toBe('VALUE_REFUSED');
  return messageOf(() => encode(plain, 'Account'));
};

const name = fc
  .oneof(
    fc.string({ maxLength: 5 }),
    fc.constantFrom('', 'a.b', '\\', '.', '10', '9', 'length', 'toJSON', 'json', '😀'),
  )
  .filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text));
const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 8 }),
  fc.webUrl().map((url) => new URL(url)),
  fc.constantFrom(/a/, /\/b/giu, -0, NaN, Infinity, 0n),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(name, tie('any'), { maxKeys: 4 }),
    fc.array(tie('any'), { maxLength: 4 }).map((list) => new Set(list)),
    fc.array(fc.tuple(tie('any'), tie('any')), { maxLength: 4 }).map((list) => new Map(list)),
  ),
})).any;
const plain = fc.dictionary(name, value, { maxKeys: 6 });

describe('any storable value', () => {
  test('survives', () => {
    fc.assert(
      fc.property(plain, (original) => {
        expect(equalValues(decode(encode(original)), original)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('has one encoding: what was read back is written the same', () => {
    fc.assert(
      fc.property(plain, (original) => {
        const bytes = encode(original);
        expect(toHex(encode(decode(bytes)))).toBe(toHex(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test('has one encoding: the order in which properties were set does not matter', () => {
    fc.assert(
      fc.property(plain, (original) => {
        const reversed = Object.fromEntries(Object.entries(original).reverse());
        expect(textOf(reversed)).toBe(textOf(original));
      }),
    );
  });

  test('is read the same by superjson itself', () => {
    const reader = new SuperJSON();
    reader.registerCustom<Uint8Array, string>(
      {
        isApplicable: (candidate): candidate is Uint8Array => candidate instanceof Uint8Array,
        serialize: () => '',
        deserialize: (text) => new Uint8Array(Buffer.from(text, 'base64')),
      },
      'bytes',
    );
    fc.assert(
      fc.property(plain, (original) => {
        expect(equalValues(reader.parse(textOf(original)), original)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('is not changed or kept by encoding', () => {
    const bytes = Uint8Array.of(1);
    const original = { list: [1n], bytes, when: new Date(0) };
    encode(original);
    expect(original).toEqual({ list: [1n], bytes: Uint8Array.of(1), when: new Date(0) });
    expect(original.bytes).toBe(bytes);
  });
});

describe('equal values have equal bytes', () => {
  test.each<[string, PlainRecord, PlainRecord]>([
    ['Buffer and Uint8Array', { a: Buffer.from([1, 2]) }, { a: Uint8Array.of(1, 2) }],
    ['a view into larger bytes', { a: Uint8Array.of(9, 1, 2, 9).subarray(1, 3) }, { a: Uint8Array.of(1, 2) }],
    ['undefined and absent', { a: 1, b: undefined }, { a: 1 }],
    ['shared and repeated', ((same) => ({ a: same, b: same }))({ x: 1n }), { a: { x: 1n }, b: { x: 1n } }],
    [
      'with and without prototype',
      { a: Object.assign(Object.create(null) as object, { x: 1 }) },
      { a: { x: 1 } },
    ],
    ['names set in another order', { a: { x: 1n, y: 2n } }, { a: { y: 2n, x: 1n } }],
    ['a RegExp in use', { a: ((regexp) => (regexp.test('aa'), regexp))(/a/g) }, { a: /a/g }],
  ])('%s', (_, a, b) => {
    expect(textOf(a)).toBe(textOf(b));
  });

  test.each<[string, PlainRecord, PlainRecord]>([
    ['0 and -0', { a: 0 }, { a: -0 }],
    ['1 and 1n', { a: 1 }, { a: 1n }],
    ['1n and "1"', { a: 1n }, { a: '1' }],
    ['null and absent', { a: null }, {}],
    ['a Date and its text', { a: new Date(0) }, { a: new Date(0).toISOString() }],
    ['a Set and an array', { a: new Set([1]) }, { a: [1] }],
    ['Sets of different order', { a: new Set([1, 2]) }, { a: new Set([2, 1]) }],
    ['composed and decomposed text', { a: 'é' }, { a: 'e\u0301' }],
  ])('%s are two', (_, a, b) => {
    expect(textOf(a)).not.toBe(textOf(b));
    expect(equalValues(a, b)).toBe(false);
  });
});

test('values of another realm are stored like ours', () => {
  const foreign = runInNewContext(
    '({ when: new Date(0), list: [1n], set: new Set([1]), map: new Map([[1, 2]]), re: /a/g, bytes: Uint8Array.of(1), plain: { x: 1 } })',
  ) as PlainRecord;
  const ours = {
    when: new Date(0),
    list: [1n],
    set: new Set([1]),
    map: new Map([[1, 2]]),
    re: /a/g,
    bytes: Uint8Array.of(1),
    plain: { x: 1 },
  };
  expect(textOf(foreign)).toBe(textOf(ours));
});

describe('refused by name', () => {
  class Money {
    readonly amount = 1n;
  }
  const circular: Record<string, unknown> = {};
  circular.self = { again: circular };
  const holes: unknown[] = [];
  holes[1] = 2;

  test.each<[string, PlainRecord, string]>([
    ['a function', { pay: () => 1 }, 'Account.pay is a function, which cannot be stored.'],
    ['a symbol', { kind: Symbol('x') }, 'Account.kind is a symbol, which cannot be stored.'],
    [
      'a symbol key',
      { address: { [Symbol('x')]: 1 } },
      'Account.address has a property named by a symbol, Symbol(x): use a string.',
    ],
    [
      'undefined in an array',
      { list: [1, undefined] },
      'Account.list[1] is undefined inside a collection: use null or leave it out.',
    ],
    [
      'undefined in a Set',
      { set: new Set([undefined]) },
      'Account.set{0} is undefined inside a collection: use null or leave it out.',
    ],
    [
      'undefined in a Map',
      { map: new Map([['a', undefined]]) },
      'Account.map{value 0} is undefined inside a collection: use null or leave it out.',
    ],
    [
      'an undefined Map key',
      { map: new Map([[undefined, 1]]) },
      'Account.map{key 0} is undefined inside a collection: use null or leave it out.',
    ],
    ['a hole', { list: holes }, 'Account.list[0] is a hole in an array: use null.'],
    [
      'an invalid Date',
      { a: { b: [new Date(NaN)] } },
      'Account.a.b[0] is an invalid Date: give it a time or leave it out.',
    ],
    [
      'a lone surrogate',
      { a: 'x\ud800' },
      'Account.a is a string with a lone surrogate, which UTF-8 cannot carry.',
    ],
    [
      'a name with a lone surrogate',
      { 'x\udc00': 1 },
      'Account["x\\udc00"] has a name with a lone surrogate, which UTF-8 cannot carry.',
    ],
    [
      'a RegExp with a lone surrogate',
      { a: new RegExp('\ud800') },
      'Account.a is a RegExp with a lone surrogate: escape it.',
    ],
    [
      '__proto__',
      { a: JSON.parse('{"__proto__":1}') as unknown },
      'Account.a.__proto__ has a name that reaches into prototypes: use another.',
    ],
    [
      'constructor',
      { constructor: 1 },
      'Account.constructor has a name that reaches into prototypes: use another.',
    ],
    [
      'prototype',
      { a: [{ prototype: 1 }] },
      'Account.a[0].prototype has a name that reaches into prototypes: use another.',
    ],
    [
      'a class',
      { price: new Money() },
      'Account.price is an instance of Money, which cannot be stored: use a plain object.',
    ],
    [
      'an Error',
      { a: new TypeError('x') },
      'Account.a is an instance of TypeError, which cannot be stored: use a plain object.',
    ],
    [
      'a Promise',
      { a: Promise.resolve() },
      'Account.a is an instance of Promise, which cannot be stored: use a plain object.',
    ],
    [
      'a boxed string',
      { a: Object('x') as unknown },
      'Account.a is an instance of String, which cannot be stored: use a plain object.',
    ],
    [
      'an Array subclass',
      { a: new (class List extends Array {})() },
      'Account.a is an instance of List, which cannot be stored: use a plain object.',
    ],
    [
      'a Date subclass',
      { a: new (class Day extends Date {})() },
      'Account.a is an instance of Day, which cannot be stored: use a plain object.',
    ],
    [
      'a Map subclass',
      { a: new (class extends Map {})() },
      'Account.a is an instance of an unnamed class, which cannot be stored: use a plain object.',
    ],
    [
      'a Float64Array',
      { a: new Float64Array(1) },
      'Account.a is an instance of Float64Array, which cannot be stored: use a Uint8Array.',
    ],
    [
      'an ArrayBuffer',
      { a: new ArrayBuffer(1) },
      'Account.a is an instance of ArrayBuffer, which cannot be stored: use a Uint8Array.',
    ],
    [
      'a DataView',
      { a: new DataView(new ArrayBuffer(1)) },
      'Account.a is an instance of DataView, which cannot be stored: use a Uint8Array.',
    ],
    [
      'an array with properties',
      { a: /a/.exec('ab') },
      'Account.a has properties beside its content, such as "groups": they cannot be stored.',
    ],
    [
      'a Date with properties',
      { a: Object.assign(new Date(0), { zone: 'UTC' }) },
      'Account.a has properties beside its content, such as "zone": they cannot be stored.',
    ],
    ['a cycle', circular, 'Account.self.again contains itself: store an id instead of the object.'],
    ['an odd name', { 'a b': () => 1 }, 'Account["a b"] is a function, which cannot be stored.'],
  ])('%s', (_, original, message) => {
    expect(refusal(original)).toBe(message);
  });

  test('what is not a plain object at the top', () => {
    expect(refusal(new Money() as unknown as PlainRecord)).toBe('Account is not a plain object.');
    expect(codeOf(() => encode([] as unknown as PlainRecord))).toBe('VALUE_REFUSED');
  });

  test('nesting beyond 64 levels; 64 are fine', () => {
    const nest = (levels: number): unknown => (levels === 0 ? 1 : { a: nest(levels - 1) });
    expect(equalValues(decode(encode(nest(64) as PlainRecord)), nest(64))).toBe(true);
    expect(refusal(nest(65) as PlainRecord)).toMatch(/is nested deeper than 64 levels\.$/);
  });

  test('a Map takes two levels', () => {
    const nest = (levels: number): unknown => (levels === 0 ? 1 : new Map([[1n, nest(levels - 1)]]));
    expect(equalValues(decode(encode({ a: nest(31) })), { a: nest(31) })).toBe(true);
    expect(refusal({ a: nest(32) })).toMatch(/is nested deeper than 64 levels\.$/);
  });

  test('a payload of more than 4 MiB; 4 MiB are fine', () => {
    const room = 4 * 1024 * 1024 - encode({ a: '' }).length;
    expect(decode(encode({ a: 'x'.repeat(room) }))).toEqual({ a: 'x'.repeat(room) });
    expect(codeOf(() => encode({ a: 'x'.repeat(room + 1) }))).toBe('VALUE_TOO_LARGE');
    expect(messageOf(() => encode({ a: 'x'.repeat(room + 1) }, 'Account'))).toMatch(
      /^Account takes 4194305 bytes, at most 4194304 fit/,
    );
  });

  test('a small graph that stands for an enormous tree, without taking for ever', () => {
    let graph: unknown = 1;
    for (let level = 0; level < 60; level++) graph = [graph, graph];
    expect(refusal({ graph })).toMatch(/is one value too many/);
  });
});

test('what an application registers with superjson changes nothing', () => {
  class Registered {
    readonly a = 1;
  }
  const before = textOf({ list: [1n] });
  SuperJSON.registerClass(Registered);
  SuperJSON.registerCustom<bigint, string>(
    {
      isApplicable: (candidate): candidate is bigint => typeof candidate === 'bigint',
      serialize: String,
      deserialize: BigInt,
    },
    'mine',
  );
  expect(textOf({ list: [1n] })).toBe(before);
  expect(codeOf(() => encode({ a: new Registered() }))).toBe('VALUE_REFUSED');
});

test('own Buffers are read back (superjson#210)', () => {
  expect(decode(encode({ a: Buffer.from('hello') }))).toEqual({ a: utf8('hello') });
});

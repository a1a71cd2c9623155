// Properties that hold no others have one document, whichever way it is written.

import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { SuperJSON } from 'superjson';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json } from '../../src/codec/canonical-json.js';
import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import { equalValues } from '../../src/codec/equal-values.js';
import { flatDocument } from '../../src/codec/flat-document.js';
import { utf8 } from '../../src/bytes.js';

const superjson = new SuperJSON();
superjson.registerCustom<Uint8Array, string>(
  {
    isApplicable: (value): value is Uint8Array => value instanceof Uint8Array,
    serialize: (bytes) => Buffer.from(bytes).toString('base64'),
    deserialize: (text) => Buffer.from(text, 'base64'),
  },
  'bytes',
);

/** The document as superjson itself has it, canonically spelled. */
function documentOf(plain: object): string {
  const { json, meta } = superjson.serialize(plain);
  const values = meta?.values as Json | undefined;
  return canonicalJson({
    json: json as Json,
    ...(values === undefined ? {} : { meta: { v: 1, values } }),
  });
}

const name = fc
  .stringMatching(/^[A-Za-z0-9_$-]{1,6}$/)
  .filter((text) => !/^(constructor|prototype)$/.test(text));
const value = fc.oneof(
  fc.constant(null),
  fc.constantFrom(
    true,
    false,
    0,
    -0,
    NaN,
    Infinity,
    -Infinity,
    1e21,
    5e-324,
    2 ** 53,
    '',
    '"\\\u0000\u2028',
    '😀',
  ),
  fc.double(),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 9 }),
  fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
);
const properties = fc.dictionary(name, value, { maxKeys: 8 }).map((plain) => ({ ...plain }));

describe('properties that hold no others', () => {
  it('have the document that superjson gives them', () => {
    fc.assert(
      fc.property(properties, (plain) => {
        // superjson keeps a Buffer apart from other bytes only by its prototype.
        const bytes = Object.entries(plain).map(([key, one]) => [
          key,
          one instanceof Uint8Array ? Uint8Array.from(one) : one,
        ]);
        expect(flatDocument(plain)).toBe(documentOf(Object.fromEntries(bytes) as object));
      }),
      { numRuns: 3000 },
    );
  });

  it('read back as they were', () => {
    fc.assert(
      fc.property(properties, (plain) => {
        expect(equalValues(canonicalSuperjson.decode(utf8(flatDocument(plain)!)), plain)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('may be undefined, and are left out', () => {
    expect(flatDocument({ b: undefined, a: 1 })).toBe('{"json":{"a":1}}');
  });
});

class Child extends Date {}
const withExtra = Object.assign(new Date(0), { zone: 'UTC' });

describe('left to the general way is', () => {
  it.each<[string, object]>([
    ['an array', { a: [] }],
    ['an object', { a: {} }],
    ['a Map', { a: new Map() }],
    ['a URL', { a: new URL('https://example.org') }],
    ['a RegExp', { a: /a/ }],
    ['an invalid Date', { a: new Date(NaN) }],
    ['a Date with a property', { a: withExtra }],
    ['a subclass of Date', { a: new Child(0) }],
    ['a Date of another realm', { a: runInNewContext('new Date(0)') as unknown }],
    ['bytes of another realm', { a: runInNewContext('new Uint8Array(1)') as unknown }],
    ['a lone surrogate', { a: '\ud800' }],
    ['a function', { a: () => 1 }],
    ['a symbol', { a: Symbol('a') }],
    ['a name with a dot', { 'a.b': 1 }],
    ['an empty name', { '': 1 }],
    ['a name that reaches into prototypes', { constructor: 1 }],
    ['a property named by a symbol', { [Symbol('a')]: 1 }],
    ['an instance', new (class A {})()],
    ['an object without prototype', Object.create(null) as object],
  ])('%s', (_, plain) => {
    expect(flatDocument(plain as Record<string, unknown>)).toBeUndefined();
  });
});

// Codec 1 on payloads that it never wrote: each is refused as UNREADABLE_RECORD, and nothing leaks into prototypes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { toHex, utf8 } from '../../src/bytes.js';
import { canonicalJson, type Json } from '../../src/codec/canonical-json.js';
import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import { PAYLOAD_CASES } from './cases/payload-cases.js';
import { codeOf, codeOfError, messageOf } from './code-of.js';

const decode = (payload: string | Uint8Array): unknown =>
  canonicalSuperjson.decode(typeof payload === 'string' ? utf8(payload) : payload);
const annotated = (json: Json, values: Json): string => canonicalJson({ json, meta: { v: 1, values } });

describe('spelling', () => {
  test.each<[string, string]>([
    ['nothing', ''],
    ['not JSON', '{"json":{}'],
    ['something after it', '{"json":{}}x'],
    ['a byte order mark', '\ufeff{"json":{}}'],
    ['white space', '{"json": {}}'],
    ['a line end', '{"json":{}}\n'],
    ['names out of order', '{"json":{"b":1,"a":2}}'],
    ['names that look like numbers in numeric order', '{"json":{"9":1,"10":2}}'],
    ['a name twice', '{"json":{"a":1,"a":1}}'],
    ['a number with an exponent it does not need', '{"json":{"a":1e2}}'],
    ['a number with a fraction it does not need', '{"json":{"a":1.0}}'],
    ['a bare -0', '{"json":{"a":-0}}'],
    ['a number beyond a double', '{"json":{"a":1e400}}'],
    ['an escape it does not need', '{"json":{"a":"\\u0061"}}'],
    ['an escaped slash', '{"json":{"a":"\\/"}}'],
    ['an escaped surrogate pair', '{"json":{"a":"\\ud83d\\ude00"}}'],
    ['an escaped lone surrogate', '{"json":{"a":"\\ud800"}}'],
    ['an escaped lone surrogate in a name', '{"json":{"\\ud800":1}}'],
    ['an escaped lone surrogate in a list', '{"json":{"a":[["\\udc00"]]}}'],
    [
      'an escaped lone surrogate in an annotation',
      '{"json":{"a":"1"},"meta":{"v":1,"values":{"\\ud800":["bigint"]}}}',
    ],
  ])('%s', (_, text) => {
    expect(codeOf(() => decode(text))).toBe('UNREADABLE_RECORD');
  });

  test('bytes that are not UTF-8', () => {
    expect(codeOf(() => decode(Uint8Array.of(0x7b, 0xff, 0x7d)))).toBe('UNREADABLE_RECORD');
  });

  test('text that looks like an escaped surrogate is text', () => {
    expect(decode('{"json":{"a":"\\\\ud800"}}')).toEqual({ a: '\\ud800' });
  });
});

describe('members', () => {
  test.each<[string, Json]>([
    ['null', null],
    ['a list', []],
    ['a text', 'json'],
    ['no json', {}],
    ['json that is a list', { json: [] }],
    ['json that is null', { json: null }],
    ['another member', { json: {}, more: 1 }],
    ['another member beside meta', { json: {}, meta: { v: 1, values: { a: ['Date'] } }, more: 1 }],
    ['an empty meta', { json: {}, meta: {} }],
    ['a meta that is null', { json: {}, meta: null }],
    ['a meta without version', { json: { a: '1' }, meta: { values: { a: ['bigint'] } } }],
    [
      'a meta of version 0, whose paths mean something else',
      { json: { a: '1' }, meta: { v: 0, values: { a: ['bigint'] } } },
    ],
    ['a meta of version 2', { json: { a: '1' }, meta: { v: 2, values: { a: ['bigint'] } } }],
    ['a meta without values', { json: {}, meta: { v: 1 } }],
    [
      'referential equalities',
      { json: { a: {}, b: {} }, meta: { v: 1, referentialEqualities: { a: ['b'] } } },
    ],
    [
      'referential equalities beside values',
      {
        json: { a: '1', b: '1' },
        meta: { v: 1, values: { a: ['bigint'] }, referentialEqualities: { a: ['b'] } },
      },
    ],
  ])('%s', (_, document) => {
    expect(codeOf(() => decode(canonicalJson(document)))).toBe('UNREADABLE_RECORD');
  });
});

describe('annotations outside the grammar', () => {
  const json: Json = { a: '1', b: { c: '2' }, s: ['1'], m: [['k', '1']], l: ['1'] };
  test('(the document itself is fine)', () => {
    expect(decode(annotated(json, { a: ['bigint'], s: ['set', { '0': ['bigint'] }] }))).toMatchObject({
      a: 1n,
      s: new Set([1n]),
    });
  });

  test.each<[string, Json]>([
    ['none', {}],
    ['a list', [['bigint']]],
    ['a text', 'bigint'],
    ['null', null],
    ['a type of its own at the root', ['bigint']],
    ['a type that is not in a list', { a: 'bigint' }],
    ['an empty list', { a: [] }],
    ['an unknown type', { a: ['BigInt'] }],
    ['undefined', { a: ['undefined'] }],
    ['an Error', { b: ['Error'] }],
    ['a typed array', { s: [['typed-array', 'Int8Array']] }],
    ['a symbol', { a: [['symbol', 'a']] }],
    ['a class', { b: [['class', 'Account']] }],
    ['another custom type', { a: [['custom', 'Decimal']] }],
    ['a custom type without name', { a: [['custom']] }],
    ['a custom type with more', { a: [['custom', 'bytes', 1]] }],
    ['three elements', { s: ['set', { '0': ['bigint'] }, 1] }],
    ['nested under what holds nothing', { a: ['bigint', { '0': ['bigint'] }] }],
    ['nothing nested', { s: ['set', {}] }],
    ['nested that is a list', { s: ['set', []] }],
    ['nested that is wrong', { s: ['set', { '0': ['BigInt'] }] }],
    ['a path that ends in a backslash', { 'a\\': ['bigint'] }],
    ['a path with a needless escape', { '\\a': ['bigint'] }],
    ['a path through an annotated place', { s: ['set'], 's.0': ['bigint'] }],
    ['a place above an annotated one', { 's.0': ['bigint'], s: ['set'] }],
    ['no such property', { z: ['bigint'] }],
    ['no such element', { 's.1': ['bigint'] }],
    ['an element by another spelling', { 's.00': ['bigint'] }],
    ['the length of a list', { 's.length': ['bigint'] }],
    ['a member of a text', { 'a.0': ['bigint'] }],
    ['an inherited property', { 'b.toString': ['bigint'] }],
    ['__proto__', { '__proto__.polluted': ['bigint'] }],
    ['constructor', { 'b.constructor.prototype': ['bigint'] }],
  ])('%s', (_, values) => {
    expect(codeOf(() => decode(annotated(json, values)))).toBe('UNREADABLE_RECORD');
  });
});

describe('values that are not what is claimed', () => {
  test.each<[string, Json, Json]>([
    ['bigint', '', ['bigint']],
    ['bigint', '01', ['bigint']],
    ['bigint', '-0', ['bigint']],
    ['bigint', '+1', ['bigint']],
    ['bigint', ' 1', ['bigint']],
    ['bigint', '0x10', ['bigint']],
    ['bigint', '1.5', ['bigint']],
    ['bigint', 1, ['bigint']],
    ['bigint', null, ['bigint']],
    ['bytes', 'AA', [['custom', 'bytes']]],
    ['bytes', 'AB==', [['custom', 'bytes']]],
    ['bytes', 'A-_=', [['custom', 'bytes']]],
    ['bytes', [1], [['custom', 'bytes']]],
    ['Date', '2024-02-30T00:00:00.000Z', ['Date']],
    ['Date', '2024-02-29', ['Date']],
    ['Date', '2024-02-29T00:00:00Z', ['Date']],
    ['Date', '2024-02-29T00:00:00.000+00:00', ['Date']],
    ['Date', 'yesterday', ['Date']],
    ['Date', 0, ['Date']],
    ['number', '1', ['number']],
    ['number', 'nan', ['number']],
    ['number', 1, ['number']],
    ['regexp', '/(/', ['regexp']],
    ['regexp', '/a/gg', ['regexp']],
    ['regexp', '//', ['regexp']],
    ['regexp', 'a', ['regexp']],
    ['regexp', '/', ['regexp']],
    ['URL', 'not a url', ['URL']],
    ['URL', '/relative', ['URL']],
    ['set', 'a', ['set']],
    ['set', { '0': 1 }, ['set']],
    ['set', [1, 1], ['set']],
    ['set', ['1', '1'], ['set', { '0': ['bigint'], '1': ['bigint'] }]],
    ['map', [1], ['map']],
    ['map', [[1]], ['map']],
    ['map', [[1, 2, 3]], ['map']],
    [
      'map',
      [
        [1, 2],
        [1, 3],
      ],
      ['map'],
    ],
    ['map', { a: 1 }, ['map']],
    ['map', [['a', 'b']], ['map', { '0': ['set'] }]],
  ])('%s %j', (_, json, annotation) => {
    expect(codeOf(() => decode(annotated({ a: json }, { a: annotation })))).toBe('UNREADABLE_RECORD');
  });
});

describe('prototypes', () => {
  test.each(['__proto__', 'constructor', 'prototype'])(
    'a property named %s is refused at any depth',
    (name) => {
      for (const text of [
        `{"json":{"${name}":{"polluted":1}}}`,
        `{"json":{"a":[{"${name}":{"polluted":1}}]}}`,
      ]) {
        expect(codeOf(() => decode(text))).toBe('UNREADABLE_RECORD');
      }
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
    },
  );
});

describe('limits', () => {
  const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  test('64 levels are read, 65 are not', () => {
    expect(codeOf(() => decode(`{"json":${nested(64)}}`))).toBe('nothing');
    expect(messageOf(() => decode(`{"json":${nested(65)}}`))).toMatch(/deeper than 64 levels/);
  });

  test('nesting far beyond the call stack is refused like any other, in json and in meta', () => {
    for (const text of [
      `{"json":${nested(500_000)}}`,
      `{"json":{},"meta":${nested(500_000)}}`,
      '['.repeat(1_000_000),
    ]) {
      expect(codeOf(() => decode(text))).toBe('UNREADABLE_RECORD');
    }
  });

  test('annotations as deep as what they annotate are read', () => {
    let value: unknown = 1n;
    for (let level = 0; level < 63; level++) value = new Set([value]);
    const bytes = canonicalSuperjson.encode({ value });
    expect(codeOf(() => canonicalSuperjson.decode(bytes))).toBe('nothing');
  });

  test('more than 4 MiB are refused before they are looked at', () => {
    expect(messageOf(() => decode(new Uint8Array(4 * 1024 * 1024 + 1)))).toMatch(/it has 4194305 bytes/);
  });
});

test('any change of one character of any fixture: refused, or another value', () => {
  const texts = PAYLOAD_CASES.map(({ plain }) => new TextDecoder().decode(canonicalSuperjson.encode(plain)));
  const char = fc.constantFrom(
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\',
    '0',
    '1',
    'a',
    '.',
    '-',
    '/',
    'T',
    ' ',
    '',
  );
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.nat(), char, (text, seed, replacement) => {
      const at = seed % text.length;
      const changed = text.slice(0, at) + replacement + text.slice(at + 1);
      let value: Record<string, unknown>;
      try {
        value = canonicalSuperjson.decode(utf8(changed));
      } catch (error) {
        expect(codeOfError(error)).toBe('UNREADABLE_RECORD');
        return;
      }
      // Only how a RegExp or URL writes itself may differ from what was read.
      if (/"(regexp|URL)"/.test(changed)) return;
      expect(toHex(canonicalSuperjson.encode(value))).toBe(toHex(utf8(changed)));
    }),
    { numRuns: 5000 },
  );
});

// What goes into documents and what is asked of them, before anything is sent.

import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  documentReceived,
  documentToSend,
  MAX_DOCUMENT_DEPTH,
} from '../../../src/client/documents/document-content.js';
import type { DocumentClient } from '../../../src/client/documents/document-client.js';
import { queryToSend, type DocumentSearch } from '../../../src/client/documents/query.js';
import { toWireQuery } from '../../../src/client/documents/wire-query.js';
import { sameValue } from '../../../src/client/documents/same-document.js';
import { ImmuError } from '../../../src/errors.js';
import type { DocumentObject } from '../../../src/proof/index.js';
import { Struct } from '../../../src/wire/google/protobuf/struct.js';
import { ComparisonOperator } from '../../../src/wire/immudb/model/document.js';
import { naiveField } from '../../proof/naive-documents.js';

const document = (value: unknown) => ({ a: { list: [0, value] } }) as unknown as DocumentObject;

describe('a document to send', () => {
  const refused: [string, unknown, RegExp][] = [
    ['a bigint', 1n, /no bigint/],
    ['an integer whose digits are lost', 2 ** 53, /9007199254740992 is an integer beyond 2\^53/],
    ['a negative one', -(2 ** 60), /beyond 2\^53/],
    ['no number', Number.NaN, /NaN is no number/],
    ['infinity', Infinity, /Infinity is no number/],
    ['a date', new Date(0), /what JSON does/],
    ['bytes', new Uint8Array(1), /what JSON does/],
    ['a map', new Map(), /what JSON does/],
    ['a function', () => 1, /what JSON does/],
    ['nothing in a list', undefined, /what JSON does/],
    ['half a character', '\udc00', /surrogate/],
    ['half a character as a name', { '\ud800': 1 }, /surrogate/],
    ['a prototype', JSON.parse('{ "__proto__": {} }'), /cannot be called __proto__/],
  ];
  it.each(refused)('cannot hold %s, and the field is named', (_, value, message) => {
    let error: unknown;
    try {
      documentToSend(document(value));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ImmuError);
    expect(error).toMatchObject({ code: 'VALUE_REFUSED' });
    expect((error as ImmuError).message).toMatch(message);
    expect((error as ImmuError).details.field).toMatch(/^a\.list\[1\]/);
  });

  it('is a plain object', () => {
    for (const wrong of [null, [], 'text', 7, new (class A {})()])
      expect(() => documentToSend(wrong as unknown as DocumentObject)).toThrow(/plain object/);
    expect(documentToSend(Object.assign(Object.create(null) as object, { a: 1 }))).toEqual({ a: 1 });
  });

  it('is a copy, without what is undefined', () => {
    const given = { a: { b: [1] }, gone: undefined } as unknown as DocumentObject;
    const sent = documentToSend(given);
    expect(sent).toEqual({ a: { b: [1] } });
    expect(Object.keys(sent)).toEqual(['a']);
    (given.a as { b: number[] }).b[0] = 2;
    expect(sent).toEqual({ a: { b: [1] } });
  });

  it('takes large numbers that can be no integers of 64 bits', () => {
    const numbers = { avogadro: 6.02e23, least: -(2 ** 63), safe: Number.MAX_SAFE_INTEGER };
    expect(documentToSend(numbers)).toEqual(numbers);
  });

  it('is as deep as a search can read', () => {
    let inner: unknown = {};
    for (let level = 1; level < MAX_DOCUMENT_DEPTH; level++) inner = { inner };
    expect(documentToSend(inner as DocumentObject)).toEqual(inner);
    expect(() => documentToSend({ inner } as DocumentObject)).toThrow(/30 deep/);
    const circular: { self?: unknown } = {};
    circular.self = circular;
    expect(() => documentToSend(circular as DocumentObject)).toThrow(/30 deep/);
  });
});

describe('a document received', () => {
  it('is plain objects, whatever a server calls their fields', () => {
    const wire = Struct.unwrap(
      Struct.decode(naiveField('in', JSON.parse('{ "__proto__": { "admin": true }, "b": [{}] }'))),
    );
    const received = documentReceived(wire).in as DocumentObject & { admin?: boolean };
    expect(Object.getPrototypeOf(received)).toBe(Object.prototype);
    expect(received.admin).toBeUndefined();
    expect(Object.entries(received)).toEqual([
      ['b', [{}]],
      ['__proto__', { admin: true }],
    ]);
  });
});

describe('two documents', () => {
  const a = { n: 1, list: [1, { b: null }], text: 'x' };

  it('are the same in any order of their fields', () => {
    expect(sameValue(a, { text: 'x', list: [1, { b: null }], n: 1 })).toBe(true);
  });

  it.each([
    [{ ...a, more: null }],
    [{ n: 1, list: [1, { b: null }] }],
    [{ ...a, list: [{ b: null }, 1] }],
    [{ ...a, list: [1, { b: null }, null] }],
    [{ ...a, list: { 0: 1, 1: { b: null } } }],
    [{ ...a, n: '1' }],
    [{ ...a, text: null }],
    [{ n: 1, list: [1, { c: null }], text: 'x' }],
  ] as DocumentObject[][])('differ in %j', (b) => {
    expect(sameValue(a, b)).toBe(false);
    expect(sameValue(b, a)).toBe(false);
  });

  it('differ in the sign of zero, and in what only a prototype has', () => {
    expect(sameValue({ n: 0 }, { n: -0 })).toBe(false);
    expect(sameValue({ toString: 1 }, { valueOf: 1 })).toBe(false);
  });
});

describe('a query', () => {
  it('is alternatives of comparisons', () => {
    const given = {
      where: [{ a: 1, 'b.c': { ge: 2, ne: null } }, { d: { like: 'x%' } }],
      orderBy: ['a', { field: 'b.c', desc: true }],
      limit: 7,
    };
    expect(toWireQuery(queryToSend('c', given))).toEqual({
      collectionName: 'c',
      expressions: [
        {
          fieldComparisons: [
            { field: 'a', operator: ComparisonOperator.EQ, value: 1 },
            { field: 'b.c', operator: ComparisonOperator.GE, value: 2 },
            { field: 'b.c', operator: ComparisonOperator.NE, value: null },
          ],
        },
        { fieldComparisons: [{ field: 'd', operator: ComparisonOperator.LIKE, value: 'x%' }] },
      ],
      orderBy: [
        { field: 'a', desc: false },
        { field: 'b.c', desc: true },
      ],
      limit: 7,
    });
    expect(toWireQuery(queryToSend('c', {})).expressions).toEqual([]);
    expect(toWireQuery(queryToSend('c', { where: [{ a: 1 }, {}] })).expressions).toEqual([]);
  });

  it.each<[unknown, RegExp]>([
    [{ where: [] }, /empty list/],
    [{ where: { a: undefined } }, /undefined/],
    [{ where: { a: { eq: undefined } } }, /undefined/],
    [{ where: { a: { equals: 1 } } }, /no comparison of field "a": eq, ne/],
    [{ where: { a: { constructor: 1 } } }, /no comparison/],
    [{ where: { a: [1] } }, /no comparison/],
    [{ where: { a: 1n } }, /no bigint/],
    [{ where: { a: { eq: {} } } }, /what JSON does/],
    [{ where: { 'a b': 1 } }, /name of a declared field/],
    [{ orderBy: ['1a'] }, /name of a declared field/],
    [{ limit: 0 }, /limit/],
    [{ limit: 2 ** 32 }, /limit/],
  ])('is refused where it says nothing clear (%#)', (query, message) => {
    expect(() => queryToSend('c', query as DocumentSearch)).toThrow(message);
  });

  it('of a change must name the documents, and values have types', () => {
    type Change = Parameters<DocumentClient['delete']>[1];
    // @ts-expect-error: left out, it would be all documents
    const none: Change = { limit: 1 };
    // @ts-expect-error: a document is no value to compare with
    const nested: DocumentSearch = { where: { a: { eq: {} } } };
    // @ts-expect-error: documents hold no bigint
    const big: DocumentObject = { a: 1n };
    expect([none, nested, big]).toHaveLength(3);
    expectTypeOf<Change>().toExtend<DocumentSearch>();
  });
});

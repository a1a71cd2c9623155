// Which index answers a query, what is refused, and which keys are asked for, byte by byte.

import { describe, expect, it } from 'vitest';
import { Entity, Id, Property } from 'immurepo';
import { concatBytes, toHex, utf8 } from '../../../src/bytes.js';
import { entitySchemas } from '../../../src/entity/entity-set.js';
import { Index } from '../../../src/entity/index-decorator.js';
import { isEmptyRange } from '../../../src/repository/query/key-range.js';
import { orderPlanOf, planOf } from '../../../src/repository/query/plan.js';
import { Book } from './library.js';

@Entity({ name: 'plain' })
class Plain {
  @Id() id!: string;
  @Property() name!: string;
}

@Entity({ name: 'many' })
@Index({ name: 'a-b-c', on: ['a', 'b', 'c'] })
@Index({ name: 'a-b', on: ['a', 'b'] })
@Index({ name: 'b-a', on: ['b', 'a'], unique: true })
class Many {
  @Id() id!: string;
  @Property() a!: number;
  @Property() b!: number;
  @Property() c!: number;
  @Index() yes!: boolean;
}

const schemas = entitySchemas([Plain, Many, Book]);
const book = schemas.of(Book);
const many = schemas.of(Many);
const nameOf = (where: unknown, orderedBy?: string) => planOf(many, where, orderedBy).index.name;

describe('the index', () => {
  it('is the one with the fewest other properties, a unique one first if every value of it is given', () => {
    expect(nameOf({ a: 1 })).toBe('a-b');
    expect(nameOf({ a: 1, b: 2 })).toBe('b-a');
    expect(nameOf({ b: 2, a: 1 })).toBe('b-a');
    expect(nameOf({ a: 1, b: { gt: 2 } })).toBe('a-b');
    expect(nameOf({ b: 2, a: { gt: 1 } })).toBe('b-a');
    expect(nameOf({ a: 1, b: 2, c: { lte: 3 } })).toBe('a-b-c');
    expect(nameOf({ b: 1 })).toBe('b-a');
  });

  it('has the order that is asked for', () => {
    expect(nameOf({ a: 1 }, 'b')).toBe('a-b');
    expect(nameOf({ a: 1 }, 'a')).toBe('a-b');
    expect(nameOf({ a: 1, b: 2 }, 'c')).toBe('a-b-c');
    expect(nameOf({ a: { gt: 1 } }, 'a')).toBe('a-b');
    expect(() => nameOf({ a: { gt: 1 } }, 'b')).toThrow(/in the order of b/);
    expect(orderPlanOf(many, 'a').index.name).toBe('a-b');
    expect(() => orderPlanOf(many, 'c')).toThrow(TypeError);
  });

  it('is looked up by one key where every value of a unique one is given, and only there', () => {
    expect(planOf(many, { a: 1, b: 2 }).uniqueKey).toBeDefined();
    for (const where of [{ b: 2 }, { a: { gte: 1 }, b: 2 }, { b: { gte: 2 } }])
      expect(planOf(many, where).uniqueKey).toBeUndefined();
    const key = planOf(book, { isbn: 'x' }).uniqueKey!;
    expect(toHex(key)).toBe(`e10300${toHex(utf8('book\0isbn\0@x\0'))}`);
  });

  it.each([
    [{ c: 1 }],
    [{ a: 1, c: 1 }],
    [{ a: { gt: 1 }, b: 1, c: 1 }],
    [{ a: { gt: 1 }, b: { gt: 1 } }],
    [{ yes: true, a: 1 }],
    [{ id: 'x' }],
    [{ unknown: 1 }],
    [JSON.parse('{"__proto__": 1}')],
  ])('is none for %j: the error names the properties, the indexes there are, and the remedy', (where) => {
    expect(() => planOf(many, where)).toThrow(TypeError);
    for (const property of Object.keys(where as object)) expect(() => planOf(many, where)).toThrow(property);
    expect(() => planOf(many, where)).toThrow(/"b-a" \(b, a; unique\).*@Index\(/s);
  });

  it('is none where none is declared', () => {
    expect(() => planOf(schemas.of(Plain), { name: 'x' })).toThrow(
      'No index of Plain answers a query by name. An index answers equalities on its first properties and one range on the ' +
        'next. There is none: put @Index() on name, or change the query.',
    );
  });
});

describe('what says nothing, or what no index can hold, is refused by name', () => {
  it.each([
    [undefined, /"where" must name at least one property and is undefined/],
    [null, /and is null/],
    [{}, /an empty object/],
    ['isbn', /is string/],
    [[], /an array/],
    [new Book(), /an instance of Book/],
    [{ isbn: undefined }, /Book\.isbn is undefined.*never matches everything/s],
    [{ isbn: null }, /Book\.isbn is null/],
    [{ isbn: {} }, /Book\.isbn: its range has no bound/],
    [{ isbn: { gte: undefined } }, /Book\.isbn gte is undefined/],
    [{ isbn: { startsWith: undefined } }, /startsWith must be a string, not undefined/],
    [{ isbn: { gte: 'a', lt: null } }, /Book\.isbn lt is null/],
    [{ isbn: { equals: 'a' } }, /unknown bound "equals"/],
    [{ isbn: { gte: 'a', gt: 'b' } }, /gte or gt, not both/],
    [{ isbn: { lte: 'a', lt: 'b' } }, /lte or lt, not both/],
    [{ isbn: { gte: 'a', lt: 1 } }, /different types/],
    [{ isbn: { startsWith: 'a', lt: 1n } }, /different types/],
    [{ isbn: { startsWith: 1 } }, /startsWith must be a string, not number/],
    [{ isbn: ['a', 'b'] }, /Book\.isbn must be a string.*not an array/s],
    [{ isbn: new Map() }, /not an instance of Map/],
    [{ isbn: () => true }, /not function/],
    [{ author: 'x', year: Number.NaN }, /Book\.year is NaN/],
    [{ author: 'x', year: { gt: Number.NaN } }, /Book\.year gt is NaN/],
    [{ author: 'x', year: { lt: Number.POSITIVE_INFINITY } }, /Book\.year lt is Infinity/],
    [{ isbn: new Date(Number.NaN) }, /Book\.isbn is an invalid Date/],
  ])('%o', (where, text) => {
    expect(() => planOf(book, where)).toThrow(TypeError);
    expect(() => planOf(book, where)).toThrow(text);
  });

  it('a lone surrogate and a bigint that is too long by the code of a refused value', () => {
    for (const isbn of ['\ud800', { startsWith: 'x\udc00' }, 1n << 1000n])
      expect(() => planOf(book, { isbn })).toThrow(expect.objectContaining({ code: 'VALUE_REFUSED' }));
    expect(() => planOf(book, { isbn: '\ud800' })).toThrow(/Book\.isbn/);
  });
});

describe('the keys', () => {
  const { prefix } = book.indexes.find(({ name }) => name === 'isbn')!.keys;
  /** The bounds after the prefix of the index, in hexadecimal. */
  const bounds = (isbn: unknown) => {
    const { low, high } = planOf(book, { isbn }).range;
    return [low, high].map((bound) => {
      expect(toHex(bound.subarray(0, prefix.length))).toBe(toHex(prefix));
      return toHex(bound.subarray(prefix.length));
    });
  };

  it.each([
    ['a', '406100', '406100ff'],
    ['', '4000', '4000ff'],
    [{ gte: 'a' }, '406100', '41'],
    [{ gt: 'a' }, '406100ff', '41'],
    [{ lte: 'a' }, '40', '406100ff'],
    [{ lt: 'a' }, '40', '406100'],
    [{ gt: 'a', lte: 'b' }, '406100ff', '406200ff'],
    [{ startsWith: 'a' }, '4061', '4062'],
    [{ startsWith: '' }, '40', '41'],
    [{ startsWith: 'a\0' }, '406100ff', '406101'],
    [{ startsWith: '\u{10ffff}' }, '40f48fbfbf', '40f48fbfc0'],
    [{ startsWith: 'ab', gte: 'abc', lt: 'x' }, '4061626300', '406163'],
    [{ gt: false }, '10ff', '12'],
    [{ lte: true }, '10', '11ff'],
    [{ gte: 0 }, '208000000000000000', '21'],
    [{ gte: -0 }, '208000000000000000', '21'],
    [{ lt: 0n }, '28', '2880'],
    [{ gt: new Date(-1) }, '307fffffffffffffffff', '31'],
    [{ lte: Uint8Array.of(255, 255) }, '50', '50ffff00ff'],
    [{ gt: Uint8Array.of() }, '5000ff', '51'],
  ])('of %o', (isbn, low, high) => {
    expect(bounds(isbn)).toEqual([low, high]);
  });

  it('follow the values that are equal', () => {
    const { range, index } = planOf(book, { year: { gte: 1, lt: 2 }, author: 'ann' });
    const equal = toHex(concatBytes(index.keys.prefix, utf8('@ann\0')));
    expect(toHex(range.prefix)).toBe(equal);
    expect(toHex(range.low)).toBe(`${equal}20bff0000000000000`);
    expect(toHex(range.high)).toBe(`${equal}20c000000000000000`);
  });

  it('are none between bounds that leave nothing', () => {
    for (const isbn of [
      { gt: 'a', lt: 'a' },
      { gte: 'b', lte: 'a' },
      { startsWith: 'a', gte: 'b' },
    ])
      expect(isEmptyRange(planOf(book, { isbn }).range)).toBe(true);
    expect(isEmptyRange(planOf(book, { isbn: { gte: 'a', lte: 'a' } }).range)).toBe(false);
  });

  it('are no longer than keys can be', () => {
    const left = 1_023 - prefix.length;
    for (const length of [left - 3, left - 2, left - 1, left, 5_000]) {
      const { range } = planOf(book, { isbn: 'x'.repeat(length) });
      for (const bytes of [range.prefix, range.low, range.high])
        expect(bytes.length).toBeLessThanOrEqual(1_023);
      expect(isEmptyRange(range)).toBe(length > left - 2);
    }
  });
});

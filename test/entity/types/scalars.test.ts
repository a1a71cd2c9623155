// Values that are stored as they are: what is one, what is refused and how, and what texts make one.
import { describe, expect, test } from 'vitest';

import type { PropertyType } from '../../../src/entity/property-type.js';
import { t } from '../../../src/entity/types/t.js';
import { codeOf, messageOf } from '../../codec/code-of.js';
import { thingOf } from '../thing-of.js';

interface ScalarCase {
  readonly type: PropertyType;
  readonly name: string;
  readonly values: readonly unknown[];
  /** Of other types. */
  readonly others: readonly unknown[];
  readonly texts: readonly (readonly [text: unknown, value: unknown])[];
  readonly noTexts: readonly unknown[];
}

const SCALARS: Readonly<Record<string, ScalarCase>> = {
  string: {
    type: t.string(),
    name: 'a string',
    values: ['', 'a', '中😀'],
    others: [1, 1n, null, {}, ['a'], Object('a')],
    texts: [
      ['', ''],
      [' 1', ' 1'],
    ],
    noTexts: [1, true, null, {}, ['a']],
  },
  number: {
    type: t.number(),
    name: 'a number',
    values: [0, -0, 1.5, NaN, Infinity, -Infinity],
    others: ['1', 1n, null, true, Object(1)],
    texts: [
      ['0', 0],
      ['-0', -0],
      ['1e3', 1000],
      ['-1.5E-2', -0.015],
      ['.5', 0.5],
      ['5.', 5],
      [1.5, 1.5],
    ],
    noTexts: [
      '',
      ' 1',
      '1 ',
      '+1',
      '0x10',
      '1_000',
      '1,5',
      'NaN',
      'Infinity',
      '1e999',
      '-1e999',
      1n,
      true,
      null,
    ],
  },
  bigint: {
    type: t.bigint(),
    name: 'a bigint',
    values: [0n, -1n, 10n ** 300n],
    others: [1, '1', null, {}],
    texts: [
      ['0', 0n],
      ['-0', 0n],
      ['007', 7n],
      [`-1${'0'.repeat(300)}`, -(10n ** 300n)],
      [2 ** 53 - 1, 9_007_199_254_740_991n],
    ],
    noTexts: ['', ' 1', '+1', '1.0', '1e3', '1n', '0x10', '٣', 1.5, 2 ** 53, NaN, true, null],
  },
  boolean: {
    type: t.boolean(),
    name: 'a boolean',
    values: [true, false],
    others: [0, 'true', null],
    texts: [
      ['true', true],
      ['false', false],
      [true, true],
    ],
    noTexts: ['', 'True', ' true', 'yes', '1', 0, null],
  },
  date: {
    type: t.date(),
    name: 'a Date',
    values: [new Date(0), new Date(8.64e15)],
    others: [0, '2030-01-01', null, {}],
    texts: [
      ['2030-02-28', new Date('2030-02-28')],
      ['2028-02-29', new Date('2028-02-29')],
      ['2030-01-02T03:04Z', new Date(Date.UTC(2030, 0, 2, 3, 4))],
      ['2030-01-02T03:04:05.6+01:30', new Date(Date.UTC(2030, 0, 2, 1, 34, 5, 600))],
      ['0000-01-01T00:00:00.000Z', new Date('0000-01-01T00:00:00.000Z')],
    ],
    noTexts: [
      '',
      ' 2030-01-01',
      '2030',
      '2030-02-29',
      '2030-02-30',
      '2030-02-30T00:00Z',
      '2030-04-31',
      '2030-00-01',
      '2030-13-01',
      '2030-01-32',
      '2030-01-00T00:00Z',
      '2030-01-01T25:00Z',
      '2030-01-01T00:00',
      '2030-01-01 00:00Z',
      '01/02/2030',
      0,
      null,
    ],
  },
  bytes: {
    type: t.bytes(),
    name: 'a Uint8Array',
    values: [new Uint8Array(), Uint8Array.of(0, 255), Buffer.from('a')],
    others: ['AA==', [1], new ArrayBuffer(1), new Uint16Array(1), null],
    texts: [
      ['', new Uint8Array()],
      ['AP8=', Uint8Array.of(0, 255)],
      ['+/+/', Uint8Array.of(0xfb, 0xff, 0xbf)],
    ],
    noTexts: ['AP8', 'AP9=', '-_-_', ' AP8=', 'AP8=\n', 'nötig', 1, null],
  },
  url: {
    type: t.url(),
    name: 'a URL',
    values: [new URL('https://example.com/a?b#c')],
    others: ['https://example.com/', null, {}],
    texts: [
      ['https://example.com', new URL('https://example.com/')],
      ['urn:isbn:1', new URL('urn:isbn:1')],
    ],
    noTexts: ['', '/a', 'example.com', 'http://', 1, null],
  },
  regExp: {
    type: t.regExp(),
    name: 'a RegExp',
    values: [/a/giu],
    others: ['/a/', null, {}],
    texts: [
      ['/a/', /a/],
      ['/a\\/b/gi', /a\/b/gi],
      ['/a\nb/', new RegExp(['a', 'b'].join('\n'))],
    ],
    noTexts: ['', 'a', '/a', '//', '/(/', '/a/zz', '/a/gg', 1, null],
  },
};

describe.each(Object.entries(SCALARS))('t.%s', (_, { type, name, values, others, texts, noTexts }) => {
  const thing = thingOf(type);

  test.each(values)('%o is stored as it is, and read back', (value) => {
    expect(thing.store(value)).toBe(value);
    expect(thing.read(value)).toBe(value);
    expect(thing.ofText(value)).toBe(value);
  });

  test.each(others)('%o is refused on saving, and unreadable if it is stored', (other) => {
    expect(codeOf(() => thing.store(other))).toBe('VALUE_REFUSED');
    expect(messageOf(() => thing.store(other))).toMatch(`Thing.value must be ${name}, not `);
    expect(codeOf(() => thing.read(other))).toBe('UNREADABLE_RECORD');
    expect(messageOf(() => thing.read(other))).toMatch(`Thing.value must be ${name}, not `);
  });

  test.each(texts)('the text %o is %o', (text, value) => {
    expect(thing.ofText(text)).toStrictEqual(value);
  });

  test.each(noTexts)('the text %o is none', (text) => {
    expect(codeOf(() => thing.ofText(text))).toBe('VALUE_REFUSED');
    expect(messageOf(() => thing.ofText(text))).toMatch(`Thing.value must be ${name}`);
  });
});

test('the messages', () => {
  class Box {}
  const store = (value: unknown) => messageOf(() => thingOf(t.bigint()).store(value));
  expect(store('5')).toBe('Thing.value must be a bigint, not a string.');
  expect(store(null)).toBe('Thing.value must be a bigint, not null.');
  expect(store([])).toBe('Thing.value must be a bigint, not an array.');
  expect(store({})).toBe('Thing.value must be a bigint, not a plain object.');
  expect(store(Object.create(null))).toBe('Thing.value must be a bigint, not a plain object.');
  expect(store(new Box())).toBe('Thing.value must be a bigint, not an instance of Box.');
  expect(store(Object.create({ constructor: 1 }))).toBe('Thing.value must be a bigint, not an object.');
  expect(messageOf(() => thingOf(t.bigint()).read('5'))).toBe(
    'What is stored is not what is declared: Thing.value must be a bigint, not a string. If the declaration changed, read ' +
      'what was stored before it by an upcast: @Entity({ version, upcast }).',
  );
  const longText = 'x'.repeat(61);
  expect(messageOf(() => thingOf(t.number()).ofText(longText))).toBe(
    `Thing.value must be a number, and "${'x'.repeat(60)}…" is none.`,
  );
});

test('what is undefined is absent, whatever the type', () => {
  expect(thingOf(t.number()).store(undefined)).toBeUndefined();
});

test('t.any checks nothing', () => {
  const thing = thingOf(t.any());
  for (const value of [null, 1n, 'a', { a: [1] }]) {
    expect(thing.store(value)).toBe(value);
    expect(thing.read(value)).toBe(value);
    expect(thing.ofText(value)).toBe(value);
  }
});

test('only what an engine spells may be spelled anew', () => {
  const respelled = Object.entries(SCALARS).filter(([, { type }]) => thingOf(type).mayRespell);
  expect(respelled.map(([name]) => name)).toEqual(['url', 'regExp']);
});

test('a number that would be rounded is refused, saying to what', () => {
  const thing = thingOf(t.number());
  expect(messageOf(() => thing.ofText('9007199254740993'))).toBe(
    'Thing.value must be a number, and 9007199254740993 would be rounded to 9007199254740992: a bigint keeps all digits.',
  );
  expect(thing.ofText('9007199254740992')).toBe(2 ** 53);
  expect(thing.ofText('0.1')).toBe(0.1);
  expect(codeOf(() => thing.ofText('123456789012345678.5'))).toBe('VALUE_REFUSED');
});

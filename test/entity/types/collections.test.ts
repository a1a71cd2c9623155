// Types made of types: what they store, where an error says that something is wrong, and what texts make them.
import { describe, expect, test } from 'vitest';

import type { PropertyType } from '../../../src/entity/property-type.js';
import { t } from '../../../src/entity/types/t.js';
import { codeOf, messageOf } from '../../codec/code-of.js';
import { thingOf } from '../thing-of.js';

/** Another form of a value: a text, stored in lower case. */
const word = t.custom({
  name: 'a word',
  toStored: (text: string) => text.toLowerCase(),
  fromStored: (text: string) => text.toUpperCase(),
});

describe('an array', () => {
  const thing = thingOf(t.array(t.bigint()));

  test('is stored element by element, as an array of its own', () => {
    const value = [1n, 2n];
    expect(thing.store(value)).toEqual(value);
    expect(thing.store(value)).not.toBe(value);
    expect(thing.read([])).toEqual([]);
    expect(thingOf(t.array(word)).store(['A', 'b'])).toEqual(['a', 'b']);
    expect(thingOf(t.array(word)).read(['a'])).toEqual(['A']);
  });

  test('that is none, or has something else in it', () => {
    expect(messageOf(() => thing.store([1n, 2n, '3']))).toBe(
      'Thing.value[2] must be a bigint, not a string.',
    );
    expect(messageOf(() => thing.store(new Array(1)))).toBe(
      'Thing.value[0] must be a bigint, not undefined.',
    );
    for (const other of [new Set([1n]), { 0: 1n, length: 1 }, 'ab', null]) {
      expect(codeOf(() => thing.store(other))).toBe('VALUE_REFUSED');
      expect(codeOf(() => thing.read(other))).toBe('UNREADABLE_RECORD');
      expect(messageOf(() => thing.read(other))).toMatch('Thing.value must be an array of bigints, not ');
    }
    expect(messageOf(() => thing.read([1n, 2]))).toMatch('Thing.value[1] must be a bigint, not a number.');
  });

  test('in a text is JSON', () => {
    expect(thing.ofText('["1", 2]')).toEqual([1n, 2n]);
    expect(thing.ofText(['1', 2])).toEqual([1n, 2n]);
    expect(messageOf(() => thing.ofText('1,2'))).toBe(
      'Thing.value must be an array of bigints, written as JSON.',
    );
    expect(messageOf(() => thing.ofText('{}'))).toBe(
      'Thing.value must be an array of bigints, not a plain object.',
    );
    expect(messageOf(() => thing.ofText('["1", "x"]'))).toBe(
      'Thing.value[1] must be a bigint, and "x" is none.',
    );
    expect(codeOf(() => thing.ofText(''))).toBe('VALUE_REFUSED');
  });
});

describe('a Set', () => {
  const thing = thingOf(t.set(t.number()));

  test('keeps its order', () => {
    const stored = thing.store(new Set([2, 1]));
    expect([...(stored as Set<number>)]).toEqual([2, 1]);
    expect([...(thing.read(new Set([2, 1])) as Set<number>)]).toEqual([2, 1]);
    expect(thing.ofText('["2", 1]')).toEqual(new Set([2, 1]));
  });

  test('that is none, or has something else in it', () => {
    expect(messageOf(() => thing.store(new Set([1, 'a'])))).toBe(
      'Thing.value{1} must be a number, not a string.',
    );
    for (const other of [[1], new Map(), new WeakSet(), { size: 0 }, null]) {
      expect(messageOf(() => thing.store(other))).toMatch('Thing.value must be a Set of numbers, not ');
      expect(codeOf(() => thing.read(other))).toBe('UNREADABLE_RECORD');
    }
  });

  test('of which two elements are stored alike, read alike or written alike is refused: one would be lost', () => {
    const words = thingOf(t.set(word));
    const message = 'Thing.value must be a Set of words, and has an element twice.';
    expect(messageOf(() => words.store(new Set(['a', 'A'])))).toBe(message);
    expect(codeOf(() => words.read(new Set(['a', 'A'])))).toBe('UNREADABLE_RECORD');
    expect(messageOf(() => words.ofText('["a", "A"]'))).toBe(message);
    expect(messageOf(() => thing.ofText('["1", 1.0]'))).toBe(
      'Thing.value must be a Set of numbers, and has an element twice.',
    );
  });
});

describe('a Map', () => {
  const thing = thingOf(t.map(t.string(), t.bigint()));

  test('keeps its order', () => {
    const map = new Map([
      ['b', 1n],
      ['a', 2n],
    ]);
    expect([...(thing.store(map) as typeof map)]).toEqual([...map]);
    expect([...(thing.read(map) as typeof map)]).toEqual([...map]);
    expect([...(thing.ofText('[["b", "1"], ["a", 2]]') as typeof map)]).toEqual([...map]);
    expect([...(thing.ofText('{"b": "1", "a": 2}') as typeof map)]).toEqual([...map]);
    expect(thing.ofText({ b: 1 })).toEqual(new Map([['b', 1n]]));
  });

  test('an error names the key, or its place where it is no key', () => {
    const store = (map: unknown, type: PropertyType = t.map(t.string(), t.bigint())) =>
      messageOf(() => thingOf(type).store(map));
    expect(store(new Map([['a "b"', 1]]))).toBe('Thing.value{"a \\"b\\""} must be a bigint, not a number.');
    expect(store(new Map([[1, 1n]]))).toBe('Thing.value{key 0} must be a string, not a number.');
    expect(store(new Map([[5n, 1]]), t.map(t.bigint(), t.string()))).toBe(
      'Thing.value{5} must be a string, not a number.',
    );
    expect(store(new Map([[new Date(0), 1]]), t.map(t.date(), t.string()))).toBe(
      'Thing.value{…} must be a string, not a number.',
    );
  });

  test('that is none', () => {
    for (const other of [{}, [['a', 1n]], new Set(), null]) {
      expect(messageOf(() => thing.store(other))).toMatch(
        'Thing.value must be a Map of strings to bigints, not ',
      );
      expect(codeOf(() => thing.read(other))).toBe('UNREADABLE_RECORD');
    }
    for (const text of ['', '[["a"]]', '["ab"]', '1', 'null', '[["a","1","2"]]', 1, null])
      expect(codeOf(() => thing.ofText(text))).toBe('VALUE_REFUSED');
  });

  test('of which two keys are stored alike, read alike or written alike is refused', () => {
    const words = thingOf(t.map(word, t.number()));
    const twice = new Map([
      ['a', 1],
      ['A', 2],
    ]);
    expect(messageOf(() => words.store(twice))).toBe('Thing.value must be a Map, and has a key twice.');
    expect(codeOf(() => words.read(twice))).toBe('UNREADABLE_RECORD');
    expect(codeOf(() => words.ofText('[["a", 1], ["A", 2]]'))).toBe('VALUE_REFUSED');
  });

  test('of an object with a name that reaches into prototypes is a Map with that key', () => {
    const map = thing.ofText('{"__proto__": "1", "constructor": "2"}');
    expect(map).toEqual(
      new Map([
        ['__proto__', 1n],
        ['constructor', 2n],
      ]),
    );
  });
});

describe('null, and nothing', () => {
  test('null is stored as it is where it is allowed, and refused where not', () => {
    const thing = thingOf(t.nullable(t.bigint()));
    expect(thing.store(null)).toBeNull();
    expect(thing.read(null)).toBeNull();
    expect(thing.ofText(null)).toBeNull();
    expect(thing.store(1n)).toBe(1n);
    expect(messageOf(() => thing.store('1'))).toBe('Thing.value must be a bigint, not a string.');
    expect(thingOf(t.array(t.nullable(word))).store(['A', null])).toEqual(['a', null]);
    expect(codeOf(() => thingOf(t.optional(t.bigint())).store(null))).toBe('VALUE_REFUSED');
  });

  test('nothing may be absent, and is no element', () => {
    expect(thingOf(t.optional(word)).store('A')).toBe('a');
    expect(thingOf(t.optional(word)).store(undefined)).toBeUndefined();
    expect(messageOf(() => thingOf(t.array(t.optional(t.string()))).store([undefined]))).toBe(
      'Thing.value[0] must be a string, not undefined.',
    );
  });
});

test('one inside the other: the error leads there', () => {
  const type = t.nullable(t.map(t.string(), t.array(t.set(t.nullable(t.number())))));
  const thing = thingOf(type);
  const value = new Map([['a', [new Set([1]), new Set([null, 2])]]]);
  expect(thing.read(thing.store(value))).toEqual(value);
  expect(messageOf(() => thing.store(new Map([['a', [new Set([1]), new Set([2, '3'])]]])))).toBe(
    'Thing.value{"a"}[1]{1} must be a number, not a string.',
  );
  expect(type.name).toBe('a Map of strings to an array of a Set of a number, or null, or null');
});

test('only what is made of what may be spelled anew may be', () => {
  const types = [t.array, t.set, t.nullable, t.optional] as const;
  for (const made of types) {
    expect(thingOf(made(word)).mayRespell).toBe(true);
    expect(thingOf(made(t.string())).mayRespell).toBe(false);
  }
  expect(thingOf(t.map(word, t.string())).mayRespell).toBe(true);
  expect(thingOf(t.map(t.string(), word)).mayRespell).toBe(true);
  expect(thingOf(t.map(t.string(), t.string())).mayRespell).toBe(false);
});

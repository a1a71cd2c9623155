// What changed between two revisions: which properties, from what to what, and where inside.

import { describe, expect, it } from 'vitest';
import '../../src/entity/symbol-metadata.js';
import { NO_BYTES } from '../../src/bytes.js';
import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import type { PlainRecord } from '../../src/codec/codec.js';
import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import { diffOf, type PropertyChange } from '../../src/repository/diff.js';

class Base {
  @Id() id!: string;
}

@Entity({ name: 'thing' })
class Thing extends Base {
  @Property() zeta!: unknown;
  @Property({ name: 'stored-as' }) alpha!: unknown;
  @Property() override toString!: () => string;
}

const schema = schemaOf(Thing);
const revision = (plain: PlainRecord) => ({
  base: { tombstone: false, codec: 1, payload: canonicalSuperjson.encode(plain) },
});
const deleted = { base: { tombstone: true, codec: 1, payload: NO_BYTES } };
const between = (before: PlainRecord, after: PlainRecord): PropertyChange[] =>
  diffOf(schema, revision(before), revision(after));

/** What is said of one property that was `before` and is `after`. */
function change(before: unknown, after: unknown): PropertyChange | undefined {
  const changes = between({ id: 'a', zeta: before }, { id: 'a', zeta: after });
  expect(changes.length).toBeLessThanOrEqual(1);
  return changes[0];
}
const pathsOf = (before: unknown, after: unknown) => change(before, after)?.paths;

describe('the difference of two revisions', () => {
  it('names each property by its name in the class, in the order of declaration, then undeclared ones by name', () => {
    expect(
      between(
        { id: 'a', zeta: 1, 'stored-as': 1, old: 1, beta: 1, same: 1 },
        { id: 'a', zeta: 2, 'stored-as': 2, alpha: 9, beta: 2, same: 1 },
      ).map(({ property, kind, before, after, undeclared }) => [property, kind, before, after, undeclared]),
    ).toEqual([
      ['zeta', 'changed', 1, 2, false],
      ['alpha', 'changed', 1, 2, false],
      ['alpha', 'added', undefined, 9, true],
      ['beta', 'changed', 1, 2, true],
      ['old', 'removed', 1, undefined, true],
    ]);
  });

  it('is empty for the same content, however it came about', () => {
    const content = {
      id: 'a',
      zeta: [{ at: new Date(5), set: new Set([1n]), map: new Map([['k', Number.NaN]]) }],
      'stored-as': new Uint8Array([1, 2]),
    };
    expect(between(content, structuredClone(content))).toEqual([]);
    expect(diffOf(schema, undefined, undefined)).toEqual([]);
    expect(diffOf(schema, deleted, undefined)).toEqual([]);
  });

  it('is everything where one of the two is not there, or deleted', () => {
    const whole = revision({ id: 'a', zeta: null, extra: true });
    for (const nothing of [undefined, deleted]) {
      expect(diffOf(schema, nothing, whole)).toEqual([
        { property: 'id', kind: 'added', before: undefined, after: 'a', paths: undefined, undeclared: false },
        {
          property: 'zeta',
          kind: 'added',
          before: undefined,
          after: null,
          paths: undefined,
          undeclared: false,
        },
        {
          property: 'extra',
          kind: 'added',
          before: undefined,
          after: true,
          paths: undefined,
          undeclared: true,
        },
      ]);
      expect(
        diffOf(schema, whole, nothing).map(({ property, kind, before }) => [property, kind, before]),
      ).toEqual([
        ['id', 'removed', 'a'],
        ['zeta', 'removed', null],
        ['extra', 'removed', true],
      ]);
    }
  });

  it.each<[string, unknown, unknown]>([
    ['0 and −0', 0, -0],
    ['1 and 1n', 1, 1n],
    ['null and nothing', null, undefined],
    ['null and an empty object', null, {}],
    ['an array and an object', [], {}],
    ['two dates', new Date(1), new Date(2)],
    ['a date and its text', new Date(1), new Date(1).toISOString()],
    ['bytes', new Uint8Array([1]), new Uint8Array([2])],
    ['Sets of another order', new Set([1, 2]), new Set([2, 1])],
    ['Maps of other values', new Map([[1, 'a']]), new Map([[1, 'b']])],
    ['a Set and an array', new Set([1]), [1]],
  ])('tells %s apart', (_, before, after) => {
    expect(change(before, after)).toMatchObject({ before, after });
    expect(Object.is(change(before, after)!.after, -0)).toBe(Object.is(after, -0));
  });

  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['−0', -0],
    ['infinity', Infinity],
  ])('takes %s for itself', (_, value) => {
    expect(change(value, value)).toBeUndefined();
    expect(change([value], [value])).toBeUndefined();
  });

  it('says where inside objects and arrays of one length', () => {
    expect(
      pathsOf(
        {
          address: { city: 'Rome', zip: 1 },
          lines: [{ price: 1 }, { price: 2, tax: 3 }],
          gone: 1,
          same: [1],
        },
        { address: { city: 'Oslo', zip: 1 }, lines: [{ price: 1 }, { price: 9 }], come: 1, same: [1] },
      ),
    ).toEqual(['zeta.address.city', 'zeta.gone', 'zeta.lines[1].price', 'zeta.lines[1].tax', 'zeta.come']);
    expect(pathsOf([1, [2, 3]], [1, [2, 4]])).toEqual(['zeta[1][1]']);
    expect(pathsOf({ 'a b': 1, '0': 1, über: 1, $x: 1 }, { 'a b': 2, '0': 2, über: 2, $x: 2 })).toEqual([
      'zeta["0"]',
      'zeta.$x',
      'zeta["a b"]',
      'zeta.über',
    ]);
  });

  it('does not say where inside anything else', () => {
    expect(pathsOf([1, 2], [1])).toEqual(['zeta']);
    expect(pathsOf({ a: [1, 2] }, { a: [0, 1, 2] })).toEqual(['zeta.a']);
    expect(pathsOf({ a: new Set([1]) }, { a: new Set([2]) })).toEqual(['zeta.a']);
    expect(pathsOf({ a: { b: 1 } }, { a: [1] })).toEqual(['zeta.a']);
    for (const [before, after] of [
      [1, 2],
      [new Map([['a', { b: 1 }]]), new Map([['a', { b: 2 }]])],
      [new Date(1), new Date(2)],
      [{ a: 1 }, [1]],
      [undefined, { a: 1 }],
    ])
      expect(pathsOf(before, after)).toBeUndefined();
  });

  it('is not confused by properties named as those every object has', () => {
    expect(between({ id: 'a' }, { id: 'a', zeta: 1 }).map(({ property }) => property)).toEqual(['zeta']);
    expect(between({ id: 'a' }, { id: 'a', toString: 'x', hasOwnProperty: 1 })).toMatchObject([
      { property: 'toString', kind: 'added', before: undefined, undeclared: false },
      { property: 'hasOwnProperty', kind: 'added', before: undefined, undeclared: true },
    ]);
    expect(pathsOf({}, { valueOf: 1 })).toEqual(['zeta.valueOf']);
  });

  it('hands out values that nobody else holds', () => {
    const [before, after] = [
      revision({ id: 'a', zeta: { list: [1] } }),
      revision({ id: 'a', zeta: { list: [2] } }),
    ];
    const [first] = diffOf(schema, before, after);
    (first!.before as { list: number[] }).list.push(5);
    (first!.after as { list: number[] }).list.length = 0;
    const [second] = diffOf(schema, before, after);
    expect(second).toMatchObject({ before: { list: [1] }, after: { list: [2] } });
  });

  it('of values nested as deep as can be stored', () => {
    const nested = (leaf: unknown): unknown => {
      let value = leaf;
      for (let depth = 0; depth < 60; depth++) value = [value];
      return value;
    };
    expect(pathsOf(nested(1), nested(2))).toEqual([`zeta${'[0]'.repeat(60)}`]);
  });
});

// What an entity is in JSON: without what is hidden, and in forms that JSON has.
import { describe, expect, test } from 'vitest';

import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import { Hidden } from '../../src/entity/hidden.js';
import { messageOf } from '../codec/code-of.js';

abstract class Audited {
  @Hidden() @Property() createdBy?: string;
}

@Entity({ name: 'user' })
class User extends Audited {
  @Id() id!: string;
  @Property() @Hidden() password?: string;
  @Property() value?: unknown;
  cached?: string;

  get initial(): string {
    return this.id.slice(0, 1);
  }
}

@Entity({ name: 'admin' })
class Admin extends User {
  @Hidden() @Property() rights?: string[];
  @Hidden() override cached = 'c';
}

const jsonOf = (value: unknown): unknown => {
  const { value: shown } = JSON.parse(JSON.stringify(Object.assign(new User(), { id: 'a', value }))) as {
    value: unknown;
  };
  return shown;
};

test('what is hidden is left out, and stored', () => {
  const user = Object.assign(new User(), { id: 'a', password: 's', createdBy: 'root', cached: 'x' });
  expect(JSON.stringify(user)).toBe('{"id":"a","cached":"x"}');
  expect(JSON.stringify({ users: [user] })).toBe('{"users":[{"id":"a","cached":"x"}]}');
  expect(schemaOf(User).toPlain(user)).toEqual({ createdBy: 'root', id: 'a', password: 's' });
  expect(Object.keys(user)).toContain('password');
});

test('a subclass hides more, its base no more than before', () => {
  const values = { id: 'a', password: 's', createdBy: 'root', rights: ['all'] };
  expect(JSON.stringify(Object.assign(new Admin(), values))).toBe('{"id":"a"}');
  expect(JSON.parse(JSON.stringify(Object.assign(new User(), values)))).toEqual({ id: 'a', rights: ['all'] });
  class Undecorated extends User {}
  expect(JSON.stringify(Object.assign(new Undecorated(), values, { rights: 1 }))).toBe(
    '{"id":"a","rights":1}',
  );
});

test('a class inside of it hides its own', () => {
  class Card {
    @Property() @Hidden() pin = '1234';
    @Property() number = 7n;
  }
  @Entity({ name: 'wallet' })
  class Wallet {
    @Id() id = 'w';
    @Property() note = '';
  }
  schemaOf(Wallet);
  // It has a toJSON of its own only once a ledger knows it to be embedded: test/entity/types/embedded.test.ts.
  expect(JSON.parse(JSON.stringify(Object.assign(new Wallet(), { cards: [new Card()] })))).toEqual({
    id: 'w',
    note: '',
    cards: [{ pin: '1234', number: '7' }],
  });
});

describe('forms that JSON has', () => {
  test.each<[string, unknown, unknown]>([
    ['a bigint', 2n ** 64n, '18446744073709551616'],
    ['bytes', Uint8Array.of(0, 255), 'AP8='],
    ['a Buffer', Buffer.from([0, 255]), 'AP8='],
    ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a URL', new URL('https://example.com/'), 'https://example.com/'],
    ['a RegExp', /a/gi, '/a/gi'],
    ['a Set', new Set([1n, [2n]]), ['1', ['2']]],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['a', 1n],
        [2n, new Set([null])],
      ]),
      [
        ['a', '1'],
        ['2', [null]],
      ],
    ],
    ['an object', { a: { b: [1n, { c: new Map() }] } }, { a: { b: ['1', { c: [] }] } }],
    ['what has a toJSON', { toJSON: () => ({ own: 1 }) }, { own: 1 }],
    ['null', null, null],
    ['what occurs twice', [new Map([[1, 2]])].flatMap((map) => [map, map]), [[[1, 2]], [[1, 2]]]],
  ])('%s', (_, value, json) => {
    expect(jsonOf(value)).toEqual(json);
  });

  test('a circle is told of as JSON tells of it', () => {
    const circle: Record<string, unknown> = { amount: 1 };
    circle.self = circle;
    expect(() => jsonOf(circle)).toThrow(TypeError);
  });
});

describe('its own toJSON', () => {
  test('is respected, and so is that of a base', () => {
    class Base {
      toJSON(): string {
        return 'own';
      }
    }
    @Entity({ name: 'own' })
    class Own extends Base {
      @Id() id = 'a';
      @Hidden() @Property() secret = 's';
    }
    expect(JSON.stringify(new Own())).toBe('"own"');
    expect(Object.hasOwn(Own.prototype, 'toJSON')).toBe(false);
  });

  test('is not enumerable, and can be replaced', () => {
    expect(Object.keys(User.prototype)).toEqual([]);
    class Terse extends User {
      toJSON(): string {
        return this.id;
      }
    }
    expect(JSON.stringify(Object.assign(new Terse(), { id: 'a' }))).toBe('"a"');
  });
});

test('on what is no field', () => {
  @Entity({ name: 'odd' })
  class Odd {
    @Id() id!: string;
  }
  // As a compiler calls a legacy decorator, on a getter.
  Hidden()(Odd.prototype, 'initial', { get: () => 1 } as never);
  expect(messageOf(() => schemaOf(Odd))).toBe('Odd.initial: @Hidden() belongs on a field, not on a getter.');
});

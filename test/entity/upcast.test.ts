// Records of older versions, read as the declared one has them; those of newer ones, refused.
import { describe, expect, test } from 'vitest';

import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import { t } from '../../src/entity/types/t.js';
import { upcastRecord, type Upcast, type Upcasts } from '../../src/entity/upcast.js';
import { codeOf, messageOf } from '../codec/code-of.js';

const upcast = (plain: Record<string, unknown>, stored: number, current: number, upcasts?: Upcasts) =>
  upcastRecord(plain, { className: 'Account', current, stored }, upcasts);

/** Notes that it ran. */
const step =
  (name: string): Upcast =>
  (stored) => ({ ...stored, ran: `${stored.ran === undefined ? '' : (stored.ran as string)}${name}` });

describe('steps', () => {
  const upcasts = { 1: step('1'), 2: step('2'), 4: step('4'), 10: step('10') };

  test.each<[number, number, string | undefined]>([
    [1, 11, '12410'],
    [2, 11, '2410'],
    [3, 11, '410'],
    [4, 5, '4'],
    [5, 10, undefined],
    [11, 11, undefined],
    [1, 2, '1'],
  ])('from version %i to %i', (stored, current, ran) => {
    expect(upcast({ a: 1 }, stored, current, upcasts)).toEqual(ran === undefined ? { a: 1 } : { a: 1, ran });
  });

  test('that are missing change nothing', () => {
    const plain = { a: 1 };
    expect(upcast(plain, 1, 9, undefined)).toBe(plain);
    expect(upcast(plain, 1, 9, {})).toBe(plain);
  });

  test('are not counted: a version may be a date', () => {
    const start = performance.now();
    for (let read = 0; read < 100; read++) {
      const dated = upcast({}, 1, 0xffff_ffff, { 1: step('1'), 20_260_101: step('2') });
      expect(dated).toEqual({ ran: '12' });
    }
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test('that leave a property undefined leave it out', () => {
    const renames = { 1: ({ old, ...stored }: Record<string, unknown>) => ({ ...stored, new: old }) };
    expect(upcast({ a: 1 }, 1, 2, renames)).toStrictEqual({ a: 1 });
  });

  test('may change what they are given: the record is not', () => {
    const plain = { a: 1 };
    const changed = upcast(plain, 1, 2, {
      1: (stored) => {
        stored.b = 2;
        delete stored.a;
        return stored;
      },
    });
    expect(changed).toEqual({ b: 2 });
    expect(plain).toEqual({ a: 1 });
  });
});

describe('a step that fails', () => {
  test('is named, with the cause', () => {
    const fails = () =>
      upcast({}, 1, 3, {
        2: () => {
          throw new RangeError('no currency');
        },
      });
    expect(codeOf(fails)).toBe('UNREADABLE_RECORD');
    expect(messageOf(fails)).toBe('The upcast of Account from version 2 failed: RangeError: no currency');
    expect(fails).toThrow(expect.objectContaining({ cause: expect.any(RangeError) as unknown }));
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'x'],
    ['an array', [{}]],
  ])('as it returns %s', (_, made) => {
    const fails = () => upcast({}, 1, 2, { 1: () => made as Record<string, unknown> });
    expect(codeOf(fails)).toBe('UNREADABLE_RECORD');
    expect(messageOf(fails)).toBe(
      'The upcast of Account from version 1 must return the stored properties, an object.',
    );
  });

  test.each([() => Promise.resolve({}), () => Promise.reject(new Error('never unhandled'))])(
    'as it is asynchronous',
    (later) => {
      const fails = () => upcast({}, 1, 2, { 1: later as never });
      expect(codeOf(fails)).toBe('UNREADABLE_RECORD');
      expect(messageOf(fails)).toBe(
        'The upcast of Account from version 1 must return the stored properties, an object, and is asynchronous: make it a ' +
          'plain function.',
      );
    },
  );
});

test('a record that newer code wrote is refused, with or without steps', () => {
  for (const upcasts of [undefined, { 1: step('1') }]) {
    expect(codeOf(() => upcast({}, 3, 2, upcasts))).toBe('NEWER_RECORD');
    expect(messageOf(() => upcast({}, 3, 2, upcasts))).toBe(
      'It was written by version 3 of Account, and this code knows version 2. Deploy the newer code here, too; what this ' +
        'code stored in its place could lose what the newer one knows.',
    );
  }
});

describe('within a schema', () => {
  @Entity({
    name: 'account',
    version: 3,
    upcast: {
      1: ({ amount, ...stored }) => ({ ...stored, cents: amount }),
      2: ({ cents, ...stored }) => ({ ...stored, money: `${String(cents)} EUR` }),
    },
  })
  class Account {
    @Id() id!: string;
    @Property({ type: t.string(), default: '0 EUR' }) money!: string;
  }
  const accounts = schemaOf(Account);
  const read = (plain: Record<string, unknown>, version: number) =>
    accounts.hydrate({ id: 'a', ...plain }, accounts.keyFor('a'), version);

  test('an old record becomes one of today, by stored names; what nobody declares is kept', () => {
    const { entity, undeclared } = read({ amount: 5n, note: 'x' }, 1);
    expect(entity.money).toBe('5 EUR');
    expect(entity).toBeInstanceOf(Account);
    expect(undeclared).toEqual({ note: 'x' });
    expect(accounts.toPlain(entity, undeclared)).toEqual({ id: 'a', money: '5 EUR', note: 'x' });
    expect(read({ cents: 6n }, 2).entity.money).toBe('6 EUR');
    expect(read({ money: '7 EUR' }, 3).entity.money).toBe('7 EUR');
  });

  test('what the steps made must be what is declared; what of today is not is not upcast', () => {
    expect(codeOf(() => read({ money: 5n }, 3))).toBe('UNREADABLE_RECORD');
    expect(codeOf(() => read({}, 4))).toBe('NEWER_RECORD');
  });

  test('no default is filled in on reading', () => {
    const { entity } = read({}, 3);
    expect(Object.keys(entity)).toEqual(['id']);
    expect(accounts.toPlain(entity)).toEqual({ id: 'a' });
  });

  test('a step cannot change whose record it is', () => {
    @Entity({ name: 'account', version: 2, upcast: { 1: (stored) => ({ ...stored, id: 'b' }) } })
    class Moved {
      @Id() id!: string;
    }
    const moved = schemaOf(Moved);
    expect(codeOf(() => moved.hydrate({ id: 'a' }, moved.keyFor('a'), 1))).toBe('UNREADABLE_RECORD');
  });

  test('a property named __proto__ reaches no prototype', () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": true}, "cents": 1}') as Record<string, unknown>;
    const { entity, undeclared } = read(hostile, 2);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Object.getPrototypeOf(entity)).toBe(Account.prototype);
    expect(Reflect.get(entity, 'polluted')).toBeUndefined();
    expect(Object.getPrototypeOf(undeclared)).toBe(Object.prototype);
  });
});

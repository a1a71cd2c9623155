// Types of the application's own: they may throw, and may read what they would write otherwise.
import { expect, test } from 'vitest';

import { t } from '../../../src/entity/types/t.js';
import { codeOf, messageOf } from '../../codec/code-of.js';
import { thingOf } from '../thing-of.js';

class Money {
  constructor(
    readonly cents: bigint,
    readonly currency: string,
  ) {}

  static parse(text: string): Money {
    const [, cents, currency] = /^(\d+) ([A-Z]{3})$/.exec(text) ?? [];
    if (cents === undefined || currency === undefined) throw new RangeError(`"${text}" is no money`);
    return new Money(BigInt(cents), currency);
  }
}

const money = t.custom({
  name: 'an amount of money',
  toStored: ({ cents, currency }: Money) => `${String(cents)} ${currency}`,
  fromStored: (text: string) => Money.parse(text),
});

function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('stored by the one function, read by the other', () => {
  const thing = thingOf(money);
  expect(thing.store(new Money(5n, 'EUR'))).toBe('5 EUR');
  expect(thing.read('5 EUR')).toStrictEqual(new Money(5n, 'EUR'));
  expect(thing.ofText('5 EUR')).toStrictEqual(new Money(5n, 'EUR'));
  expect(thingOf(t.array(money)).store([new Money(1n, 'EUR')])).toEqual(['1 EUR']);
});

test('what it throws is an error that names the property, with the cause', () => {
  const thing = thingOf(t.array(money));
  expect(messageOf(() => thing.read(['5 EUR', 'five']))).toBe(
    'What is stored is not what is declared: Thing.value[1] cannot be read as an amount of money: "five" is no money. If the ' +
      'declaration changed, read what was stored before it by an upcast: @Entity({ version, upcast }).',
  );
  const error = thrown(() => thing.read(['five']));
  expect(error).toMatchObject({ code: 'UNREADABLE_RECORD', cause: { name: 'RangeError' } });
  expect(messageOf(() => thing.ofText(['five']))).toBe(
    'Thing.value[0] cannot be read as an amount of money: "five" is no money.',
  );
  expect(messageOf(() => thing.store([null]))).toMatch(
    /^Thing\.value\[0\] cannot be stored as an amount of money: /,
  );
  expect(codeOf(() => thing.store([null]))).toBe('VALUE_REFUSED');
});

test('it may throw anything', () => {
  const throws = (thrownValue: unknown) =>
    t.custom({
      name: 'a thing',
      toStored: () => {
        throw thrownValue;
      },
      fromStored: String,
    });
  expect(messageOf(() => thingOf(throws('no')).store(1))).toBe(
    'Thing.value cannot be stored as a thing: no.',
  );
  expect(codeOf(() => thingOf(throws(undefined)).store(1))).toBe('VALUE_REFUSED');
  expect(codeOf(() => thingOf(throws(null)).store(1))).toBe('VALUE_REFUSED');
});

test('what would be stored as nothing, could not be read, or is read as another value is refused', () => {
  const stores = (toStored: (value: unknown) => unknown, fromStored: (stored: unknown) => unknown) =>
    messageOf(() => thingOf(t.custom({ name: 'a thing', toStored, fromStored })).store(1));
  const same = (value: unknown) => value;
  expect(stores(same, same)).toBe('nothing');
  expect(stores(() => undefined, same)).toBe(
    'Thing.value cannot be stored as a thing, as toStored returned nothing.',
  );
  expect(stores(same, () => 2)).toBe(
    'Thing.value cannot be stored as a thing, as it would be read as another value.',
  );
  expect(stores(same, String)).toBe(
    'Thing.value cannot be stored as a thing, as it would be read as another value.',
  );
  const unreadable = (stored: unknown) => Money.parse(String(stored));
  expect(stores(same, unreadable)).toBe(
    'Thing.value cannot be stored as a thing, as it could not be read again: "1" is no money.',
  );
});

test('a text may be read otherwise than what is stored', () => {
  const thing = thingOf(
    t.custom({
      name: 'a number of cents',
      toStored: (cents: bigint) => cents,
      fromStored: (cents: bigint) => cents,
      fromText: (text) => BigInt(String(text).replace('.', '')),
    }),
  );
  expect(thing.ofText('1.50')).toBe(150n);
  expect(thing.read(5n)).toBe(5n);
  expect(codeOf(() => thing.ofText('one'))).toBe('VALUE_REFUSED');
});

test('nobody knows whether it writes what it read', () => {
  expect(thingOf(money).mayRespell).toBe(true);
});

test.each([{}, { name: 'a' }, { name: 1, toStored: String, fromStored: String }, { name: 'a', toStored: 1 }])(
  'of %o there is no type',
  (type) => {
    expect(messageOf(() => t.custom(type as never))).toBe(
      't.custom takes { name, toStored, fromStored }: a text and two functions.',
    );
  },
);

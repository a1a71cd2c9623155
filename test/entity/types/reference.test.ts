// What is stored for a reference, and what is read of anything else that may stand in its place.
import { describe, expect, test } from 'vitest';

import { cbor } from '../../../src/codec/cbor.js';
import { canonicalSuperjson } from '../../../src/codec/canonical-superjson.js';
import { messagePack } from '../../../src/codec/message-pack.js';
import { Ref } from '../../../src/entity/ref.js';
import type { RevisionPin } from '../../../src/entity/revision-pin.js';
import { t } from '../../../src/entity/types/t.js';
import { codeOf, messageOf } from '../../codec/code-of.js';
import { Customer, Order, openShop, SHOP, Slot } from '../shop.js';
import { thingOf } from '../thing-of.js';

const customer = thingOf(
  t.ref(() => Customer),
  SHOP,
);
const slot = thingOf(
  t.ref(() => Slot),
  SHOP,
);
const pin: RevisionPin = { revision: 2n, txId: 7n, digest: new Uint8Array(32).fill(0xab) };
const pinned = new Ref({ entityClass: Customer, id: 'c-1', pin, relations: undefined });
const storedPin = { id: 'c-1', ...pin };

describe('stored', () => {
  test('the id; of several parts their array, in the order of the key', () => {
    expect(customer.store(Ref.to(Customer, 'c-1'))).toBe('c-1');
    expect(slot.store(Ref.to(Slot, { level: 3n, shelf: 'a' }))).toEqual(['a', 3n]);
    expect(customer.read('c-1')).toMatchObject({ id: 'c-1', pin: undefined, entityClass: Customer });
    expect((slot.read(['a', 3n]) as Ref<Slot>).id).toEqual({ shelf: 'a', level: 3n });
  });

  test('no −0, as no key holds one', () => {
    const numbered = thingOf(
      t.ref(() => Customer),
      SHOP,
    );
    expect(numbered.store(Ref.to(Customer, -0 as never))).toBe(0);
  });

  test('pinned, the revision beside it', () => {
    expect(customer.store(pinned)).toStrictEqual(storedPin);
    expect(customer.read(storedPin)).toMatchObject({ id: 'c-1', pin });
    const inSlot = new Ref({ entityClass: Slot, id: { shelf: 'a', level: 3n }, pin, relations: undefined });
    expect(slot.store(inSlot)).toStrictEqual({ id: ['a', 3n], ...pin });
    expect((slot.read({ id: ['a', 3n], ...pin }) as Ref<Slot>).equals(inSlot)).toBe(true);
  });

  test.each([canonicalSuperjson, cbor, messagePack])('what codec $id stores is read back', (codec) => {
    const stored = { a: customer.store(pinned), b: slot.store(Ref.to(Slot, { level: 3n, shelf: 'a' })) };
    const { a, b } = codec.decode(codec.encode(stored));
    expect(customer.read(a)).toMatchObject({ id: 'c-1', pin });
    expect((slot.read(b) as Ref<Slot>).id).toEqual({ shelf: 'a', level: 3n });
  });

  test('is never spelled anew', () => {
    expect(customer.mayRespell).toBe(false);
    expect(slot.mayRespell).toBe(false);
  });
});

describe('refused on saving', () => {
  test.each<[string, unknown, string]>([
    ['an id', 'c-1', 'Thing.value must be a Ref to Customer, not a string.'],
    ['the entity', new Customer(), 'Thing.value must be a Ref to Customer, not an instance of Customer.'],
    ['null', null, 'Thing.value must be a Ref to Customer, not null.'],
    [
      'a copy of a reference',
      Object.assign({}, Ref.to(Customer, 'c-1')),
      'Thing.value must be a Ref to Customer, not a plain object.',
    ],
    ['another class', Ref.to(Order, 1n), 'Thing.value must be a Ref to Customer, not to Order.'],
  ])('%s', (_, value, message) => {
    expect(codeOf(() => customer.store(value))).toBe('VALUE_REFUSED');
    expect(messageOf(() => customer.store(value))).toBe(message);
  });

  test('an id that no key can hold, or of another shape', () => {
    const to = (id: unknown) =>
      new Ref({ entityClass: Customer, id: id as string, pin: undefined, relations: undefined });
    expect(codeOf(() => customer.store(to('x'.repeat(1100))))).toBe('KEY_TOO_LARGE');
    expect(codeOf(() => customer.store(to(NaN)))).toBe('VALUE_REFUSED');
    expect(codeOf(() => customer.store(to({ id: 'c-1' })))).toBe('TypeError');
  });
});

describe('unreadable', () => {
  const { digest: _, ...noDigest } = storedPin;
  test.each<[string, unknown]>([
    ['null', null],
    ['an array', ['c-1']],
    ['an object', { id: 'c-1' }],
    ['a Map', new Map([['id', 'c-1']])],
    ['a pin without its digest', noDigest],
    ['a pin of a shorter digest', { ...storedPin, digest: new Uint8Array(31) }],
    ['a pin of a longer digest', { ...storedPin, digest: new Uint8Array(33) }],
    ['a pin of a digest in text', { ...storedPin, digest: 'ab'.repeat(32) }],
    ['a pin of revision 0', { ...storedPin, revision: 0n }],
    ['a pin of a negative revision', { ...storedPin, revision: -1n }],
    ['a pin of a revision beyond 64 bits', { ...storedPin, revision: 1n << 64n }],
    ['a pin of a revision that is a number', { ...storedPin, revision: 2 }],
    ['a pin of transaction 0', { ...storedPin, txId: 0n }],
    ['a pin of a transaction beyond 64 bits', { ...storedPin, txId: 1n << 64n }],
    ['a pin of a transaction in text', { ...storedPin, txId: '7' }],
    ['a pin with more', { ...storedPin, more: 1 }],
    ['a pin of no id', { ...storedPin, id: null }],
    ['a pin of an id in several parts', { ...storedPin, id: ['c-1'] }],
    ['a pin of a pin', { ...storedPin, id: storedPin }],
  ])('%s', (__, stored) => {
    expect(codeOf(() => customer.read(stored))).toBe('UNREADABLE_RECORD');
    expect(messageOf(() => customer.read(stored))).toMatch(
      'Thing.value must be stored as the id of Customer, and is ',
    );
  });

  test.each<[string, unknown]>([
    ['one part', 'a'],
    ['a part missing', ['a']],
    ['a part too many', ['a', 3n, 1]],
    ['a part that is none', ['a', null]],
    ['a part that is an array', [['a'], 3n]],
    ['an object of them', { shelf: 'a', level: 3n }],
  ])('of an id of two: %s', (__, stored) => {
    expect(codeOf(() => slot.read(stored))).toBe('UNREADABLE_RECORD');
  });

  test('the largest numbers are still those of a pin', () => {
    const largest = { ...storedPin, revision: (1n << 64n) - 1n, txId: (1n << 64n) - 1n };
    expect(customer.read(largest)).toMatchObject({ pin: { txId: largest.txId } });
  });
});

describe('of a text', () => {
  test('an id of one part is read for what it is declared to be', () => {
    const order = thingOf(
      t.ref(() => Order),
      SHOP,
    );
    expect((order.ofText('5') as Ref<Order>).id).toBe(5n);
    expect(codeOf(() => order.ofText('five'))).toBe('VALUE_REFUSED');
    expect((customer.ofText('c-1') as Ref<Customer>).id).toBe('c-1');
  });

  test('one of several is JSON of an object', () => {
    const made = slot.ofText('{"shelf": "a", "level": "3"}') as Ref<Slot>;
    expect(made.equals(Ref.to(Slot, { shelf: 'a', level: 3n }))).toBe(true);
    for (const text of ['a', '1', 'null', '', null])
      expect(codeOf(() => slot.ofText(text))).toBe('VALUE_REFUSED');
    expect(codeOf(() => slot.ofText('{"shelf": "a", "level": "x"}'))).toBe('VALUE_REFUSED');
  });
});

test('what is read is loaded from the ledger that read it, by id and pin', async () => {
  const { set, calls } = openShop();
  const orders = set.of(Order);
  const stored = { id: 1n, customer: storedPin, s: ['a', 3n], earlier: [0n] };
  const { entity } = orders.hydrate(stored, orders.keyFor(1n), 1);
  await entity.customer.load({ timeoutMs: 5 });
  await entity.slot?.load();
  await entity.earlier?.[0]?.load();
  expect(calls).toEqual([
    ['load', Customer, 'c-1', pin, { timeoutMs: 5 }],
    ['load', Slot, { shelf: 'a', level: 3n }, undefined, {}],
    ['load', Order, 0n, undefined, {}],
  ]);
  expect(orders.toPlain(entity)).toStrictEqual(stored);
});

test('a class that the ledger does not hold is told of when it opens', () => {
  const open = () => thingOf(t.array(t.ref(() => Customer)));
  expect(codeOf(open)).toBe('TypeError');
  expect(messageOf(open)).toBe(
    'Customer is not among the entities of this ledger: add it to { entities: [ … ] } when opening.',
  );
});

test('misuse', () => {
  const takesFunction = 't.ref takes a function that returns the class: t.ref(() => Customer).';
  expect(messageOf(() => t.ref(Customer as never))).toBe(takesFunction);
  expect(messageOf(() => t.ref(undefined as never))).toBe(takesFunction);
  expect(messageOf(() => thingOf(t.ref(() => 1 as never)))).toMatch(/^t\.ref\(\(\) => 1\) gives no class\. /);
  const notYet = () => thingOf(t.ref(() => Later));
  expect(codeOf(notYet)).toBe('TypeError');
  expect(messageOf(notYet)).toMatch(/gives no class\. If it is imported, the modules may import each other/);
  class Later {}
});

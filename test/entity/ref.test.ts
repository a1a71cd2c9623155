// References as values: made, compared, shown. What is stored of them is in types/reference.test.ts.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';

import { Entity, Id } from '../../src/entity/decorators.js';
import { IdProps } from '../../src/entity/entity-types.js';
import { Ref } from '../../src/entity/ref.js';
import type { RevisionPin } from '../../src/entity/revision-pin.js';
import { codeOf, codeOfError, messageOf } from '../codec/code-of.js';
import { Customer, Order, Slot } from './shop.js';

@Entity({ name: 'tag' })
class Tag {
  declare [IdProps]?: 'name';
  @Id() name!: string;
}

@Entity({ name: 'page' })
class Page {
  declare [IdProps]?: 'digest' | 'at';
  @Id() digest!: Uint8Array;
  @Id() at!: Date;
}

const pin = (txId: bigint): RevisionPin => ({ revision: 2n, txId, digest: new Uint8Array(32) });
const pinned = (txId: bigint) =>
  new Ref({ entityClass: Customer, id: 'c-1', pin: pin(txId), relations: undefined });
const pageOf = (byte: number, ms: number) => Ref.to(Page, { digest: Uint8Array.of(byte), at: new Date(ms) });

describe('made', () => {
  test('of an entity, or of a class and an id', () => {
    const ada = Object.assign(new Customer(), { id: 'c-1' });
    expect(Ref.to(ada).id).toBe('c-1');
    expect(Ref.to(ada).entityClass).toBe(Customer);
    expect(Ref.to(Customer, 'c-1').equals(Ref.to(ada))).toBe(true);
    const slot = Object.assign(new Slot(), { shelf: 'a', level: 1n });
    expect(Ref.to(slot).id).toEqual({ shelf: 'a', level: 1n });
  });

  test('of nothing else', () => {
    expect(messageOf(() => Ref.to({ id: 'c-1' }))).toBe(
      'A Ref is to an entity, and Object has no @Id(): it is none.',
    );
    expect(messageOf(() => Ref.to(new Customer()))).toMatch(
      /^Customer\.id identifies it .* not undefined\.$/,
    );
    expect(messageOf(() => Ref.to(Slot, { shelf: 'a' } as never))).toBe(
      'Slot is identified by an object { shelf, level }.',
    );
    for (const target of [undefined, null, 'c-1', 5, Object.create(null) as object])
      expect(codeOf(() => Ref.to(target as never))).toBe('TypeError');
  });

  test('not of a class without an id, though the class has a name, as its entities have', () => {
    expect(messageOf(() => Ref.to(Tag, undefined as never))).toMatch(/^Tag\.name identifies it/);
    expect(messageOf(() => Ref.to(Tag))).toMatch(/^Tag\.name identifies it/);
    expect(Ref.to(Tag, 'red').id).toBe('red');
  });
});

describe('equal', () => {
  test('are those to the same class, id and revision', () => {
    expect(Ref.to(Customer, 'a').equals(Ref.to(Customer, 'b'))).toBe(false);
    expect(Ref.to(Customer, 'a').equals(Ref.to(Tag, 'a'))).toBe(false);
    expect(Ref.to(Slot, { shelf: 'a', level: 1n }).equals(Ref.to(Slot, { level: 1n, shelf: 'a' }))).toBe(
      true,
    );
    expect(Ref.to(Slot, { shelf: 'a', level: 1n }).equals(Ref.to(Slot, { shelf: 'a', level: 2n }))).toBe(
      false,
    );
    expect(pageOf(1, 2).equals(pageOf(1, 2))).toBe(true);
    expect(pageOf(1, 2).equals(pageOf(1, 3))).toBe(false);
    expect(pageOf(1, 2).equals(pageOf(2, 2))).toBe(false);
    expect(pinned(7n).equals(pinned(7n))).toBe(true);
    expect(pinned(7n).equals(pinned(8n))).toBe(false);
    expect(pinned(7n).equals(Ref.to(Customer, 'c-1'))).toBe(false);
    expect(Ref.to(Customer, 'c-1').equals(pinned(7n))).toBe(false);
  });

  test('are not those to ids that only begin alike', () => {
    const long = 'x'.repeat(100);
    expect(Ref.to(Customer, `${long}1`).equals(Ref.to(Customer, `${long}2`))).toBe(false);
    expect(Ref.to(Customer, `${long}1`).equals(Ref.to(Customer, `${long}1`))).toBe(true);
    expect(Ref.to(Order, 10n ** 100n).equals(Ref.to(Order, 10n ** 100n + 1n))).toBe(false);
  });

  test('nor those to ids that are written alike', () => {
    const untyped = (id: unknown) => Ref.to(Customer, id as string);
    expect(untyped('1').equals(untyped(1))).toBe(false);
    expect(untyped(1).equals(untyped(1n))).toBe(false);
    expect(untyped(new Date(0)).equals(untyped(new Date(0).toISOString()))).toBe(false);
  });
});

test('in JSON, whatever the id is', () => {
  expect(JSON.stringify(Ref.to(Customer, 'c-1'))).toBe('"c-1"');
  expect(JSON.stringify(Ref.to(Order, 5n))).toBe('"5"');
  expect(JSON.stringify(Ref.to(Slot, { shelf: 'a', level: 1n }))).toBe('{"shelf":"a","level":"1"}');
  expect(JSON.stringify(pageOf(1, 0))).toBe('{"digest":"AQ==","at":"1970-01-01T00:00:00.000Z"}');
  expect(JSON.stringify(pinned(7n))).toBe('{"id":"c-1","revision":"2"}');
  const order = Object.assign(new Order(), { id: 6n, customer: pinned(7n), earlier: [Ref.to(Order, 5n)] });
  expect(JSON.parse(JSON.stringify(order))).toEqual({
    id: '6',
    customer: { id: 'c-1', revision: '2' },
    earlier: ['5'],
  });
});

test('shown', () => {
  expect(inspect(Ref.to(Customer, 'c-1'))).toBe('Ref(Customer "c-1")');
  expect(inspect([Ref.to(Slot, { shelf: 'a', level: 1n })])).toBe('[ Ref(Slot ["a", 1n]) ]');
  expect(inspect(pinned(7n))).toBe('Ref(Customer "c-1", revision 2)');
});

test('one that belongs to no ledger is not loaded', async () => {
  const error: unknown = await Ref.to(Customer, 'c-1')
    .load()
    .catch((reason: unknown) => reason);
  expect(codeOfError(error)).toBe('TypeError');
  expect((error as Error).message).toBe(
    'This reference to Customer belongs to no ledger: load it by ledger.repository(Customer).load(ref).',
  );
});

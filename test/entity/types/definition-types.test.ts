// What types say of entities that are defined without decorators (npm run check:types).
import { expectTypeOf, test } from 'vitest';

import type { Verified } from 'immurepo';
import { defineEntity } from '../../../src/entity/define-entity.js';
import type { EntitySchema } from '../../../src/entity/entity-schema.js';
import type { CreateData, IdOf, UpdateData } from '../../../src/entity/entity-types.js';
import type { Many } from '../../../src/entity/many.js';
import { Ref } from '../../../src/entity/ref.js';
import { t } from '../../../src/entity/types/t.js';
import type { IndexKeys, Where } from '../../../src/entity/where-types.js';

const Customer = defineEntity({
  name: 'customer',
  properties: {
    id: { type: t.string(), id: { generate: 'ulid' } },
    email: { type: t.string(), index: { unique: true } },
    nickname: t.optional(t.string()),
  },
});
type Customer = InstanceType<typeof Customer>;

const Order = defineEntity({
  name: 'order',
  properties: {
    number: { type: t.bigint(), id: true },
    customer: { type: t.ref(() => Customer), index: true },
    status: { type: t.enum(['open', 'paid']), default: 'open' },
    placedAt: t.date(),
    lines: t.array(t.string()),
    note: t.nullable(t.string()),
  },
  indexes: [{ name: 'by-status', on: ['status', 'placedAt'] }],
});
type Order = InstanceType<typeof Order>;

const Line = defineEntity({
  name: 'line',
  properties: { order: { type: t.string(), id: true }, line: { type: t.number(), id: true } },
});
type Line = InstanceType<typeof Line>;

test('what instances hold', () => {
  expectTypeOf<Customer['id']>().toEqualTypeOf<string>();
  expectTypeOf<Customer['nickname']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Order['status']>().toEqualTypeOf<'open' | 'paid'>();
  expectTypeOf<Order['note']>().toEqualTypeOf<string | null>();
  expectTypeOf<Order['lines']>().toEqualTypeOf<string[]>();
  expectTypeOf<Order['customer']>().toEqualTypeOf<Ref<Customer>>();
  const _assign = (order: Order, other: Ref<Customer>): void => {
    order.customer = other;
    order.placedAt = new Date();
    // @ts-expect-error not among the values
    order.status = 'gone';
    // @ts-expect-error a string is due
    order.note = 5;
  };
});

test('ids', () => {
  expectTypeOf<IdOf<Customer>>().toEqualTypeOf<string>();
  expectTypeOf<IdOf<Order>>().toEqualTypeOf<bigint>();
  expectTypeOf<IdOf<Line>>().toEqualTypeOf<{ readonly order: string; readonly line: number }>();
  const _refs = (): void => {
    expectTypeOf(Ref.to(Order, 1n)).toEqualTypeOf<Ref<Order>>();
    // @ts-expect-error the id is a bigint
    Ref.to(Order, 'o');
    // @ts-expect-error a part is missing
    Ref.to(Line, { order: 'o' });
  };
});

test('data', () => {
  const customer = Ref.to(Customer, 'c');
  const _sound: CreateData<Order>[] = [
    { number: 1n, customer, placedAt: new Date(), lines: [], note: null },
    { number: 1n, customer, placedAt: new Date(), lines: [], note: null, status: 'paid' },
  ];
  const _customer: CreateData<Customer> = { email: 'a' };
  const _patch: UpdateData<Order> = { status: 'paid', customer };
  // @ts-expect-error the customer is missing
  const _incomplete: CreateData<Order> = { number: 1n, placedAt: new Date(), lines: [], note: null };
  // @ts-expect-error an id never changes
  const _id: UpdateData<Order> = { number: 2n };
  // @ts-expect-error there is no such property
  const _unknown: UpdateData<Order> = { notes: 'a' };
});

test('conditions', () => {
  expectTypeOf<IndexKeys<Customer>>().toEqualTypeOf<'email'>();
  expectTypeOf<IndexKeys<Order>>().toEqualTypeOf<'customer'>();
  const _sound: Where<Order>[] = [{ customer: 'c' }, { customer: Ref.to(Customer, 'c') }];
  const _email: Where<Customer> = { email: { startsWith: 'a' } };
  // @ts-expect-error not indexed
  const _lines: Where<Order> = { lines: 'a' };
  // @ts-expect-error its id is a string
  const _wrong: Where<Order> = { customer: 1 };
  expectTypeOf<EntitySchema<Order>['keyFor']>().parameter(0).toEqualTypeOf<bigint>();
  expectTypeOf<Awaited<ReturnType<Order['customer']['load']>>>().toEqualTypeOf<
    Verified<Customer> | undefined
  >();
});

test('what cannot be defined', () => {
  const id = { type: t.string(), id: true } as const;
  const _definitions = (): void => {
    // @ts-expect-error no key holds a URL
    defineEntity({ name: 'a', properties: { id: { type: t.url(), id: true } } });
    // @ts-expect-error nor is null an id
    defineEntity({ name: 'a', properties: { id: { type: t.nullable(t.string()), id: true } } });
    // @ts-expect-error no index holds an array
    defineEntity({ name: 'a', properties: { id, a: { type: t.array(t.string()), index: true } } });
    // @ts-expect-error the name is missing
    defineEntity({ properties: { id } });
    // @ts-expect-error a class is no type
    defineEntity({ name: 'a', properties: { id, a: String } });
    // @ts-expect-error no such generator
    defineEntity({ name: 'a', properties: { id: { type: t.string(), id: { generate: 'serial' } } } });
    // @ts-expect-error not a flag
    defineEntity({ name: 'a', properties: { id, a: { type: t.string(), index: 'yes' } } });
  };
});

test('an existing class stays what it is', () => {
  class Person {
    id!: string;
    friends!: Many<Person>;
    get label(): string {
      return this.id;
    }
  }
  const _said = (): void => {
    const Said = defineEntity({
      class: Person,
      name: 'person',
      properties: { id: { type: t.string(), id: true } },
      many: { friends: { target: () => Person, by: 'friend' } },
      hooks: {
        beforeSave: (person) => {
          expectTypeOf(person).toEqualTypeOf<Person>();
        },
      },
      validate: (person) => (person.label === '' ? [{ message: 'has no label' }] : []),
    });
    expectTypeOf(Said).toEqualTypeOf<typeof Person>();
    // @ts-expect-error a class is due
    defineEntity({ class: {}, name: 'person', properties: {} });
  };
});

test('hooks and validation know what the properties say', () => {
  const _defined = (): void => {
    defineEntity({
      name: 'account',
      properties: { id: { type: t.string(), id: true }, balance: t.bigint() },
      hooks: {
        beforeSave: (account) => {
          expectTypeOf(account.balance).toEqualTypeOf<bigint>();
        },
        afterLoad: (account) => {
          expectTypeOf(account.id).toEqualTypeOf<string>();
        },
      },
      validate: (account) => (account.balance < 0n ? [{ message: 'is overdrawn' }] : []),
    });
  };
});

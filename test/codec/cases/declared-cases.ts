// Entities of declared types whose stored properties, and so whose bytes, are fixed for ever. Add cases; never change one.
import type { PlainRecord } from '../../../src/codec/codec.js';
import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { schemaOf, type EntitySchema } from '../../../src/entity/entity-schema.js';
import { IdProps } from '../../../src/entity/entity-types.js';
import { Ref } from '../../../src/entity/ref.js';
import { t } from '../../../src/entity/types/t.js';
import { FIRST, type RecordCase } from './record-cases.js';

@Entity({ name: 'customer' })
class Customer {
  @Id() id!: string;
}

@Entity({ name: 'slot' })
class Slot {
  declare [IdProps]?: 'shelf' | 'level' | 'since';
  @Id() shelf!: string;
  @Id() level!: bigint;
  @Id() since!: Date;
}

class Money {
  constructor(
    readonly cents: bigint,
    readonly currency: string,
  ) {}
}
const money = t.custom({
  name: 'an amount of money',
  toStored: ({ cents, currency }: Money) => ({ cents, currency }),
  fromStored: ({ cents, currency }: { cents: bigint; currency: string }) => new Money(cents, currency),
});

class Address {
  @Property({ type: t.string() }) city!: string;
  @Property({ type: t.array(t.string()), name: 'l' }) lines?: string[];
  @Property({ type: t.ref(() => Customer), name: 'of' }) owner?: Ref<Customer>;
  @Property({ type: t.array(t.embedded(() => Address)) }) former?: Address[];
  transient = 'not stored';
}

enum Level {
  Low,
  High = 5,
}

@Entity({ name: 'order' })
export class Order {
  @Id() id!: string;
  @Property({ type: t.ref(() => Customer) }) customer?: Ref<Customer>;
  @Property({ type: t.ref(() => Slot), name: 'sl' }) slot?: Ref<Slot>;
  @Property({ type: t.nullable(t.ref(() => Customer)) }) seller?: Ref<Customer> | null;
  @Property({ type: t.array(t.ref(() => Customer)) }) payers?: Ref<Customer>[];
  @Property({ type: t.set(t.ref(() => Customer)) }) readers?: Set<Ref<Customer>>;
  @Property({
    type: t.map(
      t.ref(() => Customer),
      t.ref(() => Slot),
    ),
  })
  kept?: Map<Ref<Customer>, Ref<Slot>>;
  @Property({ type: t.enum(['open', 'paid']) }) status?: 'open' | 'paid';
  @Property({ type: t.enum(Level) }) level?: Level;
  @Property({ type: t.embedded(() => Address) }) address?: Address;
  @Property({
    type: t.nullable(
      t.map(
        t.enum(['home', 'work']),
        t.embedded(() => Address),
      ),
    ),
  })
  addresses?: Map<'home' | 'work', Address> | null;
  @Property({ type: money }) price?: Money;
  @Property({ type: t.set(money) }) fees?: Set<Money>;
  @Property({ type: t.map(t.bigint(), t.nullable(t.date())) }) dates?: Map<bigint, Date | null>;
}

export const orders: EntitySchema<Order> = schemaOf(Order);

const pin = { revision: 3n, txId: 70_000n, digest: new Uint8Array(32).fill(0xab) };
const slotId = { shelf: 'a', level: 2n ** 40n, since: new Date(0) };
const ada = Ref.to(Customer, 'ada');
const bob = Ref.to(Customer, 'bob');
const pinned = new Ref({ entityClass: Customer, id: 'ada', pin, relations: undefined });
const pinnedSlot = new Ref({ entityClass: Slot, id: slotId, pin, relations: undefined });
const address = (values: Partial<Address>): Address => Object.assign(new Address(), values);

/** What an embedded instance was stored with that its class does not declare. */
const withUndeclared = orders.hydrate(
  { id: 'o', address: { city: 'Wien', zip: 1010n, geo: { lat: 48.2 } } },
  orders.keyFor('o'),
  1,
).entity;

const ENTITIES: readonly (readonly [name: string, entity: Partial<Order>])[] = [
  ['nothing but an id', {}],
  ['a reference', { customer: ada }],
  ['a reference to an id of several parts', { slot: Ref.to(Slot, slotId) }],
  ['a pinned reference', { customer: pinned }],
  ['a pinned reference to an id of several parts', { slot: pinnedSlot }],
  ['a reference that is null', { seller: null }],
  [
    'references in an array, a Set and a Map',
    {
      payers: [ada, pinned, ada],
      readers: new Set([ada, bob]),
      kept: new Map([
        [ada, Ref.to(Slot, slotId)],
        [bob, pinnedSlot],
      ]),
    },
  ],
  ['values of enums', { status: 'paid', level: Level.High }],
  ['the first value of an enum', { level: Level.Low }],
  ['an embedded instance', { address: address({ city: 'Wien', lines: ['Ring 1'], owner: ada }) }],
  [
    'embedded instances in each other',
    {
      address: address({
        city: 'Wien',
        former: [address({ city: 'Graz', owner: pinned }), address({ city: 'Linz' })],
      }),
      addresses: new Map([
        ['work', address({ city: 'Wien' })],
        ['home', address({ city: 'Graz' })],
      ]),
    },
  ],
  ['an embedded instance with what its class does not declare', withUndeclared],
  [
    'values of a custom type',
    {
      price: new Money(5n, 'EUR'),
      fees: new Set([new Money(1n, 'EUR'), new Money(2n, 'EUR')]),
    },
  ],
  [
    'null inside and instead of others',
    {
      addresses: null,
      dates: new Map([
        [2n, null],
        [1n, new Date(0)],
      ]),
    },
  ],
];

export interface DeclaredCase {
  readonly name: string;
  readonly plain: PlainRecord;
}

export const DECLARED_CASES: readonly DeclaredCase[] = ENTITIES.map(([name, values]) => ({
  name,
  plain: orders.toPlain(Object.assign(new Order(), { id: 'o' }, values)),
}));

/** Reads what version 1 of it stored, which knew another name and no currency. */
@Entity({
  name: 'account',
  version: 3,
  upcast: {
    1: ({ amount, ...stored }) => ({ ...stored, cents: amount }),
    2: ({ cents, ...stored }) => ({ ...stored, price: { cents, currency: 'EUR' } }),
  },
})
export class Account {
  @Id() id!: string;
  @Property({ type: money }) price!: Money;
}

/** As version 1 of the code stored it. */
export const OLD_PLAIN: PlainRecord = { id: 'ada', amount: 10n, note: 'kept' };

export const OLD_RECORD_CASES: readonly RecordCase[] = [
  {
    name: 'a record of an older version',
    record: {
      ...FIRST,
      entityVersion: 1,
      payload: new TextEncoder().encode(
        '{"json":{"amount":"10","id":"ada","note":"kept"},"meta":{"v":1,"values":{"amount":["bigint"]}}}',
      ),
    },
  },
];

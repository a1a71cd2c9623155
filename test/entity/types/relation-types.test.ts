// What types say of references and of what refers, checked by tsc under both kinds of decorators (npm run check:types).
import { expectTypeOf, test } from 'vitest';

import type { Ledger, Verified } from 'immurepo';
import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { IdProps, type CreateData, type IdOf, type UpdateData } from '../../../src/entity/entity-types.js';
import { Index } from '../../../src/entity/index-decorator.js';
import { Many } from '../../../src/entity/many.js';
import { Ref } from '../../../src/entity/ref.js';
import { t } from '../../../src/entity/types/t.js';
import { IndexProps, type Where } from '../../../src/entity/where-types.js';

@Entity({ name: 'customer' })
class Customer {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() name!: string;
  @Many(() => Order, 'customer') orders!: Many<Order>;
}

@Entity({ name: 'slot' })
class Slot {
  declare [IdProps]?: 'shelf' | 'level';
  @Id() shelf!: string;
  @Id() level!: bigint;
}

@Entity({ name: 'order' })
@Index({ name: 'by-seller', on: ['seller', 'placedAt'] })
class Order {
  declare [IndexProps]?: 'customer' | 'seller' | 'placedAt';
  @Id() id!: bigint;
  @Index() @Property({ type: t.ref(() => Customer) }) customer!: Ref<Customer>;
  @Property({ type: t.nullable(t.ref(() => Customer)) }) seller: Ref<Customer> | null = null;
  @Property({ type: t.optional(t.ref(() => Slot)) }) slot?: Ref<Slot>;
  @Property({ type: t.array(t.ref(() => Order)) }) earlier?: Ref<Order>[];
  @Property() placedAt!: Date;
}

@Entity({ name: 'untold' })
class Untold {
  @Id() id!: string;
  @Index() @Property({ type: t.ref(() => Customer) }) customer!: Ref<Customer>;
}

test('references are made of entities, proven or not, and of ids', () => {
  const _made = (ada: Customer, proven: Verified<Customer>): void => {
    expectTypeOf(Ref.to(ada)).toEqualTypeOf<Ref<Customer>>();
    expectTypeOf(Ref.to(proven)).toEqualTypeOf<Ref<Customer>>();
    expectTypeOf(Ref.to(ada).equals(Ref.to(proven))).toEqualTypeOf<boolean>();
    expectTypeOf(Ref.to(Customer, 'c')).toEqualTypeOf<Ref<Customer>>();
    expectTypeOf(Ref.to(Slot, { shelf: 'a', level: 1n })).toEqualTypeOf<Ref<Slot>>();
    expectTypeOf(Ref.to(ada).id).toEqualTypeOf<string>();
    expectTypeOf(Ref.to(ada).load()).toEqualTypeOf<Promise<Verified<Customer> | undefined>>();
    // @ts-expect-error the id is a string
    Ref.to(Customer, 5n);
    // @ts-expect-error a part is missing
    Ref.to(Slot, { shelf: 'a' });
  };
  expectTypeOf<IdOf<Order>>().toEqualTypeOf<bigint>();
});

test('one class is not another', () => {
  expectTypeOf<Ref<Customer>>().not.toExtend<Ref<Slot>>();
  expectTypeOf<Ref<Slot>>().not.toExtend<Ref<Customer>>();
  class _Wrong {
    // @ts-expect-error a reference to another
    @Property({ type: t.ref(() => Slot) }) other!: Ref<Customer>;
    // @ts-expect-error the entity itself is no reference
    @Property({ type: t.ref(() => Customer) }) entity!: Customer;
    // @ts-expect-error nor is its id
    @Property({ type: t.ref(() => Customer) }) id!: string;
    // @ts-expect-error null is to be declared
    @Property({ type: t.ref(() => Customer) }) nullable!: Ref<Customer> | null;
    // @ts-expect-error many are not one
    @Property({ type: t.ref(() => Customer) }) several!: Ref<Customer>[];
  }
  // @ts-expect-error a class is no function that returns one
  const _direct = () => t.ref(Customer);
});

test('what refers', () => {
  const _found = (ada: Customer): void => {
    expectTypeOf(ada.orders.find({ limit: 1 })).toEqualTypeOf<Promise<Verified<Order>[]>>();
    expectTypeOf(ada.orders.stream()).toEqualTypeOf<AsyncGenerator<Verified<Order>, void, undefined>>();
  };
  class _Wrong {
    // @ts-expect-error no reference
    @Many(() => Order, 'placedAt') date!: Many<Order>;
    // @ts-expect-error no such property
    @Many(() => Order, 'buyer') gone!: Many<Order>;
    // @ts-expect-error Many of another class
    @Many(() => Order, 'customer') other!: Many<Customer>;
    // @ts-expect-error not a list
    @Many(() => Order, 'customer') list!: Order[];
  }
});

test('data to build and to change an entity with', () => {
  expectTypeOf<keyof CreateData<Customer>>().toEqualTypeOf<'id' | 'name'>();
  expectTypeOf<keyof UpdateData<Customer>>().toEqualTypeOf<'name'>();
  const ada = Ref.to(Customer, 'c');
  const _sound: CreateData<Order>[] = [
    { id: 1n, customer: ada, seller: null, placedAt: new Date() },
    {
      id: 1n,
      customer: ada,
      seller: ada,
      slot: Ref.to(Slot, { shelf: 'a', level: 1n }),
      placedAt: new Date(),
    },
  ];
  const _patch: UpdateData<Order> = { customer: ada, seller: null, earlier: [Ref.to(Order, 1n)] };
  // @ts-expect-error an id is no reference
  const _id: UpdateData<Order> = { customer: 'c' };
  const slot = Ref.to(Slot, { shelf: 'a', level: 1n });
  // @ts-expect-error a reference to another
  const _other: UpdateData<Order> = { customer: slot }; // eslint-disable-line @typescript-eslint/no-unsafe-class-instance-assignment -- the point
  // @ts-expect-error what refers is no data
  const _many: CreateData<Customer> = { name: 'Ada', orders: [] };
});

test('conditions: what is referred to, by reference or id', () => {
  const ada = Ref.to(Customer, 'c');
  const _sound: Where<Order>[] = [
    { customer: ada },
    { customer: 'c' },
    { seller: ada, placedAt: { gte: new Date() } },
  ];
  const _untold: Where<Untold>[] = [{ customer: ada }, { customer: 'c' }];
  // @ts-expect-error an order is no customer
  const _other: Where<Order> = { customer: Ref.to(Order, 1n) };
  // @ts-expect-error nor is a slot
  const _slot: Where<Order> = { customer: Ref.to(Slot, { shelf: 'a', level: 1n }) };
  // @ts-expect-error its id is a string
  const _id: Where<Order> = { customer: 5n };
  // @ts-expect-error no range of references
  const _range: Where<Order> = { customer: { gte: 'a' } };
  // @ts-expect-error never what is absent
  const _null: Where<Order> = { seller: null };
  // @ts-expect-error not indexed
  const _slots: Where<Order> = { slot: Ref.to(Slot, { shelf: 'a', level: 1n }) };
});

test('through a ledger', () => {
  const _use = async (ledger: Ledger, ada: Verified<Customer>): Promise<void> => {
    const orders = ledger.repository(Order);
    const order = await orders.save(
      orders.create({ id: 1n, customer: Ref.to(ada), seller: null, placedAt: new Date() }),
    );
    expectTypeOf(await order.customer.load()).toEqualTypeOf<Verified<Customer> | undefined>();
    expectTypeOf(await orders.findBy({ customer: 'c' })).toEqualTypeOf<Verified<Order>[]>();
    await orders.findBy({ customer: Ref.to(ada) });
    await orders.update(1n, { seller: Ref.to(ada) });
    // @ts-expect-error a reference to another
    await orders.findBy({ customer: Ref.to(order) });
  };
  schemaOf(Order);
});

test('two classes that refer to each other have types', () => {
  expectTypeOf<Order['customer']>().toEqualTypeOf<Ref<Customer>>();
  expectTypeOf<Customer['orders']>().toEqualTypeOf<Many<Order>>();
  class Left {
    @Id() id!: string;
    @Index() @Property({ type: t.ref(() => Right) }) right!: Ref<Right>;
    @Many(() => Right, 'left') rights!: Many<Right>;
  }
  class Right {
    @Id() id!: number;
    @Index() @Property({ type: t.ref(() => Left) }) left!: Ref<Left>;
    @Many(() => Left, 'right') lefts!: Many<Left>;
  }
  expectTypeOf<Left['right']['id']>().toEqualTypeOf<number>();
  expectTypeOf<keyof CreateData<Right>>().toEqualTypeOf<'id' | 'left'>();
});

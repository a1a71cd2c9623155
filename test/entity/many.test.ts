// The entities that refer to one: how a class declares them, what instances have, and what cannot be found.
import { describe, expect, test } from 'vitest';

import type { EntityClass } from '../../src/entity/entity-types.js';
import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { entitySchemas } from '../../src/entity/entity-set.js';
import { IdProps } from '../../src/entity/entity-types.js';
import { Index } from '../../src/entity/index-decorator.js';
import { Many } from '../../src/entity/many.js';
import { Ref } from '../../src/entity/ref.js';
import { t } from '../../src/entity/types/t.js';
import { codeOf, messageOf } from '../codec/code-of.js';
import { Customer, Order, openShop } from './shop.js';

describe('instances', () => {
  test('have it once created, read or about to be saved, each for its own id', async () => {
    const { set, calls } = openShop();
    const customers = set.of(Customer);
    const created = customers.create({ id: 'a', name: 'Ada' });
    const own = Object.assign(new Customer(), { id: 'b', name: 'Bob' });
    expect(own.orders).toBeUndefined();
    customers.ensureId(own);
    const read = customers.hydrate({ id: 'c', name: 'Cem' }, customers.keyFor('c'), 1).entity;
    await created.orders.find();
    await own.orders.find({ limit: 1 });
    for await (const _ of read.orders.stream({ desc: true })) expect.unreachable();
    expect(calls).toEqual([
      ['findMany', Order, 'customer', 'a', {}],
      ['findMany', Order, 'customer', 'b', { limit: 1 }],
      ['streamMany', Order, 'customer', 'c', { desc: true }],
    ]);
  });

  test('ask for the id they have then', async () => {
    const { set, calls } = openShop();
    const customer = set.of(Customer).create({ name: 'Ada' });
    customer.id = 'later';
    await customer.orders.find();
    expect(calls[0]?.[3]).toBe('later');
    customer.id = undefined as never;
    await expect(customer.orders.find()).rejects.toThrow(TypeError);
  });

  test('hold no data of it: not stored, enumerated, copied or in JSON', () => {
    const { set } = openShop();
    const customers = set.of(Customer);
    const customer = customers.create({ id: 'a', name: 'Ada' });
    expect(Object.keys(customer).sort()).toEqual(['id', 'name']);
    expect(Object.assign({}, customer)).not.toHaveProperty('orders');
    expect(JSON.stringify(customer)).toBe('{"id":"a","name":"Ada"}');
    expect(customers.toPlain(customer)).toEqual({ id: 'a', name: 'Ada' });
    expect(codeOf(() => customers.create({ name: 'Ada', orders: [] } as never))).toBe('TypeError');
  });

  test('of a set that no ledger has cannot ask', async () => {
    const customer = entitySchemas(openShop().set.schemas.map(({ entityClass }) => entityClass))
      .of(Customer)
      .create({ name: 'Ada' });
    await expect(customer.orders.find()).rejects.toThrow('Nothing can be loaded before the ledger is open.');
  });
});

/** What opening says of an owner whose `items` are declared so. */
function problem(target: () => EntityClass, by: string, others: readonly EntityClass[]): string {
  @Entity({ name: 'owner' })
  class Owner {
    @Id() id!: string;
  }
  // As a compiler calls a legacy decorator.
  (Many(target, by as never) as (prototype: object, name: string) => void)(Owner.prototype, 'items');
  return messageOf(() => entitySchemas([Owner, ...others]));
}

describe('what cannot be found is told of when the ledger opens', () => {
  @Entity({ name: 'item' })
  class Item {
    @Id() id!: string;
    @Index() @Property({ type: t.ref(() => Other) }) other!: Ref<Other>;
    @Index() @Property() text!: string;
    @Property({ type: t.array(t.ref(() => Other)) }) several!: Ref<Other>[];
    unstored?: string;
  }
  @Entity({ name: 'other' })
  class Other {
    @Id() id!: string;
  }

  test.each<[string, string]>([
    ['gone', 'Owner.items: Item.gone is not stored: put @Property({ type: t.ref(…) }) on it.'],
    ['unstored', 'Owner.items: Item.unstored is not stored: put @Property({ type: t.ref(…) }) on it.'],
    ['text', 'Owner.items: Item.text does not refer to Owner: declare it with t.ref(() => Owner).'],
    ['other', 'Owner.items: Item.other does not refer to Owner: declare it with t.ref(() => Owner).'],
    ['several', 'Owner.items: Item.several does not refer to Owner: declare it with t.ref(() => Owner).'],
  ])('by %s', (by, message) => {
    expect(problem(() => Item, by, [Item, Other])).toBe(message);
  });

  test('a target that the ledger does not hold, or that is none', () => {
    expect(problem(() => Other, 'x', [])).toBe(
      'Other is not among the entities of this ledger: add it to { entities: [ … ] } when opening.',
    );
    expect(problem(() => undefined as never, 'x', [])).toMatch(/^@Many\(.*\) gives no class\. /s);
    expect(messageOf(() => Many(Other as never, 'x' as never))).toBe(
      '@Many takes a function that returns the class: @Many(() => Customer).',
    );
  });

  test('a reference that is in no index, or not first in one', () => {
    @Entity({ name: 'owner' })
    class Owner {
      @Id() id!: string;
      @Many(() => Loose, 'owner') items!: Many<Loose>;
    }
    @Entity({ name: 'loose' })
    @Index({ name: 'by-text', on: ['text', 'owner'] })
    class Loose {
      @Id() id!: string;
      @Property({ type: t.ref(() => Owner) }) owner!: Ref<Owner>;
      @Property() text!: string;
    }
    expect(messageOf(() => entitySchemas([Owner, Loose]))).toBe(
      'Owner.items: Loose.owner is first in no index: put @Index() on it.',
    );
  });

  test('an owner whose id has several parts', () => {
    @Entity({ name: 'owner' })
    class Owner {
      declare [IdProps]?: 'a' | 'b';
      @Id() a!: string;
      @Id() b!: string;
      @Many(() => Held, 'owner') items!: Many<Held>;
    }
    @Entity({ name: 'held' })
    class Held {
      @Id() id!: string;
      @Property({ type: t.ref(() => Owner) }) owner!: Ref<Owner>;
    }
    expect(messageOf(() => entitySchemas([Owner, Held]))).toBe(
      'Owner.items: Owner has an id of several properties, by which no index finds: put an index on a getter of Held, and ' +
        'use findBy.',
    );
  });
});

test('first in an index of several, null or not, is found by', () => {
  @Entity({ name: 'owner' })
  class Owner {
    @Id() id!: string;
    @Many(() => Held, 'owner') items!: Many<Held>;
  }
  @Entity({ name: 'held' })
  @Index({ name: 'by-owner', on: ['owner', 'text'] })
  class Held {
    @Id() id!: string;
    @Property({ type: t.nullable(t.ref(() => Owner)) }) owner!: Ref<Owner> | null;
    @Property() text!: string;
  }
  expect(entitySchemas([Owner, Held]).schemas).toHaveLength(2);
});

test('an index on a reference holds the id it refers to', () => {
  const { set } = openShop();
  const [index] = set.of(Order).indexes;
  const order = set.of(Order).create({ id: 1n, customer: Ref.to(Customer, 'c') });
  expect(index?.valuesOf(order)).toEqual(['c']);
  const pin = { revision: 1n, txId: 1n, digest: new Uint8Array(32) };
  order.customer = new Ref({ entityClass: Customer, id: 'c', pin, relations: undefined });
  expect(index?.valuesOf(order)).toEqual(['c']);
});

// What has to be opened along with one entity.
import { expect, test } from 'vitest';

import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { entitySchemas } from '../../src/entity/entity-set.js';
import { withReferred } from '../../src/entity/referred-classes.js';
import type { Ref } from '../../src/entity/ref.js';
import { t } from '../../src/entity/types/t.js';
import { messageOf } from '../codec/code-of.js';
import { Customer, Order, Slot } from './shop.js';

@Entity({ name: 'leaf' })
class Leaf {
  @Id() id!: string;
}

class Part {
  @Property({ type: t.set(t.ref(() => Customer)) }) customers?: Set<Ref<Customer>>;
  @Property({ type: t.array(t.embedded(() => Part)) }) parts?: Part[];
}

@Entity({ name: 'whole' })
class Whole {
  @Id() id!: string;
  @Property({ type: t.nullable(t.array(t.ref(() => Leaf))) }) leaves?: Ref<Leaf>[] | null;
  @Property({
    type: t.map(
      t.string(),
      t.embedded(() => Part),
    ),
  })
  parts?: Map<string, Part>;
}

test('nothing, where it refers to nothing', () => {
  expect(withReferred(Leaf)).toEqual([Leaf]);
});

test('what it refers to, and what refers to it, each once', () => {
  expect(withReferred(Order)).toEqual([Order, Customer, Slot]);
  expect(withReferred(Customer)).toEqual([Customer, Order, Slot]);
});

test('however deep inside of other types and classes', () => {
  expect(withReferred(Whole)).toEqual([Whole, Leaf, Customer, Order, Slot]);
});

test('so that a ledger opens with it', () => {
  for (const entityClass of [Leaf, Whole, Customer, Order, Slot])
    expect(entitySchemas(withReferred(entityClass)).of<object>(entityClass).entityClass).toBe(entityClass);
});

test('of what is no entity', () => {
  class Plain {}
  expect(messageOf(() => withReferred(Plain))).toMatch(/^Plain is not an entity/);
});

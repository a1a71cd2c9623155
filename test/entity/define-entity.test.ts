// Entities said without decorators: the same schema as with them, and what is no definition.
import { describe, expect, test } from 'vitest';

import { ownDeclaration } from '../../src/entity/declaration.js';
import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { defineEntity } from '../../src/entity/define-entity.js';
import { schemaOf, type EntitySchema } from '../../src/entity/entity-schema.js';
import { entitySchemas } from '../../src/entity/entity-set.js';
import type { EntityClass } from '../../src/entity/entity-types.js';
import { Hidden } from '../../src/entity/hidden.js';
import { Index } from '../../src/entity/index-decorator.js';
import type { Many } from '../../src/entity/many.js';
import { Ref } from '../../src/entity/ref.js';
import { t } from '../../src/entity/types/t.js';
import { messageOf, thrownBy } from '../codec/code-of.js';

const validate = () => undefined;
const hooks = { afterLoad: () => undefined };
const upcast = { 1: (stored: Record<string, unknown>) => stored };
const status = t.enum(['open', 'closed']);
const makeTags = () => new Set<string>();
const settings = { version: 2, upcast, hooks, validate, requireActor: true, expiresAfterMs: 5 };

@Entity({ name: 'purchase-order', ...settings })
class Decorated {
  @Id({ generate: 'ulid' }) id!: string;
  @Index({ unique: true }) @Property({ name: 'no', validate }) number!: bigint;
  @Index({ name: 'by-status' }) @Property({ type: status, default: 'open' }) status!: 'open' | 'closed';
  @Hidden() @Property({ default: makeTags }) tags!: Set<string>;
}
Index({ name: 'both', on: ['status', 'number'] })(Decorated);

const Defined = defineEntity({
  name: 'purchase-order',
  ...settings,
  properties: {
    id: { type: t.string(), id: { generate: 'ulid' } },
    number: { type: t.bigint(), name: 'no', index: { unique: true }, validate },
    status: { type: status, default: 'open', index: { name: 'by-status' } },
    tags: { type: t.set(t.string()), hidden: true, default: makeTags },
  },
  indexes: [{ name: 'both', on: ['status', 'number'] }],
});

class Plain {
  id!: string;
  number!: bigint;
  status!: 'open' | 'closed';
  tags!: Set<string>;
  transient?: string;
  get label(): string {
    return `${this.id} ${this.status}`;
  }
  close(): void {
    this.status = 'closed';
  }
}
const Said = defineEntity({
  class: Plain,
  name: 'purchase-order',
  ...settings,
  properties: {
    id: { type: t.string(), id: { generate: 'ulid' } },
    number: { type: t.bigint(), name: 'no', index: { unique: true }, validate },
    status: { type: status, default: 'open', index: { name: 'by-status' } },
    tags: { type: t.set(t.string()), hidden: true, default: makeTags },
  },
  indexes: [{ name: 'both', on: ['status', 'number'] }],
});

/** What a schema says, without the functions that say it. */
function told<T extends object>(entityClass: EntityClass<T>): unknown {
  const schema = schemaOf(entityClass) as unknown as EntitySchema;
  const { name, version, settings: said, properties, idProperties, validators, indexes, keys } = schema;
  return {
    ...{ name, version, said, properties, idProperties, validators, keys },
    indexes: indexes.map((index) => ({ ...index, valuesOf: undefined })),
    hidden: [...(ownDeclaration(entityClass)?.hidden ?? [])],
  };
}

test('the same schema as with decorators, as a class of its own or one that is there', () => {
  expect(told(Defined)).toEqual(told(Decorated));
  expect(told(Said)).toEqual(told(Decorated));
  expect(Said).toBe(Plain);
});

test('the same bytes, JSON and instances', () => {
  const data = { id: 'a', number: 5n, tags: new Set(['x']) };
  const stored = { id: 'a', no: 5n, status: 'open', tags: new Set(['x']) };
  const classes: readonly unknown[] = [Decorated, Defined, Said];
  for (const entityClass of classes as readonly EntityClass<Pick<Decorated, keyof Decorated>>[]) {
    const schema = schemaOf(entityClass);
    const entity = schema.create({ status: undefined as never, ...data });
    expect(entity).toBeInstanceOf(entityClass);
    expect(schema.toPlain(entity)).toEqual(stored);
    expect(schema.hydrate(stored, schema.keyFor('a'), 2).entity).toBeInstanceOf(entityClass);
    expect(JSON.parse(JSON.stringify(entity))).toEqual({ id: 'a', number: '5', status: 'open' });
  }
});

test('the class has a name to be shown by', () => {
  expect(Defined.name).toBe('PurchaseOrder');
  expect(defineEntity({ name: 'a.b_c-d9', properties: { id: { type: t.string(), id: true } } }).name).toBe(
    'ABCD9',
  );
  expect(schemaOf(Defined).describe('a')).toBe('PurchaseOrder "a"');
});

test('an existing class keeps its getters and methods, and may be indexed by them', () => {
  class Person {
    id = 'p';
    email = 'ada@example.com';
    get domain(): string {
      return this.email.replace(/.*@/, '');
    }
  }
  defineEntity({
    class: Person,
    name: 'person',
    properties: { id: { type: t.string(), id: true }, email: t.string() },
    indexes: [{ name: 'domain', on: ['domain'] }],
  });
  const [index] = schemaOf(Person).indexes;
  expect(index?.valuesOf(new Person())).toEqual(['example.com']);
});

test('an id of several parts, in the order of their definition', () => {
  const Line = defineEntity({
    name: 'line',
    properties: {
      order: { type: t.string(), id: true },
      text: t.optional(t.string()),
      line: { type: t.number(), id: true },
    },
  });
  expect(schemaOf(Line).idProperties.map(({ property }) => property)).toEqual(['order', 'line']);
  expect(schemaOf(Line).idOf(schemaOf(Line).create({ order: 'o', line: 1 }))).toEqual({
    order: 'o',
    line: 1,
  });
});

test('a class that refers and is referred to', () => {
  class Customer {
    id = 'c';
    orders!: Many<Order>;
  }
  class Order {
    id = 'o';
    customer!: Ref<Customer>;
  }
  const id = { type: t.string(), id: true } as const;
  defineEntity({
    class: Customer,
    name: 'customer',
    properties: { id },
    many: { orders: { target: () => Order, by: 'customer' } },
  });
  defineEntity({
    class: Order,
    name: 'order',
    properties: { id, customer: { type: t.ref(() => Customer), index: true } },
  });
  const set = entitySchemas([Customer, Order]);
  expect(set.of(Customer).create({}).orders).toHaveProperty('find');
  expect(set.of(Order).toPlain(set.of(Order).create({ customer: Ref.to(Customer, 'c') }))).toEqual({
    id: 'o',
    customer: 'c',
  });
});

test('what a subclass adds or changes reaches neither base nor sibling', () => {
  class Base {
    id = 'b';
    note?: string;
  }
  class Left extends Base {
    left?: string;
  }
  class Right extends Base {}
  const id = { type: t.string(), id: true } as const;
  defineEntity({ class: Base, name: 'base', properties: { id, note: t.string() } });
  defineEntity({
    class: Left,
    name: 'left',
    properties: { left: t.string(), note: { type: t.string(), name: 'n', hidden: true } },
  });
  defineEntity({ class: Right, name: 'right', properties: {} });
  const names = (entityClass: EntityClass) =>
    schemaOf(entityClass).properties.map(({ storedName }) => storedName);
  expect([names(Base), names(Left), names(Right)]).toEqual([
    ['id', 'note'],
    ['id', 'n', 'left'],
    ['id', 'note'],
  ]);
  expect(JSON.stringify(Object.assign(new Right(), { note: 'x' }))).toBe('{"id":"b","note":"x"}');
  expect(JSON.stringify(Object.assign(new Left(), { note: 'x' }))).toBe('{"id":"b"}');
});

test('false says no, to callers without types', () => {
  const properties = {
    id: { type: t.string(), id: true },
    text: { type: t.string(), id: false, index: false, hidden: false },
  };
  const schema = schemaOf(defineEntity({ name: 'thing', properties } as never));
  expect(schema.idProperties.map(({ property }) => property)).toEqual(['id']);
  expect(schema.indexes).toEqual([]);
});

describe('misuse', () => {
  const id = { type: t.string(), id: true } as const;
  const opened = (definition: unknown) => () =>
    schemaOf(defineEntity(definition as { name: string; properties: { id: typeof id } }));
  const takes =
    "defineEntity takes { name, properties }: defineEntity({ name: 'account', properties: { … } }).";

  class Person {
    readonly id = 'p';
    get label(): string {
      return this.id;
    }
    close(): void {
      // Nothing to close.
    }
  }

  test.each<[string, unknown, string | RegExp]>([
    ['nothing', undefined, takes],
    ['null', null, takes],
    ['no properties', { name: 'account' }, takes],
    ['no name', { properties: { id } }, /^Undefined: undefined cannot be the name of an entity: /],
    [
      'a name that is none',
      { name: 'Account', properties: { id } },
      /^Account: "Account" cannot be the name/,
    ],
    ['no id', { name: 'account', properties: { a: t.string() } }, /^Account has no @Id\(\)/],
    [
      'a property without type',
      { name: 'account', properties: { id, a: {} } },
      'Account.a has no type: give it one of t, such as t.string().',
    ],
    [
      'a type that was not called',
      { name: 'account', properties: { id, a: { type: t.string } } },
      'Account.a has no type: give it one of t, such as t.string().',
    ],
    [
      'an id that no key can hold',
      { name: 'account', properties: { id: { type: t.url(), id: true } } },
      'Account.id: identifies it, and its type is none that a key can hold.',
    ],
    [
      'a generator that is none',
      { name: 'account', properties: { id: { type: t.string(), id: { generate: 'serial' } } } },
      'Account.id: cannot be generated by "serial": use "ulid", "uuidv7" or a function.',
    ],
    [
      'an object as a default',
      { name: 'account', properties: { id, a: { type: t.any(), default: {} } } },
      'Account.a: has an object for a default, which all would share: give a function that makes it.',
    ],
    [
      'two of one stored name',
      { name: 'account', properties: { id, a: { type: t.string(), name: 'id' } } },
      'Account.a: has the stored name of id, "id".',
    ],
    [
      'a name that reaches into prototypes',
      { name: 'account', properties: { id, constructor: { type: t.string(), name: 'maker' } } },
      'Account.constructor: has a name that reaches into prototypes: use another.',
    ],
    [
      'the name of the prototype itself',
      { name: 'account', properties: { id, ['__proto__']: { type: t.any(), name: 'proto' } } },
      'Account.__proto__: has a name that reaches into prototypes: use another.',
    ],
    [
      'a getter and a method of the class',
      { class: Person, name: 'person', properties: { id, label: t.string(), close: t.any() } },
      'Person.label: is a getter or a method of the class, and not stored: leave it out; ' +
        'Person.close: is a getter or a method of the class, and not stored: leave it out.',
    ],
    [
      'an index on what is not there',
      { name: 'account', properties: { id }, indexes: [{ name: 'by-a', on: ['a'] }] },
      'Account: index "by-a" is on "a", which is neither stored nor a getter: correct the name, or put @Property() on it.',
    ],
    [
      'an index on nothing',
      { name: 'account', properties: { id }, indexes: [{ name: 'by-a', on: [] }] },
      `Account: index "by-a" says on which properties it is: on: ['owner'].`,
    ],
    [
      'an index on a text',
      { name: 'account', properties: { id }, indexes: [{ name: 'by-a', on: 'id' }] },
      `Account: index "by-a" says on which properties it is: on: ['owner'].`,
    ],
    [
      'a class, not a function, for many',
      {
        class: class Owner {},
        name: 'owner',
        properties: { id },
        many: { items: { target: Person, by: 'a' } },
      },
      'many takes a function that returns the class: many(() => Customer).',
    ],
  ])('%s', (_, definition, message) => {
    // Once: of a class that is there, what is said twice is wrong twice.
    const error = thrownBy(opened(definition));
    expect(error).toBeInstanceOf(TypeError);
    const { message: said } = error as TypeError;
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
  });

  test('twice on one class', () => {
    class Twice {
      id = 't';
    }
    const properties = { id: { ...id, index: true } } as const;
    defineEntity({ class: Twice, name: 'once', properties });
    defineEntity({ class: Twice, name: 'twice', properties });
    expect(messageOf(() => schemaOf(Twice))).toBe(
      'Twice: two indexes are named "id": give one of them another name.',
    );
  });
});

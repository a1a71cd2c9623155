import { describe, expect, test } from 'vitest';

import { toHex } from '../../src/bytes.js';
import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import type { PlainRecord } from '../../src/codec/codec.js';
import { encodeKey, recordKeys } from '../../src/codec/record-key.js';
import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import { entitySchemas } from '../../src/entity/entity-set.js';
import { IdProps } from '../../src/entity/entity-types.js';
import { codeOf, messageOf } from '../codec/code-of.js';

@Entity({ name: 'account', version: 2 })
class Account {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() email?: string;
  @Property({ name: 'bal' }) balance?: bigint;
  @Property() status?: string = 'open';
  cache?: string;

  get label(): string {
    return `${this.email ?? ''} (${this.status ?? ''})`;
  }
}

@Entity({ name: 'order-line' })
class OrderLine {
  declare [IdProps]?: 'order' | 'line';
  @Id() order!: string;
  @Id() line!: number;
  @Property() article?: string;
}

@Entity({ name: 'event' })
class Event {
  declare [IdProps]?: 'at';
  constructor(reason: { text: string }) {
    this.reason = reason.text;
  }
  @Id() at!: Date;
  @Property() reason?: string;
}

const accounts = schemaOf(Account);
const lines = schemaOf(OrderLine);
const events = schemaOf(Event);
const newAccount = (id: string): Account => Object.assign(new Account(), { id });

test('what is declared', () => {
  expect(accounts).toMatchObject({ entityClass: Account, className: 'Account', name: 'account', version: 2 });
  expect(accounts.properties).toEqual([
    { property: 'id', storedName: 'id', isId: true },
    { property: 'email', storedName: 'email', isId: false },
    { property: 'balance', storedName: 'bal', isId: false },
    { property: 'status', storedName: 'status', isId: false },
  ]);
  expect(lines.idProperties.map(({ property }) => property)).toEqual(['order', 'line']);
});

describe('keys', () => {
  test('of one property', () => {
    expect(toHex(accounts.keyFor('ada'))).toBe(toHex(encodeKey(recordKeys('account'), ['ada'])));
  });

  test('of several, in the order of declaration whatever the order given', () => {
    const key = toHex(encodeKey(recordKeys('order-line'), ['o', 1]));
    expect(toHex(lines.keyFor({ order: 'o', line: 1 }))).toBe(key);
    expect(toHex(lines.keyFor({ line: 1, order: 'o' }))).toBe(key);
  });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an object', { id: 'a' }],
    ['a list', ['a']],
    ['a function', () => 'a'],
  ])('%s is no id of one property', (_, id) => {
    expect(codeOf(() => accounts.keyFor(id as string))).toBe('TypeError');
  });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['a value', 'o'],
    ['a part missing', { order: 'o' }],
    ['a part undefined', { order: 'o', line: undefined }],
    ['a part too many', { order: 'o', line: 1, article: 'a' }],
    ['a part of another name', { order: 'o', lin: 1 }],
    ['a list', ['o', 1]],
  ])('%s is no id of two', (_, id) => {
    expect(codeOf(() => lines.keyFor(id as { order: string; line: number }))).toBe('TypeError');
  });

  test('the errors name class and property', () => {
    expect(messageOf(() => accounts.keyFor(undefined as never))).toBe(
      'Account.id identifies it and must be a string, number, bigint, boolean, Date or Uint8Array, not undefined.',
    );
    expect(messageOf(() => lines.keyFor('o' as never))).toBe(
      'OrderLine is identified by an object { order, line }.',
    );
    expect(messageOf(() => lines.keyFor({ order: 'o', line: null } as never))).toMatch(
      /^OrderLine\.line identifies it .* not null\.$/,
    );
  });

  test('an id that cannot be a key is refused by name', () => {
    expect(messageOf(() => lines.keyFor({ order: 'o', line: NaN }))).toBe(
      'order-line: NaN cannot be part of a key: use a finite number.',
    );
    expect(codeOf(() => accounts.keyFor('x'.repeat(1100)))).toBe('KEY_TOO_LARGE');
  });
});

describe('ids of entities', () => {
  test('one property, several', () => {
    expect(accounts.idOf(newAccount('a'))).toBe('a');
    const line = lines.create({ order: 'o', line: 1 });
    expect(lines.idOf(line)).toEqual({ order: 'o', line: 1 });
    expect(Object.isFrozen(lines.idOf(line))).toBe(true);
  });

  test('not set', () => {
    expect(codeOf(() => accounts.idOf(new Account()))).toBe('TypeError');
    expect(messageOf(() => lines.idOf(new OrderLine()))).toMatch(/^OrderLine\.order identifies it/);
  });

  test('generated once', () => {
    const account = new Account();
    const id = accounts.ensureId(account);
    expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(account.id).toBe(id);
    expect(accounts.ensureId(account)).toBe(id);
  });

  test('not generated where the application gave one, or must', () => {
    expect(accounts.ensureId(newAccount('mine'))).toBe('mine');
    expect(codeOf(() => lines.ensureId(new OrderLine()))).toBe('TypeError');
  });

  test('in words', () => {
    expect(accounts.describe('a')).toBe('Account "a"');
    expect(lines.describe({ order: 'o', line: 1 })).toBe('OrderLine ["o", 1]');
    expect(events.describe(new Date(0))).toBe('Event 1970-01-01T00:00:00.000Z');
    expect(accounts.describe(undefined as never)).toBe('Account undefined');
    expect(lines.describe(Object.create(null) as never)).toBe('OrderLine [Object: null prototype] {}');
  });
});

describe('create', () => {
  test('runs the constructor, assigns, generates the id', () => {
    const account = accounts.create({ email: 'a', balance: 1n });
    expect(account).toBeInstanceOf(Account);
    expect(account).toMatchObject({ email: 'a', balance: 1n, status: 'open', label: 'a (open)' });
    expect(account.id).toHaveLength(26);
  });

  test('keeps what is given over defaults and generation', () => {
    expect(accounts.create({ id: 'mine', status: 'closed' })).toMatchObject({ id: 'mine', status: 'closed' });
  });

  test('refuses a property that is not stored, naming those that are', () => {
    expect(messageOf(() => accounts.create({ emial: 'a' } as never))).toBe(
      'Account.emial cannot be set: only id, email, balance, status can. ' +
        'A field needs @Property(), and the id of a stored entity never changes.',
    );
    for (const data of [{ cache: 'x' }, { label: 'x' }, { constructor: 1 }, null, 'text']) {
      expect(codeOf(() => accounts.create(data as never))).toBe('TypeError');
    }
  });

  test('says so where the constructor needs arguments', () => {
    expect(messageOf(() => events.create({ at: new Date(0) }))).toBe(
      'Event cannot be built without constructor arguments: build it yourself and save it.',
    );
    expect(events.toPlain(Object.assign(new Event({ text: 'x' }), { at: new Date(0) }))).toEqual({
      at: new Date(0),
      reason: 'x',
    });
  });
});

describe('assign', () => {
  test('changes what is given', () => {
    const account = accounts.create({ email: 'a', balance: 1n });
    accounts.assign(account, { balance: 2n });
    expect(account).toMatchObject({ email: 'a', balance: 2n });
  });

  test('never the id', () => {
    const account = newAccount('a');
    expect(
      codeOf(() => {
        accounts.assign(account, { id: 'b' } as never);
      }),
    ).toBe('TypeError');
    expect(account.id).toBe('a');
  });

  test('nothing if anything is refused', () => {
    const account = newAccount('a');
    expect(
      codeOf(() => {
        accounts.assign(account, { email: 'x', emial: 'y' } as never);
      }),
    ).toBe('TypeError');
    expect(account.email).toBeUndefined();
  });
});

describe('to stored properties and back', () => {
  const roundTrip = (plain: PlainRecord): Record<string, unknown> =>
    canonicalSuperjson.decode(canonicalSuperjson.encode(plain));

  test('by stored name, without what is undefined or not declared', () => {
    const account = accounts.create({ id: 'a', balance: 1n });
    account.cache = 'x';
    expect(accounts.toPlain(account)).toEqual({ id: 'a', bal: 1n, status: 'open' });
  });

  test('an instance comes back, its constructor not run', () => {
    const plain = roundTrip(
      accounts.toPlain(Object.assign(newAccount('a'), { status: undefined, balance: 1n })),
    );
    const { entity, undeclared } = accounts.hydrate(plain, accounts.keyFor('a'), accounts.version);
    expect(entity).toBeInstanceOf(Account);
    expect(Object.entries(entity)).toEqual([
      ['id', 'a'],
      ['balance', 1n],
    ]);
    expect(entity.label).toBe(' ()');
    expect(undeclared).toBeUndefined();
    const at = new Date(5);
    expect(events.hydrate({ at, reason: 'x' }, events.keyFor(at), events.version).entity.reason).toBe('x');
  });

  test('what the class does not declare is put aside, and kept on the way back', () => {
    const stored = { id: 'a', bal: 1n, status: 'open', phone: '123', tags: new Set(['x']) };
    const { entity, undeclared } = accounts.hydrate(
      roundTrip(stored),
      accounts.keyFor('a'),
      accounts.version,
    );
    expect(undeclared).toEqual({ phone: '123', tags: new Set(['x']) });
    expect(entity).not.toHaveProperty('phone');
    expect(canonicalSuperjson.encode(accounts.toPlain(entity, undeclared))).toEqual(
      canonicalSuperjson.encode(stored),
    );
  });

  test('what the class declares wins over what was put aside', () => {
    const account = Object.assign(newAccount('a'), { balance: 2n, status: undefined });
    expect(accounts.toPlain(account, { bal: 1n, status: 'old', phone: '123' })).toEqual({
      id: 'a',
      bal: 2n,
      phone: '123',
    });
  });

  test('a stored property under the name of one in the class is not that one', () => {
    const { entity, undeclared } = accounts.hydrate(
      { id: 'a', balance: 'text' },
      accounts.keyFor('a'),
      accounts.version,
    );
    expect(entity.balance).toBeUndefined();
    expect(undeclared).toEqual({ balance: 'text' });
  });

  test.each<[string, PlainRecord]>([
    ['of another id', { id: 'b' }],
    ['without id', { email: 'a' }],
    ['with an id that is none', { id: { a: 1 } }],
    ['with an id that is null', { id: null }],
    ['with an id of another type', { id: 1n }],
  ])('a record %s is refused', (_, plain) => {
    expect(codeOf(() => accounts.hydrate(plain, accounts.keyFor('a'), accounts.version))).toBe(
      'UNREADABLE_RECORD',
    );
  });

  test('the refusal names the class', () => {
    expect(messageOf(() => accounts.hydrate({ id: 'b' }, accounts.keyFor('a'), accounts.version))).toBe(
      'The record is not the Account its key names: its own id is another.',
    );
  });

  test('only instances are stored', () => {
    for (const entity of [{ id: 'a' }, new OrderLine(), null, 'a']) {
      expect(codeOf(() => accounts.toPlain(entity as never))).toBe('TypeError');
      expect(codeOf(() => accounts.ensureId(entity as never))).toBe('TypeError');
    }
    class Special extends Account {}
    expect(accounts.toPlain(Object.assign(new Special(), { id: 'a' }))).toEqual({ id: 'a', status: 'open' });
  });
});

describe('inheritance', () => {
  class Base {
    @Property() a?: string;
    @Property({ name: 'bb' }) b?: string;
  }
  @Entity({ name: 'left' })
  class Left extends Base {
    @Id() id!: string;
    @Property() left?: string;
  }
  @Entity({ name: 'right' })
  class Right extends Base {
    @Id() id!: string;
    @Property({ name: 'renamed' }) override b?: string = undefined;
  }
  @Entity({ name: 'leftmost' })
  class Leftmost extends Left {
    @Property() more?: string;
  }
  const names = (entityClass: new () => { id: string }): string[] =>
    schemaOf(entityClass).properties.map(({ property, storedName }) => `${property}=${storedName}`);

  test('what a subclass adds or changes reaches neither base nor sibling', () => {
    expect(names(Left)).toEqual(['a=a', 'b=bb', 'id=id', 'left=left']);
    expect(names(Right)).toEqual(['a=a', 'b=renamed', 'id=id']);
    expect(names(Leftmost)).toEqual(['a=a', 'b=bb', 'id=id', 'left=left', 'more=more']);
  });

  test('each has its own name', () => {
    expect(entitySchemas([Left, Right, Leftmost]).schemas.map(({ name }) => name)).toEqual([
      'left',
      'right',
      'leftmost',
    ]);
  });
});

describe('a set of entities', () => {
  test('finds by class, takes a class twice, keeps order', () => {
    const set = entitySchemas([Account, OrderLine, Account]);
    expect(set.of(Account).entityClass).toBe(Account);
    expect(set.schemas.map(({ className }) => className)).toEqual(['Account', 'OrderLine']);
  });

  test('reading a schema twice changes nothing', () => {
    expect(schemaOf(Account).properties).toEqual(accounts.properties);
  });
});

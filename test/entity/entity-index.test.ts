import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { toHex } from '../../src/bytes.js';
import { encodeKey, namedKeys } from '../../src/codec/record-key.js';
import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import { entitySchemas } from '../../src/entity/entity-set.js';
import type { EntityClass } from '../../src/entity/entity-types.js';
import { Index } from '../../src/entity/index-decorator.js';
import type { IndexSchema } from '../../src/entity/index-schema.js';
import { ImmuError } from '../../src/errors.js';
import { codeOf, messageOf } from '../codec/code-of.js';

@Entity({ name: 'account' })
@Index({ name: 'by-owner', on: ['owner', 'openedAt'] })
@Index({ name: 'by-domain', on: ['domain', 'id'], unique: true })
class Account {
  @Id() id!: string;
  @Index({ unique: true }) email?: string | null;
  @Property({ name: 'bal' }) @Index() balance?: bigint;
  @Index({ name: 'opening' }) @Property() openedAt?: Date;
  @Property() owner?: string;
  @Index() accountURL?: string;
  get domain(): string | undefined {
    return this.email?.replace(/.*@/, '');
  }
  @Index() get initial(): string | undefined {
    return this.owner?.slice(0, 1);
  }
}

const accounts = schemaOf(Account);
const account = (values: Partial<Account>): Account => Object.assign(new Account(), { id: 'a' }, values);
const named = (name: string, schema: { indexes: readonly IndexSchema[] } = accounts): IndexSchema =>
  schema.indexes.find((index) => index.name === name)!;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('what is declared', () => {
  test('name, properties and uniqueness, in order', () => {
    expect(accounts.indexes.map(({ name, properties, unique }) => [name, properties.join(), unique])).toEqual(
      [
        ['email', 'email', true],
        ['bal', 'balance', false],
        ['opening', 'openedAt', false],
        ['account-url', 'accountURL', false],
        ['initial', 'initial', false],
        ['by-owner', 'owner,openedAt', false],
        ['by-domain', 'domain,id', true],
      ],
    );
  });

  test('a field with @Index alone is stored, a getter is not', () => {
    expect(accounts.properties.map(({ property, storedName }) => `${property}=${storedName}`)).toEqual([
      'id=id',
      'email=email',
      'balance=bal',
      'openedAt=openedAt',
      'owner=owner',
      'accountURL=accountURL',
    ]);
    expect(accounts.toPlain(account({ email: 'a@b.c', owner: 'o' }))).toEqual({
      id: 'a',
      email: 'a@b.c',
      owner: 'o',
    });
  });

  test.each<[string, string]>([
    ['createdAt', 'created-at'],
    ['userID', 'user-id'],
    ['URLPath', 'url-path'],
    ['line2Text', 'line2-text'],
    ['snake_case', 'snake_case'],
    ['a.b', 'a.b'],
  ])('an index on %s is named %s', (property, name) => {
    class Any {}
    Index()(Any.prototype, property as never);
    Id()(Any.prototype, 'id' as never);
    Entity({ name: 'any' })(Any);
    expect(schemaOf(Any).indexes[0]?.name).toBe(name);
  });

  test('keys are those of the kind, the entity and the index', () => {
    expect(toHex(named('email').keys.prefix)).toBe(toHex(namedKeys('unique', 'account', 'email').prefix));
    expect(toHex(named('by-owner').keys.prefix)).toBe(
      toHex(namedKeys('index', 'account', 'by-owner').prefix),
    );
    expect(toHex(named('bal').metaKey)).toBe(toHex(encodeKey(namedKeys('meta', 'account', 'bal'), [])));
  });
});

describe('the digest', () => {
  test('is that of the canonical text', () => {
    expect(toHex(named('by-domain').digest)).toBe(sha256('{"properties":["domain","id"],"unique":true}'));
    expect(toHex(named('bal').digest)).toBe(sha256('{"properties":["bal"],"unique":false}'));
  });

  test('goes by stored names, and not by those of class, property, entity, index or namespace', () => {
    @Entity({ name: 'konto' })
    class Konto {
      @Id() id!: string;
      @Index({ name: 'anders' }) @Property({ name: 'bal' }) saldo?: bigint;
    }
    const [index] = schemaOf(Konto, { namespace: 'other' }).indexes;
    expect(index?.digest).toEqual(named('bal').digest);
  });

  test('is another for another order, another property, or other uniqueness', () => {
    @Entity({ name: 'account' })
    @Index({ name: 'a', on: ['x', 'y'] })
    @Index({ name: 'b', on: ['y', 'x'] })
    @Index({ name: 'c', on: ['x'] })
    @Index({ name: 'd', on: ['x', 'y'], unique: true })
    class Any {
      @Id() id!: string;
      @Property() x?: string;
      @Property() y?: string;
    }
    const digests = schemaOf(Any).indexes.map(({ digest }) => toHex(digest));
    expect(new Set(digests).size).toBe(4);
  });
});

describe('the values an entity is found under', () => {
  test('one for each property, computed ones too', () => {
    const ada = account({ email: 'ada@b.c', owner: 'Ada', openedAt: new Date(5), balance: 7n });
    expect(accounts.indexes.map((index) => index.valuesOf(ada))).toEqual([
      ['ada@b.c'],
      [7n],
      [new Date(5)],
      undefined,
      ['A'],
      ['Ada', new Date(5)],
      ['b.c', 'a'],
    ]);
  });

  test('none where one is undefined or null', () => {
    expect(named('email').valuesOf(account({ email: null }))).toBeUndefined();
    expect(named('email').valuesOf(account({}))).toBeUndefined();
    expect(named('by-owner').valuesOf(account({ owner: 'o' }))).toBeUndefined();
    expect(named('by-domain').valuesOf(account({ email: null }))).toBeUndefined();
  });

  test('what is empty, zero or false is a value', () => {
    expect(named('email').valuesOf(account({ email: '' }))).toEqual(['']);
    expect(named('bal').valuesOf(account({ balance: 0n }))).toEqual([0n]);
    expect(named('bal').valuesOf(account({ balance: false as never }))).toEqual([false]);
  });

  test.each<[string, unknown, string]>([
    ['an object', { a: 1 }, 'an object'],
    ['an array', ['a'], 'an array'],
    ['a Set', new Set(), 'an object'],
    ['a symbol', Symbol('a'), 'symbol'],
  ])('%s is a mistake of the caller', (_, value, found) => {
    const ada = account({ email: value as string });
    expect(codeOf(() => named('email').valuesOf(ada))).toBe('TypeError');
    expect(messageOf(() => named('email').valuesOf(ada))).toBe(
      'Account.email is indexed by "email" and must be a string, number, bigint, boolean, Date or Uint8Array, ' +
        `or undefined or null, not ${found}.`,
    );
  });

  test.each<[string, unknown]>([
    ['NaN', NaN],
    ['an infinity', Infinity],
    ['an invalid Date', new Date(NaN)],
    ['a lone surrogate', '\ud800'],
    ['a bigint of 121 bytes', 1n << 960n],
  ])('%s is refused as a value', (_, value) => {
    expect(codeOf(() => named('bal').valuesOf(account({ balance: value as bigint })))).toBe('VALUE_REFUSED');
  });

  test('the refusal names property, index and entity', () => {
    const refusal = (): unknown => named('by-owner').valuesOf(account({ owner: NaN as never }));
    expect(messageOf(refusal)).toBe(
      'Account.owner cannot be indexed by "by-owner" of account: NaN cannot be part of a key: use a finite number.',
    );
    try {
      refusal();
    } catch (error) {
      expect((error as ImmuError).details).toEqual({
        entity: 'account',
        index: 'by-owner',
        property: 'owner',
      });
      expect((error as ImmuError).cause).toBeInstanceOf(ImmuError);
    }
    expect.assertions(3);
  });
});

describe('namespaces', () => {
  const apart = schemaOf(Account, { namespace: 'tenant-1' });

  test('hold records, entries, unique values and what is noted of indexes', () => {
    expect(apart.keys.namespace).toBe('tenant-1');
    expect(toHex(apart.keyFor('a'))).toContain(toHex(Buffer.from('tenant-1\0account\0')));
    for (const index of apart.indexes) {
      expect(index.keys.namespace).toBe('tenant-1');
      expect(toHex(index.metaKey)).toBe(
        toHex(encodeKey(namedKeys('meta', 'account', index.name, 'tenant-1'), [])),
      );
    }
  });

  test('the same for all entities of a ledger', () => {
    const { schemas } = entitySchemas([Account], { namespace: 'tenant-1' });
    expect(schemas.map(({ keys }) => keys)).toEqual([apart.keys]);
    expect(entitySchemas([Account]).schemas.map(({ keys }) => keys)).toEqual([accounts.keys]);
  });

  test('a record of another namespace is not taken for one of this', () => {
    expect(codeOf(() => apart.hydrate({ id: 'a' }, accounts.keyFor('a'), apart.version))).toBe(
      'UNREADABLE_RECORD',
    );
  });
});

describe('inheritance', () => {
  @Index({ name: 'by-both', on: ['a', 'b'] })
  class Base {
    @Index() a?: string;
    @Property({ name: 'bb' }) b?: string;
    @Index() get computed(): string | undefined {
      return this.a;
    }
  }
  @Entity({ name: 'left' })
  class Left extends Base {
    @Id() id!: string;
    @Index() left?: string;
  }
  @Entity({ name: 'right' })
  @Index({ name: 'by-both', on: ['b', 'a'], unique: true })
  class Right extends Base {
    @Id() id!: string;
    @Index({ unique: true }) override a?: string = undefined;
    @Index() override b?: string = undefined;
    override get computed(): string | undefined {
      return this.b;
    }
  }
  @Entity({ name: 'rightmost' })
  class Rightmost extends Right {
    @Property({ name: 'renamed' }) override a?: string = undefined;
  }
  const indexesOf = (entityClass: EntityClass): string[] =>
    schemaOf(entityClass).indexes.map(
      ({ name, keys, properties }) => `${keys.kind} ${name}: ${properties.join()}`,
    );

  test('indexes come with their class, and what a subclass adds reaches neither base nor sibling', () => {
    expect(indexesOf(Left)).toEqual([
      'index a: a',
      'index computed: computed',
      'index by-both: a,b',
      'index left: left',
    ]);
  });

  test('what a subclass says anew of a member, or under the name of an index of the class, holds', () => {
    expect(indexesOf(Right)).toEqual([
      'index computed: computed',
      'unique a: a',
      'index bb: b',
      'unique by-both: b,a',
    ]);
    expect(schemaOf(Right).properties.map(({ storedName }) => storedName)).toEqual(['a', 'bb', 'id']);
  });

  test('a stored name changed in a subclass names the index there', () => {
    expect(indexesOf(Rightmost)).toContain('unique renamed: a');
    expect(toHex(named('renamed', schemaOf(Rightmost)).digest)).toBe(
      sha256('{"properties":["renamed"],"unique":true}'),
    );
  });

  test('a getter of the subclass computes what is indexed', () => {
    const right = Object.assign(new Right(), { id: 'r', a: 'x', b: 'y' });
    expect(named('computed', schemaOf(Right)).valuesOf(right)).toEqual(['y']);
  });
});

test('an entity without indexes has none', () => {
  @Entity({ name: 'bare' })
  class Bare {
    @Id() id!: string;
  }
  expect(schemaOf(Bare).indexes).toEqual([]);
});

test('a setter and a method are refused under legacy decorators whatever their types', () => {
  @Entity({ name: 'account' })
  class Any {
    @Id() id!: string;
    @Index() set limit(value: string) {
      this.id = value;
    }
  }
  expect(messageOf(() => schemaOf(Any))).toBe(
    'Any.limit: @Index() belongs on a field or a getter, not on a setter.',
  );
});

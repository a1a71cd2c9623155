// What the types of an entity say, checked by tsc under both kinds of decorators (npm run check:types).
import { expectTypeOf, test } from 'vitest';

import type { KeyPart } from '../../../src/codec/key-parts.js';
import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { schemaOf, type EntitySchema } from '../../../src/entity/entity-schema.js';
import { IdProps, type CreateData, type IdOf, type UpdateData } from '../../../src/entity/entity-types.js';

type AccountId = string & { readonly __brand: 'AccountId' };

@Entity({ name: 'account' })
class Account {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() email!: string;
  @Property() balance!: bigint;
  @Property() nickname?: string;
  @Property() closed: Date | null = null;
  @Property() readonly openedAt!: Date;
  @Property() private note?: string;
  @Property() protected secret?: string;

  rename(name: string): void {
    this.nickname = name;
    this.note = this.secret = name;
  }

  get label(): string {
    return `${this.email} ${this.note ?? ''}`;
  }

  callback?: () => void;
}

@Entity({ name: 'book' })
class Book {
  declare [IdProps]?: 'isbn';
  @Id() isbn!: string;
  @Property() title!: string;
}

@Entity({ name: 'order-line' })
class OrderLine {
  declare [IdProps]?: 'order' | 'line';
  @Id() order!: string;
  @Id() line!: number;
  @Property() article!: string;
}

@Entity({ name: 'setting' })
class Setting {
  @Id() key!: string;
  @Property() value!: string;
}

@Entity({ name: 'ids' })
class Ids {
  @Id() id?: AccountId;
  @Id({ generate: 'ulid' }) branded!: AccountId;
  @Id({ generate: 'uuidv7' }) text?: string;
  @Id({ generate: () => crypto.randomUUID() }) uuid!: string;
  @Id({ generate: () => 5n }) counter!: bigint | string;
  @Id() flag!: boolean;
  @Id() when!: Date;
  @Id() bytes!: Uint8Array;
  @Id() readonly number!: number;
}

abstract class Base {
  @Id() id!: string;
  constructor(readonly reason: string) {}
}

test('ids', () => {
  expectTypeOf<IdOf<Account>>().toEqualTypeOf<string>();
  expectTypeOf<IdOf<Book>>().toEqualTypeOf<string>();
  expectTypeOf<IdOf<OrderLine>>().toEqualTypeOf<{ readonly order: string; readonly line: number }>();
  expectTypeOf<IdOf<Setting>>().toEqualTypeOf<KeyPart | Readonly<Record<string, KeyPart>>>();
  expectTypeOf<IdOf<Ids>>().toEqualTypeOf<AccountId>();
  expectTypeOf<IdOf<{ id: string | number }>>().toEqualTypeOf<string | number>();
});

test('data to build an entity from', () => {
  expectTypeOf<keyof CreateData<Account>>().toEqualTypeOf<
    'id' | 'email' | 'balance' | 'nickname' | 'closed' | 'openedAt' | 'label'
  >();
  const data: CreateData<Account> = { email: 'a', balance: 1n, closed: null };
  expectTypeOf(data).toExtend<{ id?: string; email: string; nickname?: string; openedAt?: Date }>();
  const line: CreateData<OrderLine> = { order: 'o', line: 1, article: 'a' };
  expectTypeOf(line.article).toEqualTypeOf<string>();

  // @ts-expect-error email is missing
  const _incomplete: CreateData<Account> = { balance: 1n, closed: null };
  // @ts-expect-error balance is a bigint
  const _wrong: CreateData<Account> = { email: 'a', balance: 1, closed: null };
  // @ts-expect-error there is no such property
  const _unknown: CreateData<Account> = { email: 'a', balance: 1n, closed: null, emial: 'a' };
  // @ts-expect-error a method is no data
  const _method: CreateData<Account> = { email: 'a', balance: 1n, closed: null, rename: () => undefined };
  // @ts-expect-error nor is a function
  const _callback: CreateData<Account> = { email: 'a', balance: 1n, closed: null, callback: () => undefined };
});

test('data to change an entity with', () => {
  const patch: UpdateData<Account> = { balance: 2n };
  expectTypeOf(patch).toExtend<{ email?: string; balance?: bigint }>();
  // @ts-expect-error an id never changes
  const _id: UpdateData<Account> = { id: 'b' };
  // @ts-expect-error nor does a part of one
  const _part: UpdateData<OrderLine> = { line: 2 };
});

test('schemas', () => {
  expectTypeOf(schemaOf(Account)).toEqualTypeOf<EntitySchema<Account>>();
  const _use = (accounts: EntitySchema<Account>, lines: EntitySchema<OrderLine>): void => {
    expectTypeOf(accounts.create({ email: 'a', balance: 1n, closed: null })).toEqualTypeOf<Account>();
    accounts.keyFor('a');
    // @ts-expect-error the id is a string
    accounts.keyFor(1);
    // @ts-expect-error absent is not an id
    accounts.keyFor(undefined);
    lines.keyFor({ order: 'o', line: 1 });
    // @ts-expect-error the id has two parts
    lines.keyFor({ order: 'o' });
    // @ts-expect-error each of its type
    lines.keyFor({ order: 'o', line: '1' });
    const line = lines.create({ order: 'o', line: 1, article: 'a' });
    // @ts-expect-error an order line is no account
    accounts.toPlain(line); // eslint-disable-line @typescript-eslint/no-unsafe-class-instance-assignment -- the point
  };
  schemaOf(Ids);
  // @ts-expect-error not a class
  const _notAClass = () => schemaOf({ name: 'account' });
  // An abstract class and one with constructor parameters are classes too.
  const _abstract = (): EntitySchema<Base> => schemaOf(Base);
});

test('ids that are none, or not of the generated type', () => {
  class _Wrong {
    // @ts-expect-error a ulid is a string
    @Id({ generate: 'ulid' }) number!: number;
    // @ts-expect-error a uuid is a string
    @Id({ generate: 'uuidv7' }) date!: Date;
    // @ts-expect-error the function makes numbers
    @Id({ generate: () => 5 }) text!: string;
    // @ts-expect-error an object is no part of a key
    @Id() object!: { a: string };
    // @ts-expect-error an array is no part of a key
    @Id() list!: string[];
    // @ts-expect-error null is no part of a key
    @Id() nullable!: string | null;
    // @ts-expect-error the function makes no part of a key
    @Id({ generate: () => ({}) }) made!: string;
    // @ts-expect-error a class is no type
    @Property({ type: String }) type!: string;
  }
  const _refused = () => {
    class _Refused {
      // @ts-expect-error there is no such option
      @Id({ auto: true }) id!: string;
      // @ts-expect-error there is no such option
      @Property({ nullable: true }) text!: string;
    }
  };
});

// What declared types of properties let a field be, checked by tsc under both kinds of decorators (npm run check:types).
import { expectTypeOf, test } from 'vitest';

import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { OptionalProps, type CreateData, type UpdateData } from '../../../src/entity/entity-types.js';
import type { PropertyType } from '../../../src/entity/property-type.js';
import { t } from '../../../src/entity/types/t.js';

type Email = string & { readonly __brand: 'Email' };

enum Status {
  Open = 'open',
  Paid = 'paid',
}
enum Level {
  Low,
  High = 5,
}
const Size = { small: 's', large: 'l' } as const;

class Money {
  constructor(readonly cents: bigint) {}
}
const money = t.custom({
  name: 'an amount of money',
  toStored: ({ cents }: Money) => cents,
  fromStored: (cents: bigint) => new Money(cents),
});

class Address {
  @Property({ type: t.string() }) city!: string;
}

type ValueOf<T> = T extends PropertyType<infer V> ? V : never;

test('what types are of', () => {
  const _enums = { texts: t.enum(Status), numbers: t.enum(Level) };
  expectTypeOf<ValueOf<typeof _enums.texts>>().toEqualTypeOf<Status>();
  expectTypeOf<Level>().toExtend<ValueOf<typeof _enums.numbers>>();
  expectTypeOf(t.enum(Size)).toEqualTypeOf<PropertyType<'s' | 'l'>>();
  expectTypeOf(t.enum(['a', 1])).toEqualTypeOf<PropertyType<'a' | 1>>();
  const nested = t.nullable(t.array(t.map(t.string(), t.set(t.bigint()))));
  expectTypeOf(nested).toEqualTypeOf<PropertyType<Map<string, Set<bigint>>[] | null>>();
  expectTypeOf(t.embedded(() => Address)).toEqualTypeOf<PropertyType<Address>>();
  expectTypeOf(money).toEqualTypeOf<PropertyType<Money>>();
  expectTypeOf(t.any<{ a: number }>()).toEqualTypeOf<PropertyType<{ a: number }>>();
  expectTypeOf(t.any()).toEqualTypeOf<PropertyType>();
  // @ts-expect-error an enum of truth values is none
  const _truths = () => t.enum([true]);
});

test('fields of the declared type, narrower ones, and absent ones', () => {
  @Entity({ name: 'sound' })
  class _Sound {
    @Id({ type: t.string() }) id!: string;
    @Property({ type: t.string() }) text!: string;
    @Property({ type: t.string() }) email!: Email;
    @Property({ type: t.string() }) literal!: 'a' | 'b';
    @Property({ type: t.string() }) optional?: string;
    @Property({ type: t.string() }) maybe: string | undefined;
    @Property({ type: t.nullable(t.date()) }) nullable: Date | null = null;
    @Property({ type: t.nullable(t.date()) }) never!: Date;
    @Property({ type: t.enum(Status) }) status!: Status;
    @Property({ type: t.enum(Status) }) open!: Status.Open;
    @Property({ type: t.enum(Level) }) level!: Level;
    @Property({ type: t.enum(['s', 'l']) }) size!: 's' | 'l';
    @Property({ type: t.enum(Size) }) sizes!: (typeof Size)[keyof typeof Size];
    @Property({ type: t.array(t.bigint()) }) list!: bigint[];
    @Property({ type: t.map(t.string(), t.bytes()) }) map?: Map<string, Uint8Array>;
    @Property({ type: t.set(t.enum(Status)) }) set!: Set<Status>;
    @Property({ type: t.embedded(() => Address) }) address!: Address;
    @Property({ type: t.optional(t.url()) }) url?: URL;
    @Property({ type: money }) price!: Money;
    @Property({ type: t.any() }) any!: { a: number };
    @Property({ type: t.string() }) private note?: string;
    @Property({ type: t.bigint() }) protected count?: bigint;
    @Property({ type: t.string(), default: 'a', validate: (text) => (text === '' ? [] : undefined) })
    withMore!: string;
    @Property({ type: t.array(t.string()), default: () => [] }) made!: string[];
    @Property({ default: 5 }) untyped!: number;

    noted(note: string): void {
      this.note = note;
      this.count = BigInt(note.length);
    }
  }
});

test('fields of other types', () => {
  class _Wrong {
    // @ts-expect-error a bigint is no string
    @Property({ type: t.string() }) other!: bigint;
    // @ts-expect-error nor may it be either
    @Property({ type: t.string() }) either!: string | bigint;
    // @ts-expect-error null is to be declared
    @Property({ type: t.string() }) nullable!: string | null;
    // @ts-expect-error not among the values
    @Property({ type: t.enum(['a', 'b']) }) wider!: 'a' | 'c';
    // @ts-expect-error any text is not among the values
    @Property({ type: t.enum(Status) }) text!: string;
    // @ts-expect-error a list of others
    @Property({ type: t.array(t.string()) }) list!: bigint[];
    // @ts-expect-error a Set is no list
    @Property({ type: t.array(t.string()) }) set!: Set<string>;
    // @ts-expect-error a Map of others
    @Property({ type: t.map(t.string(), t.bigint()) }) map!: Map<string, number>;
    // @ts-expect-error another class
    @Property({ type: t.embedded(() => Address) }) address!: Money;
    // @ts-expect-error another class
    @Property({ type: money }) price!: bigint;
    // @ts-expect-error a default of another type
    @Property({ type: t.string(), default: 5 }) defaulted!: string;
    // @ts-expect-error made of another type
    @Property({ type: t.string(), default: () => 5 }) made!: string;
    // @ts-expect-error it was not called
    @Property({ type: t.string }) uncalled!: string;
  }
});

test('what has a default may be left out', () => {
  class Ticket {
    declare [OptionalProps]?: 'status' | 'tags';
    @Id() id!: string;
    @Property({ type: t.string() }) title!: string;
    @Property({ type: t.enum(Status), default: Status.Open }) status!: Status;
    @Property({ default: () => [] }) tags!: string[];
  }
  const data: CreateData<Ticket> = { title: 'a' };
  expectTypeOf(data).toExtend<{ id?: string; title: string; status?: Status; tags?: string[] }>();
  expectTypeOf<keyof UpdateData<Ticket>>().toEqualTypeOf<'title' | 'status' | 'tags'>();
  // @ts-expect-error the title has none
  const _incomplete: CreateData<Ticket> = { status: Status.Open };
  // @ts-expect-error of its type all the same
  const _wrong: CreateData<Ticket> = { title: 5, status: Status.Open };
});

test('hooks and validation know the entity', () => {
  const trim = (named: { name: string }): void => {
    named.name = named.name.trim();
  };
  @Entity<Account>({
    name: 'account',
    hooks: {
      beforeSave: (account, { isNew }) => {
        expectTypeOf(account).toEqualTypeOf<Account>();
        expectTypeOf(isNew).toEqualTypeOf<boolean>();
      },
      afterSave: (account, { revision }) => {
        expectTypeOf([account.balance, revision]).toEqualTypeOf<bigint[]>();
      },
      afterLoad: (account) => {
        expectTypeOf(account).toEqualTypeOf<Account>();
      },
    },
    validate: (account) => (account.balance < 0n ? [{ message: 'is overdrawn', path: ['balance'] }] : []),
  })
  class Account {
    @Id() id!: string;
    @Property() name!: string;
    @Property() balance!: bigint;
  }

  // Without saying of which class, from what the functions take.
  @Entity({ name: 'named', hooks: { beforeSave: trim } })
  class _Fits {
    @Id() id!: string;
    @Property() name!: string;
  }

  // @ts-expect-error it has no name to look at
  @Entity({ name: 'named', hooks: { beforeSave: trim } })
  class _Unfit {
    @Id() id!: string;
  }

  // @ts-expect-error of another class
  @Entity<Account>({ name: 'other' })
  class _Other {
    @Id() id!: string;
  }

  const _refused = () => {
    // @ts-expect-error there is no such hook
    @Entity({ name: 'hooked', hooks: { beforeDelete: () => undefined } })
    class _Hooked {
      @Id() id!: string;
    }
  };

  // @ts-expect-error a step returns the stored properties
  @Entity({ name: 'old', version: 2, upcast: { 1: () => 5 } })
  class _Old {
    @Id() id!: string;
  }
});

// What types let be indexed and asked, checked by tsc under both kinds of decorators (npm run check:types).
import { expectTypeOf, test } from 'vitest';

import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { Index } from '../../../src/entity/index-decorator.js';
import { IndexProps, type IndexKeys, type Where } from '../../../src/entity/where-types.js';

type Email = string & { readonly __brand: 'Email' };

@Entity({ name: 'account' })
@Index({ name: 'by-owner', on: ['owner', 'openedAt', 'domain'] })
@Index({ name: 'by-level', on: ['level'], unique: true })
class Account {
  declare [IndexProps]?:
    'active' | 'balance' | 'closedAt' | 'digest' | 'domain' | 'email' | 'level' | 'openedAt' | 'owner';
  @Id({ generate: 'ulid' }) id!: string;
  @Index({ unique: true }) email!: Email;
  @Index() @Property({ name: 'bal' }) balance!: bigint;
  @Property() @Index({ name: 'by-closing' }) closedAt: Date | null = null;
  @Property() readonly openedAt!: Date;
  @Property() owner?: string;
  @Index() level: number | undefined;
  @Index() active?: boolean | null;
  @Index() digest!: Uint8Array;
  @Index() private note?: string;
  @Index() protected secret?: string;
  @Property() tags!: Set<string>;

  @Index() get domain(): string | undefined {
    return (this.note ?? this.secret ?? this.email).split('@')[1];
  }
  @Index() private get half(): bigint {
    return this.balance / 2n;
  }
  rename(): void {
    this.note = String(this.half);
  }
}

@Entity({ name: 'untold' })
class Untold {
  @Id() id!: string;
  @Index() email!: string;
  @Property() tags!: Set<string>;
}

test('the names that can be asked for', () => {
  expectTypeOf<IndexKeys<Account>>().toEqualTypeOf<
    'active' | 'balance' | 'closedAt' | 'digest' | 'domain' | 'email' | 'level' | 'openedAt' | 'owner'
  >();
  expectTypeOf<IndexKeys<Untold>>().toEqualTypeOf<never>();
  expectTypeOf<IndexKeys<{ [IndexProps]?: 'gone'; id: string }>>().toEqualTypeOf<never>();
  schemaOf(Account);
});

test('conditions', () => {
  const _sound: Where<Account>[] = [
    {},
    { email: 'a@b.c' as Email },
    { email: { startsWith: 'a@' } },
    { balance: 5n },
    { balance: { gte: 1n, lt: 5n } },
    { closedAt: new Date(0) },
    { closedAt: { gt: new Date(0) }, level: 1 },
    { owner: 'ada', openedAt: { lte: new Date(0) } },
    { owner: { startsWith: 'a', gt: 'ab' } },
    { domain: 'example.com' },
    { domain: { startsWith: 'example.' } },
    { level: { gte: 0 } },
    { active: true },
    { active: { lt: true } },
    { digest: Uint8Array.of(1) },
    { digest: { gte: Uint8Array.of(1) } },
  ];
  // @ts-expect-error there is no such property
  const _unknown: Where<Account> = { emial: 'a' };
  // @ts-expect-error no index is on it
  const _notIndexed: Where<Account> = { id: 'a' };
  // @ts-expect-error private ones are out of reach
  const _private: Where<Account> = { note: 'a' };
  // @ts-expect-error any text is no email
  const _brand: Where<Account> = { email: 'a@b.c' };
  // @ts-expect-error a bigint is due
  const _number: Where<Account> = { balance: 5 };
  // @ts-expect-error a Date is due
  const _text: Where<Account> = { closedAt: '2024-01-01' };
  // @ts-expect-error never what is absent
  const _null: Where<Account> = { closedAt: null };
  // @ts-expect-error never what is absent
  const _undefined: Where<Account> = { owner: undefined };
  // @ts-expect-error a bigint is due
  const _range: Where<Account> = { balance: { gte: 5 } };
  // @ts-expect-error a string is due
  const _rangeOfText: Where<Account> = { owner: { gte: 5n } };
  // @ts-expect-error a Date is due
  const _rangeOfDates: Where<Account> = { openedAt: { lt: 5 } };
  // @ts-expect-error a bigint begins with nothing
  const _bigint: Where<Account> = { balance: { startsWith: '5' } };
  // @ts-expect-error nor does a Date
  const _date: Where<Account> = { openedAt: { startsWith: '2024' } };
  // @ts-expect-error what it begins with is text
  const _prefix: Where<Account> = { owner: { startsWith: 5 } };
  // @ts-expect-error there is no such comparison
  const _operator: Where<Account> = { balance: { equals: 5n } };
  // @ts-expect-error not several at once
  const _list: Where<Account> = { owner: ['a', 'b'] };
  // @ts-expect-error a list is no condition
  const _conditions: Where<Account> = [{ owner: 'a' }];
});

test('where the types do not say what is indexed, any property that a key could hold', () => {
  const _where: Where<Untold>[] = [{ email: 'a' }, { id: { gte: 'a' } }];
  // @ts-expect-error there is no such property
  const _unknown: Where<Untold> = { emial: 'a' };
  // @ts-expect-error a string is due
  const _wrong: Where<Untold> = { email: 1 };
  // @ts-expect-error no key holds it
  const _set: Where<Untold> = { tags: new Set(['a']) };
});

test('what cannot be indexed', () => {
  class _Wrong {
    // @ts-expect-error an object is no part of a key
    @Index() object!: { a: string };
    // @ts-expect-error an array is no part of a key
    @Index() list?: string[];
    // @ts-expect-error nor what may be one
    @Index() either!: string | string[];
    // @ts-expect-error nor is a Set
    @Index({ unique: true }) set!: Set<string>;
    // @ts-expect-error nor what a getter makes of it
    @Index() get size(): { width: number } {
      return { width: this.set.size };
    }
    // @ts-expect-error a name is text
    @Index({ name: 1 }) name!: string;
  }

  // @ts-expect-error tags are no part of a key
  @Index({ name: 'by-tags', on: ['id', 'tags'] })
  // @ts-expect-error no such property
  @Index({ name: 'by-owner', on: ['id', 'ownr'] })
  // @ts-expect-error private ones are out of reach
  @Index({ name: 'by-note', on: ['note'] })
  // @ts-expect-error nothing to compare
  @Index({ name: 'by-method', on: ['rename'] })
  class _WrongOnClass {
    @Id() id!: string;
    @Property() tags!: Set<string>;
    @Property() private note?: string;
    rename(): void {
      this.note = this.id;
    }
  }

  const _refused = () => {
    // @ts-expect-error no such option
    @Index({ name: 'by-id', on: ['id'], sparse: true })
    class _Refused {
      // @ts-expect-error there is no such option
      @Index({ sorted: true }) id!: string;
    }
  };

  // An abstract class and one with constructor parameters are classes too.
  @Index({ name: 'by-reason', on: ['reason'] })
  abstract class _Abstract {
    constructor(readonly reason: string) {}
  }
});

// Properties of every declared type come back as they were, are checked on the way in and out, and keep their evidence.

import { describe, expect, it } from 'vitest';
import {
  defineEntity,
  Entity,
  evidenceOf,
  Hidden,
  Id,
  Index,
  type IndexProps,
  isVerified,
  type OptionalProps,
  Property,
  t,
} from 'immurepo';
import { cbor } from 'immurepo/cbor';
import { memoryLedger } from 'immurepo/testing';
import { describeServers } from '../support/describe-servers.js';
import { onEveryBackend } from './any-ledger.js';

enum Channel {
  Mail = 'mail',
  Phone = 'phone',
}

class Money {
  readonly units: bigint;
  readonly currency: string;
  constructor(units: bigint, currency: string) {
    this.units = units;
    this.currency = currency;
  }
  static parse(text: string): Money {
    const [, units, currency] = /^(-?\d+) ([A-Z]{3})$/.exec(text) ?? [];
    if (units === undefined || currency === undefined) throw new RangeError(`${text} is no amount`);
    return new Money(BigInt(units), currency);
  }
  toString(): string {
    return `${String(this.units)} ${this.currency}`;
  }
}

const money = t.custom({
  name: 'an amount of money',
  toStored: (amount: Money) => String(amount),
  fromStored: (text: string) => Money.parse(text),
});

class Address {
  @Property({ type: t.string() }) street!: string;
  @Property({ name: 'town' }) city!: string;
  @Hidden() @Property() note?: string;

  get line(): string {
    return `${this.street}, ${this.city}`;
  }
}

abstract class Dated {
  @Property({ type: t.date(), default: () => new Date(0) }) createdAt!: Date;
}

@Entity({ name: 'member' })
class Member extends Dated {
  declare [IndexProps]?: 'domain';
  declare [OptionalProps]?: 'createdAt' | 'tags' | 'limits' | 'channel';
  @Id({ type: t.bigint() }) id!: bigint;
  @Property({ type: t.embedded(() => Address) }) home!: Address;
  @Property({ type: t.array(t.embedded(() => Address)) }) others!: Address[];
  @Property({ type: t.enum(Channel), default: Channel.Mail }) channel!: Channel;
  @Property({ type: t.set(t.string()), default: () => new Set() }) tags!: Set<string>;
  @Property({ type: t.map(t.string(), money), default: () => new Map() }) limits!: Map<string, Money>;
  @Property({ type: t.nullable(t.url()) }) site: URL | null = null;
  @Property({ type: t.regExp() }) pattern?: RegExp;
  @Hidden() @Property({ type: t.bytes() }) secret?: Uint8Array;
  @Property({ type: money }) fee!: Money;

  @Index() get domain(): string | undefined {
    return this.site?.hostname;
  }
}

/** One with everything. */
function memberData() {
  return {
    id: 7n,
    home: Object.assign(new Address(), { street: 'Ring 1', city: 'Wien', note: 'gate code 1' }),
    others: [Object.assign(new Address(), { street: 'Kai 2', city: 'Graz' })],
    tags: new Set(['b', 'a']),
    limits: new Map([['day', new Money(500n, 'EUR')]]),
    site: new URL('https://example.com/a'),
    pattern: /^a+$/i,
    secret: new Uint8Array([1, 2]),
    fee: new Money(-3n, 'USD'),
  };
}

const Account = defineEntity({
  name: 'account',
  properties: {
    id: { type: t.string(), id: { generate: 'ulid' } },
    email: { type: t.string(), index: { unique: true } },
    balance: { type: t.bigint(), default: 0n },
    closed: t.nullable(t.date()),
    note: t.optional(t.string()),
    pin: { type: t.optional(t.string()), hidden: true },
  },
});

onEveryBackend('declared properties', describeServers, (start) => {
  it('come back as they were: embedded classes, enums, collections, types of one’s own', async () => {
    const database = await start();
    const members = (await database.open([Member])).repository(Member);
    const saved = await members.save(members.create(memberData()));
    const found = await (await database.open([Member])).repository(Member).findOrFail(7n);
    expect(found).toEqual(saved);
    const { others: _, ...data } = memberData();
    expect(found).toMatchObject({ ...data, channel: 'mail', createdAt: new Date(0) });
    expect(found.home).toBeInstanceOf(Address);
    expect(found.home.line).toBe('Ring 1, Wien');
    expect(found.others[0]!.line).toBe('Kai 2, Graz');
    expect(found.limits.get('day')).toBeInstanceOf(Money);
    expect([...found.tags]).toEqual(['b', 'a']);
    expect(isVerified(found)).toBe(true);
    expect(evidenceOf(await members.save(found)).revision).toBe(1n);
    expect((await members.findBy({ domain: 'example.com' })).map(({ id }) => id)).toEqual([7n]);
    found.home.city = 'Linz';
    expect(isVerified(found)).toBe(false);
    await members.save(found);
    const [change] = await members.diff(7n, 1n, 2n);
    expect(change).toMatchObject({ property: 'home', kind: 'changed', paths: ['home.town'] });
  });

  it('are the same without decorators', async () => {
    const database = await start();
    const accounts = (await database.open([Account])).repository(Account);
    const ada = await accounts.save(accounts.create({ email: 'ada@example.com', closed: null, pin: '1234' }));
    expect(ada.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(ada.balance).toBe(0n);
    const found = await accounts.findOneBy({ email: 'ada@example.com' });
    expect(found).toBeInstanceOf(Account);
    expect(found).toEqual(ada);
    expect(JSON.parse(JSON.stringify(found))).toEqual({
      id: ada.id,
      email: 'ada@example.com',
      balance: '0',
      closed: null,
    });
    await expect(
      accounts.save(accounts.create({ email: 'ada@example.com', closed: null })),
    ).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' });
  });
});

describe('what is not of its declared type', () => {
  it('is refused by name before anything is sent', async () => {
    await using ledger = await memoryLedger({ entities: [Member] });
    const members = ledger.repository(Member);
    const refused = async (change: object) =>
      members.save(Object.assign(members.create(memberData()), change)).then(
        () => 'saved',
        (error: unknown) => (error as Error).message,
      );
    expect(await refused({ channel: 'fax' })).toBe(
      'Member.channel must be one of "mail", "phone", not "fax".',
    );
    expect(await refused({ others: [{ street: 1, city: 'x' }] })).toBe(
      'Member.others[0] must be an instance of Address, not a plain object.',
    );
    expect(await refused({ home: Object.assign(new Address(), { street: 5 }) })).toBe(
      'Member.home.street must be a string, not a number.',
    );
    // It can be made into text, but not back.
    expect(await refused({ limits: new Map([['day', 5]]) })).toBe(
      'Member.limits{"day"} cannot be stored as an amount of money, as it could not be read again: 5 is no amount.',
    );
    expect(await refused({ tags: new Set([1]) })).toBe('Member.tags{0} must be a string, not a number.');
  });

  it('is not read: code that declares another type is told so', async () => {
    @Entity({ name: 'member' })
    class Other {
      @Id() id!: bigint;
      @Property({ type: t.number() }) fee!: number;
    }
    const { MemoryServer } = await import('immurepo/testing');
    await using server = await MemoryServer.start();
    const members = (await server.open({ entities: [Member] })).repository(Member);
    await members.save(members.create(memberData()));
    const others = (await server.open({ entities: [Other] })).repository(Other);
    await expect(others.find(7n)).rejects.toMatchObject({
      code: 'UNREADABLE_RECORD',
      message: expect.stringContaining('Other.fee must be a number, not a string') as string,
    });
  });
});

describe('JSON of an entity', () => {
  it('leaves out what is hidden, inside of it too, and has forms for what JSON has none', async () => {
    await using ledger = await memoryLedger({ entities: [Member], codec: cbor });
    const members = ledger.repository(Member);
    const member = await members.save(members.create(memberData()));
    expect(JSON.parse(JSON.stringify(member))).toEqual({
      id: '7',
      home: { street: 'Ring 1', city: 'Wien' },
      others: [{ street: 'Kai 2', city: 'Graz' }],
      channel: 'mail',
      createdAt: '1970-01-01T00:00:00.000Z',
      tags: ['b', 'a'],
      limits: [['day', { units: '500', currency: 'EUR' }]],
      site: 'https://example.com/a',
      pattern: '/^a+$/i',
      fee: { units: '-3', currency: 'USD' },
    });
    // It is stored all the same.
    expect((await members.findOrFail(7n)).secret).toEqual(new Uint8Array([1, 2]));
  });
});

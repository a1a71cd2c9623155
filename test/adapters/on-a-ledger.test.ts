// Both libraries on a whole ledger: classes that an application has already, saved, found proven, and refused.

import 'reflect-metadata';
import * as transformer from 'class-transformer';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import * as validator from 'class-validator';
import { IsEmail, Length, ValidateNested } from 'class-validator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { classTransformer, classValidator } from '../../src/adapters/index.js';
import { Entity, evidenceOf, Id, Index, type IndexProps, type Ledger, Property } from '../../src/index.js';
import { memoryLedger } from '../../src/testing/index.js';

class Address {
  @Length(2, 40) city!: string;
  get label(): string {
    return `${this.city}!`;
  }
}

@Entity({ name: 'account', hydrator: 'class-transformer' })
class Account {
  declare [IndexProps]?: 'email';
  @Id({ generate: 'ulid' }) id!: string;
  @Expose({ name: 'mail' }) @IsEmail() @Index({ unique: true }) email!: string;
  @Property() balance!: bigint;
  @ValidateNested() @Type(() => Address) @Property() addresses!: Address[];
  @Transform(({ value }: { value: Set<string> }) => [...value], { toPlainOnly: true })
  @Transform(({ value }: { value: string[] }) => new Set(value), { toClassOnly: true })
  @Property()
  tags = new Set<string>();
  @Exclude() @Property() session?: string;
  @Property() extra?: unknown;
  /** Not stored; the library would call it. */
  readonly onChange = (): never => {
    throw new Error('called');
  };
}

/** As a newer class stored it, with more inside. */
@Entity({ name: 'trip' })
class NewTrip {
  @Id() id!: string;
  @Property() stops!: object[];
}

class Stop {
  @Expose() place!: string;
}

@Entity({ name: 'trip', hydrator: 'class-transformer' })
class Trip {
  @Expose() @Id() id!: string;
  @Expose() @Type(() => Stop) @Property() stops!: Stop[];
}

@Entity({ name: 'note' })
class Note {
  @Id() id!: string;
  @Property() tags!: Set<string>;
}

const hydrators = [classTransformer(transformer)];
const address = (city: string) => Object.assign(new Address(), { city });

let ledger: Ledger;
beforeEach(async () => {
  ledger = await memoryLedger({
    entities: [Account, Note],
    hydrators,
    validator: classValidator(validator),
  });
});
afterEach(() => ledger.close());

const saved = (city = 'Wien') => {
  const accounts = ledger.repository(Account);
  const data = { email: 'ada@example.com', balance: 10n, addresses: [address(city)], tags: new Set(['vip']) };
  return accounts.save(accounts.create({ ...data, session: 's' }));
};

describe('an entity of class-transformer', () => {
  it('is saved, and found as it was, with proof', async () => {
    const { id } = await saved();
    const found = await ledger.repository(Account).findOrFail(id);
    expect(found).toBeInstanceOf(Account);
    expect(found.addresses).toStrictEqual([address('Wien')]);
    expect(found.addresses[0]?.label).toBe('Wien!');
    expect(found.tags).toEqual(new Set(['vip']));
    expect(found.balance).toBe(10n);
    expect(found.session).toBeUndefined();
    expect(evidenceOf(found).revision).toBe(1n);
  });

  it('is found by its indexes, changed, and has a history', async () => {
    const { id } = await saved();
    const accounts = ledger.repository(Account);
    const found = await accounts.findOneBy({ email: 'ada@example.com' });
    found!.addresses.push(address('Graz'));
    await accounts.save(found!);
    const history = await accounts.history(id);
    expect(history.map(({ entity }) => entity?.addresses.map(({ city }) => city))).toEqual([
      ['Wien'],
      ['Wien', 'Graz'],
    ]);
  });

  it('is queried by the names of its class, and compared by those that are stored', async () => {
    const account = await saved();
    const accounts = ledger.repository(Account);
    const [first] = await accounts.findBy({ email: 'ada@example.com' }, { select: ['email', 'balance'] });
    expect(first).toEqual({ email: 'ada@example.com', balance: 10n });
    const { txId } = evidenceOf(account);
    await accounts.update(account.id, { email: 'ada@example.org' });
    const [change] = await accounts.diff(account.id, 1n, 2n);
    expect(change).toMatchObject({ property: 'mail', before: 'ada@example.com', after: 'ada@example.org' });
    const before = await accounts.at(txId).findBy({ email: 'ada@example.com' });
    expect(before.map(({ email }) => email)).toEqual(['ada@example.com']);
  });

  it('is refused with a value that the library would lose', async () => {
    const accounts = ledger.repository(Account);
    const account = await saved();
    account.extra = { data: Uint8Array.of(1) };
    await expect(accounts.save(account)).rejects.toMatchObject({
      code: 'VALUE_REFUSED',
      message:
        'Account.extra.data is a Uint8Array, and class-transformer makes a plain object of it: ' +
        'declare a Buffer with @Type(() => Buffer).',
    });
    expect((await accounts.findOrFail(account.id)).extra).toBeUndefined();
  });

  it('stands beside one of our own', async () => {
    const notes = ledger.repository(Note);
    await notes.save(notes.create({ id: 'n', tags: new Set(['a']) }));
    expect((await notes.findOrFail('n')).tags).toEqual(new Set(['a']));
  });
});

describe('an entity that class-validator finds fault with', () => {
  it('is refused, with the place', async () => {
    await expect(saved('W')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(saved('W')).rejects.toThrow('addresses[0].city');
    expect(await ledger.repository(Account).findBy({ email: 'ada@example.com' })).toEqual([]);
  });
});

describe('a ledger does not open', () => {
  it('with a class that the library does not know', async () => {
    @Entity({ name: 'bare', hydrator: 'class-transformer' })
    class Bare {
      @Id() id!: string;
    }
    await expect(memoryLedger({ entities: [Bare], hydrators })).rejects.toThrow(
      'Bare: class-transformer knows no decorators of it: pass classTransformer() the very module',
    );
  });

  it('with a class whose content the library would lose', async () => {
    @Entity({ name: 'photo', hydrator: 'class-transformer' })
    class Photo {
      @Id() @Expose() id!: string;
      @Property() @Type(() => Uint8Array) data!: Uint8Array;
    }
    await expect(memoryLedger({ entities: [Photo], hydrators })).rejects.toThrow(
      'Photo: data is a Uint8Array, whose content class-transformer loses',
    );
  });
});

it('does not read what it would lose inside, and says what', async () => {
  const { MemoryServer } = await import('../../src/testing/index.js');
  const server = await MemoryServer.start();
  const newer = (await server.open({ entities: [NewTrip] })).repository(NewTrip);
  await newer.save(newer.create({ id: 't1', stops: [{ place: 'Wien', guide: 'Ada' }] }));
  const strict = classTransformer(transformer, { excludeExtraneousValues: true });
  const trips = (await server.open({ entities: [Trip], hydrators: [strict] })).repository(Trip);
  await expect(trips.find('t1')).rejects.toMatchObject({
    code: 'UNREADABLE_RECORD',
    message: expect.stringContaining('"stops" has members that it would not store again') as string,
  });
  await server.close();
});

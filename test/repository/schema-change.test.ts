// What was stored by an older version of a class is read by the newer one, what a newer one stored is refused by the older,
// and history shows which was which.

import { describe, expect, it } from 'vitest';
import {
  Entity,
  evidenceOf,
  Id,
  Index,
  type IndexProps,
  isVerified,
  type Ledger,
  Property,
  t,
} from 'immurepo';
import { MemoryServer, tamper } from 'immurepo/testing';
import { describeServers } from '../support/describe-servers.js';
import { onEveryBackend } from './any-ledger.js';

/** As it was deployed first. */
@Entity({ name: 'account' })
class AccountV1 {
  @Id() id!: string;
  @Property() name!: string;
  @Property() cents!: number;
}

/** Amounts became bigints of another name, and have a currency. */
@Entity({
  name: 'account',
  version: 3,
  upcast: {
    1: ({ cents, ...rest }) => ({ ...rest, amount: BigInt(cents as number) }),
    2: (stored) => ({ ...stored, currency: 'EUR' }),
  },
})
class AccountV3 {
  declare [IndexProps]?: 'currency';
  @Id() id!: string;
  @Property({ name: 'name' }) owner!: string;
  @Property({ type: t.bigint() }) amount!: bigint;
  @Index() @Property({ type: t.enum(['EUR', 'USD']) }) currency!: 'EUR' | 'USD';
}

/** As version 1, by code that knows no name. */
@Entity({ name: 'account' })
class Nameless {
  @Id() id!: string;
  @Property() cents!: number;
}

async function saveOld(ledger: Ledger): Promise<void> {
  const accounts = ledger.repository(AccountV1);
  await accounts.saveMany([
    accounts.create({ id: 'ada', name: 'Ada', cents: 1200 }),
    accounts.create({ id: 'bob', name: 'Bob', cents: 5 }),
  ]);
}

onEveryBackend('a class that changed', describeServers, (start) => {
  const opened = async () => {
    const database = await start();
    await saveOld(await database.open([AccountV1]));
    const ledger = await database.open([AccountV3]);
    return { database, ledger, accounts: ledger.repository(AccountV3) };
  };

  it('reads what older versions stored, proven and unchanged', async () => {
    const { accounts } = await opened();
    const ada = await accounts.findOrFail('ada');
    expect(ada).toMatchObject({ id: 'ada', owner: 'Ada', amount: 1200n, currency: 'EUR' });
    expect(isVerified(ada)).toBe(true);
    expect(evidenceOf(ada).revision).toBe(1n);
    ada.amount = 1n;
    expect(isVerified(ada)).toBe(false);
    const [page, many] = [await accounts.page({ limit: 10 }), await accounts.findMany(['bob', 'ada'])];
    expect(page.items.map(({ amount }) => amount)).toEqual([1200n, 5n]);
    expect(many.map((account) => account?.currency)).toEqual(['EUR', 'EUR']);
    for (const account of [...page.items, ...many]) expect(isVerified(account)).toBe(true);
  });

  it('stores it anew when it is saved, and history shows what each revision was written by', async () => {
    const { accounts } = await opened();
    const ada = await accounts.save(await accounts.findOrFail('ada'));
    expect(evidenceOf(ada).revision).toBe(2n);
    // Once stored by this version, an unchanged one is not stored again.
    expect(evidenceOf(await accounts.save(ada)).revision).toBe(2n);
    expect(evidenceOf(await accounts.save(await accounts.findOrFail('ada'))).revision).toBe(2n);
    const history = await accounts.history('ada');
    expect(history.map(({ revision, entityVersion }) => [revision, entityVersion])).toEqual([
      [1n, 1],
      [2n, 3],
    ]);
    expect(history.map(({ entity }) => entity?.amount)).toEqual([1200n, 1200n]);
    // What is stored did change, and is shown as it is stored.
    const changes = await accounts.diff('ada', 1n, 2n);
    expect(changes.map(({ property, kind, before, after }) => [property, kind, before, after])).toEqual([
      ['amount', 'added', undefined, 1200n],
      ['currency', 'added', undefined, 'EUR'],
      ['cents', 'removed', 1200, undefined],
    ]);
    expect((await accounts.at(evidenceOf(ada).txId - 1n).find('ada'))?.currency).toBe('EUR');
  });

  it('is found by a new index once it was indexed anew', async () => {
    const { ledger, accounts } = await opened();
    await expect(accounts.findBy({ currency: 'EUR' })).rejects.toMatchObject({ code: 'INDEX_NOT_READY' });
    await ledger.reindex(AccountV3);
    expect((await accounts.findBy({ currency: 'EUR' })).map(({ id }) => id)).toEqual(['ada', 'bob']);
  });

  it('is an error to code that is older than the record, which says so', async () => {
    const { database, accounts } = await opened();
    await accounts.save(await accounts.findOrFail('ada'));
    const old = (await database.open([AccountV1])).repository(AccountV1);
    await expect(old.find('ada')).rejects.toMatchObject({
      code: 'NEWER_RECORD',
      details: { version: 3, knownVersion: 1, entity: 'account' },
    });
    await expect(old.save(old.create({ id: 'ada', name: 'x', cents: 1 }))).rejects.toMatchObject({
      code: 'NEWER_RECORD',
    });
    const passed: string[] = [];
    const { items } = await old.page({ limit: 10, onUnreadable: ({ error }) => passed.push(error.code) });
    expect(items.map(({ id }) => id)).toEqual(['bob']);
    expect(passed).toEqual(['NEWER_RECORD']);
    expect((await accounts.findOrFail('ada')).owner).toBe('Ada');
  });

  it('keeps what it does not know through a load and a save', async () => {
    const { database } = await opened();
    const nameless = (await database.open([Nameless])).repository(Nameless);
    const ada = await nameless.findOrFail('ada');
    ada.cents = 7;
    await nameless.save(ada);
    const accounts = (await database.open([AccountV3])).repository(AccountV3);
    expect(await accounts.findOrFail('ada')).toMatchObject({
      id: 'ada',
      owner: 'Ada',
      amount: 7n,
      currency: 'EUR',
    });
  });
});

describe('an upcast', () => {
  it('is not asked before the proof holds', async () => {
    const asked: unknown[] = [];
    @Entity({
      name: 'account',
      version: 2,
      upcast: {
        1: (stored) => {
          asked.push(stored.cents);
          return stored;
        },
      },
    })
    class Watching {
      @Id() id!: string;
      @Property() cents!: number;
    }
    await using server = await MemoryServer.start();
    await saveOld(await server.open({ entities: [AccountV1] }));
    const ledger = await server.open({ entities: [Watching] });
    await tamper(ledger).forge(AccountV1, 'ada', { cents: 1_000_000 });
    await expect(ledger.repository(Watching).find('ada')).rejects.toMatchObject({
      name: 'VerificationError',
    });
    expect(asked).toEqual([]);
    await tamper(ledger).honest();
    await ledger.repository(Watching).findOrFail('ada');
    expect(asked).toEqual([1200]);
  });

  it('that fails says so, and nothing is lost', async () => {
    @Entity({
      name: 'account',
      version: 2,
      upcast: {
        1: () => {
          throw new RangeError('no such currency');
        },
      },
    })
    class Failing {
      @Id() id!: string;
    }
    await using server = await MemoryServer.start();
    const old = await server.open({ entities: [AccountV1] });
    await saveOld(old);
    const ledger = await server.open({ entities: [Failing] });
    await expect(ledger.repository(Failing).find('ada')).rejects.toMatchObject({
      code: 'UNREADABLE_RECORD',
      message: expect.stringContaining(
        'The upcast of Failing from version 1 failed: RangeError: no such currency',
      ) as string,
    });
    expect((await old.repository(AccountV1).findOrFail('ada')).name).toBe('Ada');
  });
});

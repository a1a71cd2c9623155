// Repositories with methods of the application, of a ledger and within a transaction.

import { describe, expect, it } from 'vitest';
import { evidenceOf, Repository, type Verified } from 'immurepo';
import { memoryLedger } from 'immurepo/testing';
import type { RepositoryBinding } from '../../src/repository/repository-binding.js';
import { describeServers } from '../support/describe-servers.js';
import { onEveryBackend } from './any-ledger.js';
import { Account, Stranger } from './entities.js';
import { Member } from './write/entities.js';

class Accounts extends Repository<Account> {
  static readonly entity = Account;

  open(id: string, balance: bigint): Promise<Verified<Account>> {
    return this.insert(this.create({ id, email: `${id}@example.com`, balance }));
  }

  /** Domain logic that works alone and as part of a transaction. */
  async deposit(id: string, amount: bigint): Promise<Verified<Account>> {
    const account = await this.findOrFail(id);
    account.deposit(amount);
    return this.save(account);
  }
}

class Members extends Repository<Member> {
  static readonly entity = Member;

  byEmail(email: string) {
    return this.findOneBy({ email });
  }
}

onEveryBackend('a repository of the application’s class', describeServers, (start) => {
  it('works alone, and within a transaction as a part of it', async () => {
    const database = await start();
    const [ledger, other] = [await database.open([Account, Member]), await database.open([Account, Member])];
    const accounts = ledger.repository(Accounts);
    await accounts.open('a', 10n);
    expect((await accounts.deposit('a', 5n)).balance).toBe(15n);
    const members = ledger.repository(Members);
    await members.save(members.create({ id: 'm', email: 'm@example.com' }));

    let attempts = 0;
    const moved = await ledger.transaction(async (tx) => {
      const inside = tx.repository(Accounts);
      expect((await tx.repository(Members).byEmail('m@example.com'))?.id).toBe('m');
      await inside.open('b', 1n);
      const account = await inside.deposit('a', -5n);
      // Nothing is written before the end, and what was read is guarded.
      expect(await other.repository(Account).find('b')).toBeUndefined();
      if (attempts++ === 0) await other.repository(Members).update('m', { note: 'changed' });
      return account;
    });
    expect(attempts).toBe(2);
    expect(evidenceOf(moved)).toMatchObject({ revision: 3n });
    const found = await other.repository(Accounts).findMany(['a', 'b']);
    expect(found.map((one) => one?.balance)).toEqual([10n, 1n]);
  });
});

describe('the repository of a class', () => {
  it('is always the same one, of that class, and another than that of its entity', async () => {
    await using ledger = await memoryLedger({ entities: [Account], createTenants: true });
    const accounts = ledger.repository(Accounts);
    expect(accounts).toBeInstanceOf(Accounts);
    expect(ledger.repository(Accounts)).toBe(accounts);
    expect(ledger.repository(Account)).not.toBe(accounts);
    for (const kin of [await ledger.tenant('tenant'), await ledger.namespace('space')]) {
      await kin.repository(Accounts).open('a', 1n);
      expect(kin.repository(Accounts)).not.toBe(accounts);
    }
    expect(await accounts.find('a')).toBeUndefined();
  });

  it('may have a constructor that hands on what it is given, and bases of its own', async () => {
    abstract class Counting<T extends object> extends Repository<T> {
      calls = 0;
      constructor(binding: RepositoryBinding<T>) {
        super(binding);
        this.calls++;
      }
    }
    class Counted extends Counting<Account> {
      static readonly entity = Account;
    }
    await using ledger = await memoryLedger({ entities: [Account] });
    expect(ledger.repository(Counted).calls).toBe(1);
    expect(await ledger.repository(Counted).find('a')).toBeUndefined();
  });

  it('may say otherwise what its methods do: the others do not depend on that', async () => {
    class Loud extends Repository<Account> {
      static readonly entity = Account;
      override find(): Promise<never> {
        return Promise.reject(new Error('overridden'));
      }
      override findBy(): Promise<never> {
        return Promise.reject(new Error('overridden'));
      }
    }
    await using ledger = await memoryLedger({ entities: [Account] });
    const loud = ledger.repository(Loud);
    expect(await loud.exists('a')).toBe(false);
    await loud.upsert({ id: 'a', email: 'a', balance: 1n });
    expect(await loud.exists('a')).toBe(true);
  });

  it('is refused where the class is not sound', async () => {
    class Homeless extends Repository<Account> {}
    class Foreign extends Repository<Stranger> {
      static readonly entity = Stranger;
    }
    class Broken extends Repository<Account> {
      static readonly entity = Account;
      constructor() {
        super(undefined as never);
      }
    }
    await using ledger = await memoryLedger({ entities: [Account] });
    const problems: [unknown, RegExp][] = [
      [Homeless, /^Homeless does not say which entity it is for/],
      [Repository, /^Repository does not say which entity it is for/],
      [Foreign, /^Stranger is not among the entities of this ledger/],
      [Broken, /^Broken is made by ledger.repository\(Broken\), not by itself/],
    ];
    for (const [given, problem] of problems) {
      expect(() => ledger.repository(given as typeof Account)).toThrow(problem);
      await ledger.transaction((tx) => {
        expect(() => tx.repository(given as typeof Account)).toThrow(problem);
        return Promise.resolve();
      });
    }
    expect(() => new Accounts({} as never)).toThrow(TypeError);
  });
});

describe('within a transaction', () => {
  type Call = (accounts: Accounts) => unknown;
  const UNGUARDED: Record<string, Call> = {
    history: (accounts) => accounts.history('a'),
    revisions: (accounts) => accounts.revisions('a'),
    diff: (accounts) => accounts.diff('a', 0n),
    restore: (accounts) => accounts.restore('a', 1n),
    at: (accounts) => accounts.at(1n),
    page: (accounts) => accounts.page(),
    stream: (accounts) => accounts.stream(),
    streamBy: (accounts) => accounts.streamBy({}),
    count: (accounts) => accounts.count(),
    plan: (accounts) => accounts.plan([]),
  };
  const REFUSED_OPTIONS: Record<string, Call> = {
    force: (accounts) => accounts.update('a', { balance: 1n }, { force: true }),
    idempotencyKey: (accounts) =>
      accounts.upsert({ id: 'a', email: '', balance: 1n }, { idempotencyKey: 'k' }),
    select: (accounts) => accounts.findBy({}, { select: ['email'] }),
    onUnreadable: (accounts) => accounts.findOneBy({}, { onUnreadable: () => undefined }),
  };

  it.each(Object.entries({ ...UNGUARDED, ...REFUSED_OPTIONS }))('there is no %s', async (name, call) => {
    await using ledger = await memoryLedger({ entities: [Account] });
    await ledger.repository(Accounts).open('a', 1n);
    await ledger.transaction(async (tx) => {
      const called = Promise.resolve().then(() => call(tx.repository(Accounts)));
      const failure = await called.catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TypeError);
      expect((failure as TypeError).message).toContain(name);
    });
  });

  it('everything else there is', async () => {
    await using ledger = await memoryLedger({ entities: [Account, Member] });
    await ledger.repository(Accounts).open('a', 1n);
    const members = ledger.repository(Members);
    await members.insert(members.create({ id: 'm', email: 'm@example.com' }));
    const loaded = await ledger.repository(Account).findOrFail('a');
    await ledger.transaction(async (tx) => {
      const [accounts, inside] = [tx.repository(Accounts), tx.repository(Members)];
      await inside.upsert({ id: 'x', email: 'm@example.com', note: 'by email' }, { by: ['email'] });
      await accounts.upsert({ id: 'a', email: 'new', balance: 2n });
      await accounts.upsert({ id: 'b', email: 'b', balance: 2n });
      expect(await accounts.exists('b')).toBe(true);
      expect((await accounts.refresh(loaded)).balance).toBe(2n);
      await accounts.insertMany([accounts.create({ id: 'c', email: 'c', balance: 3n })]);
      await accounts.saveMany([await accounts.update('b', { balance: 4n })]);
      expect(await accounts.delete('c')).toBeUndefined();
      expect(accounts.batchLimit()).toBeGreaterThan(1);
    });
    const found = await ledger.repository(Account).findMany(['a', 'b', 'c']);
    expect(found.map((one) => one?.balance)).toEqual([2n, 4n, undefined]);
    expect(await members.findOrFail('m')).toMatchObject({ note: 'by email' });
    expect(await members.find('x')).toBeUndefined();
  });

  it('is of no use when that is over', async () => {
    await using ledger = await memoryLedger({ entities: [Account] });
    let kept: Accounts | undefined;
    await ledger.transaction((tx) => {
      kept = tx.repository(Accounts);
      return Promise.resolve();
    });
    await expect(kept!.find('a')).rejects.toThrow(/This transaction is over/);
    await expect(kept!.open('a', 1n)).rejects.toThrow(/This transaction is over/);
    await expect(kept!.upsert({ id: 'a', email: 'a', balance: 1n })).rejects.toThrow(/is over/);
  });
});

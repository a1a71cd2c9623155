// Transactions on a network that loses answers, and on a server that lies: committed once, or refused, or found out
// afterwards.

import { describe, expect, it, onTestFinished } from 'vitest';
import { ChainForkError, evidenceOf, type Ledger, VerificationError } from 'immurepo';
import { memoryLedger, MemoryServer, tamper } from 'immurepo/testing';
import { CLASSES, Counter, Member } from '../write/entities.js';
import { failureOf, outcomeOf } from '../write/outcome.js';
import { listedAndThere, storedEntries } from '../write/stored-entries.js';

async function opened(): Promise<Ledger> {
  const ledger = await memoryLedger({ entities: CLASSES });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** A server with two ledgers. */
async function twoLedgers(): Promise<readonly [Ledger, Ledger]> {
  const server = await MemoryServer.start();
  onTestFinished(() => server.close());
  return [await server.open({ entities: CLASSES }), await server.open({ entities: CLASSES })];
}

const add = async (ledger: Ledger, id: string, amount = 1): Promise<number> => {
  let runs = 0;
  await ledger.transaction(async (tx) => {
    runs++;
    const loaded = await tx.repository(Counter).findOrFail(id);
    loaded.value += amount;
    await tx.repository(Counter).save(loaded);
    await tx.repository(Counter).insert(tx.repository(Counter).create({ value: amount }));
  });
  return runs;
};

describe('a transaction whose answer is lost', () => {
  it('is committed once, and run once', async () => {
    const ledger = await opened();
    const counters = ledger.repository(Counter);
    const { id } = await counters.insert(counters.create({ value: 0 }));
    for (const lost of [1, 2, 3]) {
      await tamper(ledger).loseAnswers(lost);
      expect(await add(ledger, id)).toBe(1);
    }
    expect((await counters.history(id)).map(({ entity }) => entity?.value)).toEqual([0, 1, 2, 3]);
    expect(await counters.count()).toBe(4);
  });

  it('and was refused is run again, with what another writer left', async () => {
    const [ledger, other] = await twoLedgers();
    const counters = ledger.repository(Counter);
    const { id } = await counters.insert(counters.create({ value: 0 }));
    let runs = 0;
    await ledger.transaction(async (tx) => {
      const loaded = await tx.repository(Counter).findOrFail(id);
      if (++runs === 1) {
        await other.repository(Counter).update(id, { value: 10 });
        await tamper(ledger).loseAnswers();
      }
      loaded.value += 1;
      await tx.repository(Counter).save(loaded);
    });
    expect(runs).toBe(2);
    expect((await counters.history(id)).map(({ entity }) => entity?.value)).toEqual([0, 10, 11]);
  });

  it('with all that takes a unique value: the value is not taken twice', async () => {
    const ledger = await opened();
    const members = ledger.repository(Member);
    await members.insertMany([members.create({ id: 'a', email: 'x' }), members.create({ id: 'b' })]);
    await tamper(ledger).loseAnswers();
    await ledger.transaction(async (tx) => {
      await tx.repository(Member).update('a', { email: null });
      await tx.repository(Member).update('b', { email: 'x' });
    });
    expect(await storedEntries(ledger, Member)).toEqual(['email x → b']);
  });

  it('and whose server does not come back has an unknown outcome, which is no conflict to try again', async () => {
    const ledger = await opened();
    const counters = ledger.repository(Counter);
    const { id } = await counters.insert(counters.create({ value: 0 }));
    await tamper(ledger).crash('after-commit');
    let runs = 0;
    const lost = ledger.transaction(
      async (tx) => {
        runs++;
        await tx.repository(Counter).update(id, { value: 1 });
      },
      { timeoutMs: 300 },
    );
    expect((await failureOf(lost)).code).toBe('UNKNOWN_OUTCOME');
    expect(runs).toBe(1);
    await tamper(ledger).comeBack();
    expect((await counters.history(id)).map(({ entity }) => entity?.value)).toEqual([0, 1]);
  });
});

describe('a named write whose answer is lost', () => {
  it('is found by its name when it is made again, by another process too', async () => {
    const [ledger, other] = await twoLedgers();
    await tamper(ledger).crash('after-commit');
    const members = ledger.repository(Member);
    const insert = (repository: typeof members) =>
      repository.insert(repository.create({ id: 'a', email: 'a@x' }), {
        idempotencyKey: 'once',
        timeoutMs: 300,
      });
    expect(await outcomeOf(insert(members))).toBe('UNKNOWN_OUTCOME');
    await tamper(ledger).comeBack();
    for (const repository of [members, other.repository(Member)]) {
      const again = await insert(repository);
      expect(evidenceOf(again).revision).toBe(1n);
    }
    expect(await members.history('a')).toHaveLength(1);
  });
});

describe('a transaction shown what is not so', () => {
  /** A counter in two revisions that this ledger has seen, and how often a transaction that reads it was run. */
  async function reading(lie: (ledger: Ledger, id: string) => Promise<void>) {
    const ledger = await opened();
    const counters = ledger.repository(Counter);
    const { id } = await counters.insert(counters.create({ value: 0 }));
    await counters.update(id, { value: 1 });
    const head = await ledger.client.trustedState();
    await lie(ledger, id);
    let runs = 0;
    const failure = await failureOf(
      ledger.transaction(async (tx) => {
        runs++;
        await tx.repository(Counter).findOrFail(id);
        await tx.repository(Counter).insert(tx.repository(Counter).create({ value: 5 }));
      }),
    );
    await tamper(ledger).honest();
    expect(failure).toBeInstanceOf(VerificationError);
    expect(runs).toBe(1);
    expect(await ledger.verifyState()).toEqual(head);
    return failure.code;
  }

  it('ends with that, is not run again, and writes nothing', async () => {
    const forged = await reading((ledger, id) => tamper(ledger).forge(Counter, id, { value: 100 }));
    expect(['BINDING_MISMATCH', 'PROOF_INVALID']).toContain(forged);
    expect(await reading((ledger, id) => tamper(ledger).replay(Counter, id, 1n))).toBe('STALE_READ');
    expect(await reading((ledger, id) => tamper(ledger).withhold(Counter, id))).toBe('OMISSION_DETECTED');
  });

  it('ends with that even if something else changed as well', async () => {
    const [ledger, other] = await twoLedgers();
    const counters = ledger.repository(Counter);
    const [a, b] = await counters.insertMany([1, 2].map((value) => counters.create({ value })));
    let runs = 0;
    const failing = ledger.transaction(async (tx) => {
      runs++;
      await tx.repository(Counter).findOrFail(a!.id);
      await other.repository(Counter).saveMany([a!, b!].map(({ id }) => counters.create({ id, value: 7 })));
      const conflict = await failureOf(tx.repository(Counter).find(b!.id));
      expect(conflict.code).toBe('CONFLICT');
      await tamper(ledger).forge(Counter, a!.id, { value: 100 });
      await counters.find(a!.id);
    });
    expect(await failureOf(failing)).toBeInstanceOf(VerificationError);
    expect(runs).toBe(1);
  });
});

describe('a server that looks at no conditions', () => {
  it('forks what two transactions wrote, which history tells, also afterwards', async () => {
    const [ledger, other] = await twoLedgers();
    const counters = ledger.repository(Counter);
    const { id } = await counters.insert(counters.create({ value: 0 }));
    let runs = 0;
    await ledger.transaction(async (tx) => {
      runs++;
      const loaded = await tx.repository(Counter).findOrFail(id);
      await other.repository(Counter).update(id, { value: 10 });
      loaded.value += 1;
      await tx.repository(Counter).save(loaded);
      await tamper(ledger).ignorePreconditions();
    });
    expect(runs).toBe(1);
    const alarms: string[] = [];
    ledger.on('tampered', ({ error }) => alarms.push(error.code));
    await expect(counters.history(id)).rejects.toBeInstanceOf(ChainForkError);
    expect(alarms).toEqual(['CHAIN_FORK']);
    await tamper(ledger).honest();
    await expect(other.repository(Counter).history(id)).rejects.toBeInstanceOf(ChainForkError);
  });

  it('forks what is inserted, forced and named twice', async () => {
    const [ledger, other] = await twoLedgers();
    const members = ledger.repository(Member);
    await members.insert(members.create({ id: 'a' }), { idempotencyKey: 'k' });
    await tamper(ledger).ignorePreconditions();
    await members.insert(members.create({ id: 'a' }), { idempotencyKey: 'k' });
    expect(await outcomeOf(members.history('a'))).toBe('CHAIN_FORK');
    await members.insert(members.create({ id: 'b' }));
    const [mine, theirs] = [await members.findOrFail('b'), await other.repository(Member).findOrFail('b')];
    theirs.note = 'theirs';
    await other.repository(Member).save(theirs);
    mine.note = 'mine';
    await members.save(mine);
    expect(await outcomeOf(other.repository(Member).history('b'))).toBe('CHAIN_FORK');
  });

  it('lets a unique value be doubled, which can be mended once it is honest', async () => {
    const ledger = await opened();
    const members = ledger.repository(Member);
    await members.insert(members.create({ id: 'a', email: 'x' }));
    await tamper(ledger).ignorePreconditions();
    await members.insert(members.create({ id: 'b', email: 'x' }));
    await tamper(ledger).honest();
    expect(await storedEntries(ledger, Member)).toEqual(['email x → b']);
    const both = await members.findMany(['a', 'b']);
    for (const one of both) one!.email = null;
    await members.saveMany(both.map((one) => one!));
    const { listed, there } = await listedAndThere(ledger, Member);
    expect([listed, there]).toEqual([[], []]);
    await members.insert(members.create({ id: 'c', email: 'x' }));
  });
});

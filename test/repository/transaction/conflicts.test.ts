// What a transaction read must still be so when it commits: else it is run again, with what is so then.

import { describe, expect, it } from 'vitest';
import { ConflictError, evidenceOf } from 'immurepo';
import { UniqueViolationError } from '../../../src/errors.js';
import type { Transaction } from '../../../src/repository/transaction/transaction.js';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from '../write/backends.js';
import { CLASSES, Counter, Locker, Member } from '../write/entities.js';
import { failureOf } from '../write/outcome.js';

onEveryBackend(describeServers, 'conflicts of transactions', CLASSES, (pair) => {
  const counters = () => pair.ledger.repository(Counter);
  const counter = (value: number, id?: string) =>
    counters().create(id === undefined ? { value } : { id, value });
  const elsewhere = () => pair.other.repository(Counter);
  const historyOf = async (id: string) => (await counters().history(id)).map(({ entity }) => entity?.value);

  /** Runs `work` as a transaction; `meanwhile` happens once, after the first run of it and before its commit. */
  async function interrupted(
    work: (tx: Transaction) => Promise<unknown>,
    meanwhile: () => Promise<unknown>,
    attempts = 10,
  ): Promise<number> {
    let runs = 0;
    await pair.ledger.transaction(
      async (tx) => {
        runs++;
        await work(tx);
        if (runs === 1) await meanwhile();
      },
      { attempts },
    );
    return runs;
  }

  describe('it is run again where meanwhile', () => {
    it('a record changed that it writes', async () => {
      const { id } = await counters().insert(counter(1));
      const runs = await interrupted(
        async (tx) => {
          const loaded = await tx.repository(Counter).findOrFail(id);
          loaded.value += 10;
          await tx.repository(Counter).save(loaded);
        },
        () => elsewhere().update(id, { value: 2 }),
      );
      expect(runs).toBe(2);
      expect(await historyOf(id)).toEqual([1, 2, 12]);
    });

    it('a record changed that it only read, in another class too', async () => {
      const lockers = pair.ledger.repository(Locker);
      await lockers.insert(lockers.create({ hall: 'r', number: 1n, owner: 'one' }));
      const written = counter(0);
      const runs = await interrupted(
        async (tx) => {
          const { owner } = await tx.repository(Locker).findOrFail({ hall: 'r', number: 1n });
          written.value = owner!.length;
          await tx.repository(Counter).save(written);
        },
        () => pair.other.repository(Locker).update({ hall: 'r', number: 1n }, { owner: 'three' }),
      );
      expect(runs).toBe(2);
      expect(await historyOf(written.id)).toEqual([5]);
    });

    it('a record appeared that it found absent', async () => {
      const seen: boolean[] = [];
      const runs = await interrupted(
        async (tx) => {
          seen.push(await tx.repository(Counter).exists('appears'));
          await tx.repository(Counter).save(counter(1));
        },
        () => elsewhere().insert(counter(1, 'appears')),
      );
      expect(runs).toBe(2);
      expect(seen).toEqual([false, true]);
    });

    it('a record was deleted, or deleted and stored again as it was', async () => {
      const { id } = await counters().insert(counter(1));
      const runs = await interrupted(
        async (tx) => {
          await tx.repository(Counter).findMany([id, 'nobody']);
          await tx.repository(Counter).save(counter(1));
        },
        async () => {
          await elsewhere().delete(id);
          await elsewhere().save(counter(1, id));
        },
      );
      expect(runs).toBe(2);
    });

    it('a record changed that a query found', async () => {
      const members = pair.ledger.repository(Member);
      await members.insertMany(['q1', 'q2'].map((id) => members.create({ id, city: 'q' })));
      const found: number[] = [];
      const runs = await interrupted(
        async (tx) => {
          found.push((await tx.repository(Member).findBy({ city: 'q' })).length);
          await tx.repository(Counter).save(counter(1));
        },
        () => pair.other.repository(Member).update('q2', { city: 'elsewhere' }),
      );
      expect(runs).toBe(2);
      expect(found).toEqual([2, 1]);
    });

    it('it is written by several, none of whose changes is lost', async () => {
      const { id } = await counters().insert(counter(0));
      const add = (ledger: typeof pair.ledger) =>
        ledger.transaction(
          async (tx) => {
            const loaded = await tx.repository(Counter).findOrFail(id);
            loaded.value += 1;
            await tx.repository(Counter).save(loaded);
          },
          { attempts: 100 },
        );
      await Promise.all(Array.from({ length: 12 }, (_, at) => add(at % 2 === 0 ? pair.ledger : pair.other)));
      expect((await counters().findOrFail(id)).value).toBe(12);
      expect(await counters().history(id)).toHaveLength(13);
    });
  });

  it('is not run again for what is new to a query, nor for what others did elsewhere', async () => {
    const members = pair.ledger.repository(Member);
    await members.insert(members.create({ id: 'n1', city: 'n' }));
    const runs = await interrupted(
      async (tx) => {
        await tx.repository(Member).findBy({ city: 'n' });
        await tx.repository(Counter).save(counter(1));
      },
      () => members.insert(members.create({ id: 'n2', city: 'n' })),
    );
    expect(runs).toBe(1);
  });

  it('a write in the callback past the transaction is another writer’s', async () => {
    const { id } = await counters().insert(counter(1));
    const read: number[] = [];
    await pair.ledger.transaction(async (tx) => {
      const { value } = await tx.repository(Counter).findOrFail(id);
      read.push(value);
      const past = await counters().findOrFail(id);
      if (read.length === 1) await counters().update(id, { value: 2 });
      const newest = await counters().findOrFail(id);
      // Built on a newer revision than the one that was read and decided upon: that does not make it right.
      newest.value = value + 10;
      await tx.repository(Counter).save(newest);
      expect(past.value).toBe(value);
    });
    expect(read).toEqual([1, 2]);
    expect(await historyOf(id)).toEqual([1, 2, 12]);
  });

  describe('it is given up', () => {
    it('after the attempts allowed, and says so; what it was about is named', async () => {
      const { id } = await counters().insert(counter(0));
      let runs = 0;
      const losing = pair.ledger.transaction(
        async (tx) => {
          runs++;
          await tx.repository(Counter).update(id, { value: -runs });
          await elsewhere().update(id, { value: runs }, { force: true });
        },
        { attempts: 3 },
      );
      const failure = await failureOf(losing);
      expect(failure).toBeInstanceOf(ConflictError);
      expect(failure).toMatchObject({ retryable: true, details: { attempts: 3 } });
      expect(failure.message).toContain('tried 3 times');
      expect(failure.message).toContain(`Counter "${id}"`);
      expect(failure.cause).toBeInstanceOf(ConflictError);
      expect(runs).toBe(3);
      expect(await historyOf(id)).toEqual([0, 1, 2, 3]);
    });

    it('with the name of what was only read', async () => {
      const { id } = await counters().insert(counter(0));
      const losing = pair.ledger.transaction(
        async (tx) => {
          await tx.repository(Counter).findOrFail(id);
          await tx.repository(Counter).save(counter(1));
          await elsewhere().update(id, { value: 1 });
        },
        { attempts: 1 },
      );
      const failure = await failureOf(losing);
      expect(failure.message).toContain('tried once');
      expect(failure.message).toContain(`counter "${id}", which was only read,`);
    });

    it('at once where a unique value is taken: whoever has it does not give it up by waiting', async () => {
      const members = pair.ledger.repository(Member);
      await members.insert(members.create({ id: 'u1', email: 'u@x' }));
      let runs = 0;
      const failure = await failureOf(
        pair.ledger.transaction(async (tx) => {
          runs++;
          await tx.repository(Member).insert(members.create({ id: 'u2', email: 'u@x' }));
        }),
      );
      expect(failure).toBeInstanceOf(UniqueViolationError);
      expect(runs).toBe(1);
    });

    it('for attempts that are no number of times', async () => {
      for (const attempts of [0, -1, 1.5, 1001, Number.NaN]) {
        const run = pair.ledger.transaction(() => Promise.resolve(), { attempts });
        await expect(run).rejects.toBeInstanceOf(TypeError);
      }
    });
  });

  it('hides no error of the callback, and none hides a conflict that was met', async () => {
    const { id } = await counters().insert(counter(1));
    const [seen, values]: [string[], number[]] = [[], []];
    await pair.ledger.transaction(async (tx) => {
      values.push((await tx.repository(Counter).findOrFail(id)).value);
      if (values.length === 1) {
        const fresh = await elsewhere().insert(counter(1));
        await elsewhere().update(id, { value: 2 });
        // Swallowed by the callback: the attempt is lost all the same.
        await tx
          .repository(Counter)
          .find((await elsewhere().update(fresh.id, { value: 2 })).id)
          .catch((error: unknown) => seen.push((error as ConflictError).code));
      }
      await tx
        .repository(Counter)
        .save(counter(1))
        .catch(() => undefined);
      if (values.length === 1) throw new Error('as a consequence');
    });
    expect(seen).toEqual(['CONFLICT']);
    expect(values).toEqual([1, 2]);
  });

  it('has the evidence of the attempt that was committed', async () => {
    const { id } = await counters().insert(counter(1));
    const fresh = counter(7);
    await interrupted(
      async (tx) => {
        await tx.repository(Counter).findOrFail(id);
        await tx.repository(Counter).save(fresh);
      },
      () => elsewhere().update(id, { value: 2 }),
    );
    expect(evidenceOf(fresh).revision).toBe(1n);
    expect(await historyOf(fresh.id)).toEqual([7]);
  });
});

// A transaction is one write: of several repositories, of what it read, all of it or nothing.

import { describe, expect, it } from 'vitest';
import { evidenceOf, isVerified, ModifiedEntityError, NoEvidenceError } from 'immurepo';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from '../write/backends.js';
import { CLASSES, Counter, Locker, Member } from '../write/entities.js';
import { failureOf } from '../write/outcome.js';

onEveryBackend(describeServers, 'transactions', CLASSES, (pair) => {
  const counters = () => pair.ledger.repository(Counter);
  const counter = (value: number, id?: string) =>
    counters().create(id === undefined ? { value } : { id, value });
  const headTx = async () => (await pair.ledger.verifyState())!.txId;
  const historyOf = async (id: string) =>
    (await pair.other.repository(Counter).history(id)).map(({ entity, deleted }) =>
      deleted ? 'deleted' : entity!.value,
    );

  describe('what is written', () => {
    it('is one transaction over several classes, with evidence afterwards', async () => {
      const before = await counters().insert(counter(1));
      const members = pair.ledger.repository(Member);
      const lockers = pair.ledger.repository(Locker);
      const stored = await pair.ledger.transaction(async (tx) => {
        const loaded = await tx.repository(Counter).findOrFail(before.id);
        loaded.value = 2;
        return [
          await tx.repository(Counter).save(loaded),
          await tx.repository(Member).insert(members.create({ id: 'w1', email: 'w1@x' })),
          await tx.repository(Locker).save(lockers.create({ hall: 'w', number: 1n, owner: 'w1' })),
          ...(await tx.repository(Counter).insertMany([counter(3), counter(4)])),
          ...(await tx.repository(Counter).saveMany([counter(5), counter(6)])),
        ];
      });
      expect(new Set(stored.map((one) => evidenceOf(one).txId)).size).toBe(1);
      expect(stored.every((one) => isVerified(one))).toBe(true);
      const tx = await pair.other.client.verifiedTx(evidenceOf(stored[0]!).txId);
      expect(tx.entries).toHaveLength(7 + 2);
      expect(await pair.other.repository(Locker).exists({ hall: 'w', number: 1n })).toBe(true);
      expect(await historyOf(before.id)).toEqual([1, 2]);
    });

    it('has no evidence before it is committed', async () => {
      const loaded = await counters().insert(counter(1));
      const fresh = counter(1);
      await pair.ledger.transaction(async (tx) => {
        loaded.value = 2;
        await tx.repository(Counter).saveMany([fresh, loaded]);
        expect(() => evidenceOf(fresh)).toThrow(NoEvidenceError);
        expect(() => evidenceOf(loaded)).toThrow(ModifiedEntityError);
        expect(await pair.other.repository(Counter).find(fresh.id)).toBeUndefined();
        expect(await counters().find(fresh.id)).toBeUndefined();
      });
      expect([evidenceOf(fresh).revision, evidenceOf(loaded).revision]).toEqual([1n, 2n]);
    });

    it('is nothing where the callback fails, at once or later', async () => {
      const saved = await counters().insert(counter(1));
      const before = await headTx();
      const fresh = counter(1);
      const boom = new Error('boom');
      let runs = 0;
      const failing = pair.ledger.transaction(async (tx) => {
        runs++;
        await tx.repository(Counter).insert(fresh);
        await tx.repository(Counter).delete(saved.id);
        throw boom;
      });
      await expect(failing).rejects.toBe(boom);
      const atOnce = pair.ledger.transaction(() => {
        throw boom;
      });
      await expect(atOnce).rejects.toBe(boom);
      expect(runs).toBe(1);
      expect(await headTx()).toBe(before);
      expect(() => evidenceOf(fresh)).toThrow(NoEvidenceError);
    });

    it('is no transaction of the server where nothing was written', async () => {
      const saved = await counters().insert(counter(1));
      const before = await headTx();
      expect(await pair.ledger.transaction(() => Promise.resolve('done'))).toBe('done');
      await pair.ledger.transaction(async (tx) => {
        const inside = tx.repository(Counter);
        expect((await inside.findMany([saved.id, 'nobody']))[0]?.value).toBe(1);
        await inside.save(await inside.findOrFail(saved.id));
        await inside.saveMany([]);
        expect(await inside.delete('nobody')).toBe(false);
      });
      expect(await headTx()).toBe(before);
      expect(await historyOf(saved.id)).toEqual([1]);
    });

    it('is named by its counts where it is too much', async () => {
      const tooMuch = pair.ledger.transaction(async (tx) => {
        for (let at = 0; at < 1025; at++) await tx.repository(Counter).insert(counter(at));
      });
      const failure = await failureOf(tooMuch);
      expect(failure).toMatchObject({ code: 'BATCH_TOO_LARGE', details: { records: 1025, entries: 1025 } });
      expect(failure.message).toContain('1025 entries (1025 records, 0 index entries written and 0 deleted)');
    });
  });

  describe('of one entity', () => {
    it('the last of several saves counts, and the very instance is found again', async () => {
      const fresh = counter(1);
      await pair.ledger.transaction(async (tx) => {
        const inside = tx.repository(Counter);
        await inside.save(fresh);
        fresh.value = 2;
        await inside.save(fresh);
        expect(await inside.find(fresh.id)).toBe(fresh);
        expect(await inside.findMany([fresh.id, 'nobody'])).toEqual([fresh, undefined]);
        await inside.update(fresh.id, { value: 3 });
        expect(fresh.value).toBe(3);
      });
      expect(await historyOf(fresh.id)).toEqual([3]);
      expect(isVerified(fresh)).toBe(true);
    });

    it('what is written is what it held when it was saved', async () => {
      const fresh = counter(1);
      await pair.ledger.transaction(async (tx) => {
        await tx.repository(Counter).save(fresh);
        fresh.value = 9;
      });
      expect(await historyOf(fresh.id)).toEqual([1]);
      expect(isVerified(fresh)).toBe(false);
    });

    it('an insert and its deletion are nothing, a change that is taken back is none', async () => {
      const saved = await counters().insert(counter(1));
      const before = await headTx();
      const fresh = counter(1);
      await pair.ledger.transaction(async (tx) => {
        const inside = tx.repository(Counter);
        await inside.insert(fresh);
        expect(await inside.delete(fresh.id)).toBe(true);
        expect(await inside.find(fresh.id)).toBeUndefined();
        const loaded = await inside.findOrFail(saved.id);
        loaded.value = 2;
        await inside.save(loaded);
        loaded.value = 1;
        await inside.save(loaded);
      });
      expect(await headTx()).toBe(before);
    });

    it('a deletion and an insert are one revision that replaces it', async () => {
      const saved = await counters().insert(counter(1), { expiresAt: new Date(Date.now() + 600_000) });
      await pair.ledger.transaction(async (tx) => {
        const inside = tx.repository(Counter);
        expect(await inside.delete(saved)).toBe(true);
        expect(await inside.exists(saved.id)).toBe(false);
        await inside.insert(counter(2, saved.id));
        expect(await inside.findOrFail(saved.id)).toMatchObject({ value: 2 });
      });
      const [, second] = await counters().history(saved.id);
      expect(second).toMatchObject({ deleted: false, revision: 2n, expiresAt: undefined });
    });

    it('a deletion is one revision, however often it is asked for', async () => {
      const saved = await counters().insert(counter(1));
      await pair.ledger.transaction(async (tx) => {
        expect(await tx.repository(Counter).delete(saved.id)).toBe(true);
        expect(await tx.repository(Counter).delete(saved.id)).toBe(false);
        await expect(tx.repository(Counter).findOrFail(saved.id)).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
        await expect(tx.repository(Counter).update(saved.id, { value: 2 })).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
      });
      expect(await historyOf(saved.id)).toEqual([1, 'deleted']);
    });

    it('an expiry lasts through later saves of the transaction, until it is taken away', async () => {
      const expiresAt = new Date(Date.now() + 600_000);
      const [kept, taken] = [counter(1), counter(1)];
      await pair.ledger.transaction(async (tx) => {
        const inside = tx.repository(Counter);
        await inside.saveMany([kept, taken], { expiresAt });
        kept.value = 2;
        await inside.save(kept);
        await inside.save(taken, { expiresAt: null });
      });
      expect((await counters().history(kept.id))[0]?.expiresAt).toEqual(expiresAt);
      expect((await counters().history(taken.id))[0]?.expiresAt).toBeUndefined();
    });

    it('a second insert, and one of what was found, is refused at once and not tried again', async () => {
      const saved = await counters().insert(counter(1));
      let runs = 0;
      const inserting = (
        prepare: (tx: Parameters<Parameters<typeof pair.ledger.transaction>[0]>[0]) => Promise<unknown>,
      ) =>
        failureOf(
          pair.ledger.transaction(async (tx) => {
            runs++;
            await prepare(tx);
            await tx.repository(Counter).insert(counter(2, saved.id));
          }),
        );
      expect(await inserting((tx) => tx.repository(Counter).find(saved.id))).toMatchObject({
        code: 'CONFLICT',
        retryable: false,
      });
      expect(await inserting((tx) => tx.repository(Counter).update(saved.id, { value: 3 }))).toMatchObject({
        code: 'CONFLICT',
      });
      const twice = await failureOf(
        pair.ledger.transaction(async (tx) => {
          await tx.repository(Counter).insert(counter(1, 'twice'));
          await tx.repository(Counter).insert(counter(2, 'twice'));
        }),
      );
      expect(twice.message).toContain('saved in this transaction');
      expect(runs).toBe(2);
      expect(await historyOf(saved.id)).toEqual([1]);
    });

    it('reads are repeatable, and each finds an instance of its own', async () => {
      const saved = await counters().insert(counter(1));
      await pair.ledger.transaction(async (tx) => {
        const inside = tx.repository(Counter);
        const [one, two] = [await inside.findOrFail(saved.id), await inside.findOrFail(saved.id)];
        expect(one).not.toBe(two);
        one.value = 5;
        expect(two.value).toBe(1);
        expect((await inside.findOrFail(saved.id)).value).toBe(1);
        expect(evidenceOf(two).txId).toBe(evidenceOf(saved).txId);
      });
    });
  });

  describe('nested', () => {
    it('it is a part of the one around it', async () => {
      const [a, b] = [counter(1), counter(2)];
      await pair.ledger.transaction(async (outer) => {
        await outer.repository(Counter).insert(a);
        const answer = await pair.ledger.transaction(async (inner) => {
          expect(inner).toBe(outer);
          expect(await inner.repository(Counter).find(a.id)).toBe(a);
          await inner.repository(Counter).insert(b);
          return 'inner';
        });
        expect(answer).toBe('inner');
        expect(() => evidenceOf(b)).toThrow(NoEvidenceError);
      });
      expect(evidenceOf(a).txId).toBe(evidenceOf(b).txId);
    });

    it('a failure of it is a failure of all', async () => {
      const before = await headTx();
      const failing = pair.ledger.transaction(async (outer) => {
        await outer.repository(Counter).insert(counter(1));
        await pair.ledger.transaction(async (inner) => {
          await inner.repository(Counter).insert(counter(2));
          throw new Error('inner');
        });
      });
      await expect(failing).rejects.toThrow('inner');
      expect(await headTx()).toBe(before);
    });

    it('a failure of it is a failure of all even where the callback catches it', async () => {
      const before = await headTx();
      const swallowing = pair.ledger.transaction(async (outer) => {
        await outer.repository(Counter).insert(counter(1));
        await pair.ledger
          .transaction(async (inner) => {
            await inner.repository(Counter).insert(counter(2));
            throw new Error('inner');
          })
          .catch(() => undefined);
      });
      await expect(swallowing).rejects.toThrow('inner');
      expect(await headTx()).toBe(before);
    });

    it('another ledger has its own', async () => {
      const [a, b] = [counter(1), counter(2)];
      await pair.ledger.transaction(async (outer) => {
        await outer.repository(Counter).insert(a);
        await pair.other.transaction(async (inner) => {
          expect(inner).not.toBe(outer);
          await inner.repository(Counter).insert(b);
        });
        expect(evidenceOf(b).revision).toBe(1n);
      });
      expect(evidenceOf(a).txId).toBeGreaterThan(evidenceOf(b).txId);
    });

    it('after the end of the one around it, it is one of its own', async () => {
      const late = counter(1);
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      let working = Promise.resolve();
      await pair.ledger.transaction((outer) => {
        working = released.then(() =>
          pair.ledger.transaction(async (inner) => {
            expect(inner).not.toBe(outer);
            await inner.repository(Counter).insert(late);
          }),
        );
        return Promise.resolve();
      });
      release();
      await working;
      expect(evidenceOf(late).revision).toBe(1n);
    });

    it('several at once are several', async () => {
      const all = Array.from({ length: 5 }, (_, at) => counter(at));
      await Promise.all(
        all.map((one) =>
          pair.ledger.transaction(async (tx) => {
            await tx.repository(Counter).insert(one);
          }),
        ),
      );
      expect(new Set(all.map((one) => evidenceOf(one).txId)).size).toBe(5);
    });
  });
});

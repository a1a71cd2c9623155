// What a repository promises, on any backend: run by each with a factory of its own.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ConflictError,
  evidenceOf,
  ImmuError,
  isVerified,
  type Ledger,
  ModifiedEntityError,
  NoEvidenceError,
} from 'immurepo';
import { Account, OrderLine, Specimen, Stranger } from './entities.js';

/** Opens ledgers on one and the same database, each with a trusted state of its own. */
export interface Backend {
  open(): Promise<Ledger>;
  /** Ends what the ledgers are on. */
  close?(): Promise<void>;
}

export function repositorySuite(name: string, backend: () => Promise<Backend>): void {
  describe(`repositories (${name})`, () => {
    let ledger: Ledger;
    let other: Ledger;
    let opened: Backend;

    beforeAll(async () => {
      opened = await backend();
      ledger = await opened.open();
      other = await opened.open();
    });
    afterAll(async () => {
      await ledger.close();
      await other.close();
      await opened.close?.();
    });

    const accounts = () => ledger.repository(Account);
    const create = (email = 'ada@example.com', balance = 10n) => accounts().create({ email, balance });

    describe('saving and finding', () => {
      it('gives back an instance of the class with what was stored, and evidence of it', async () => {
        const saved = await accounts().save(create());
        const found = await other.repository(Account).find(saved.id);
        expect(found).toBeInstanceOf(Account);
        expect(found).toEqual(saved);
        found!.deposit(5n);
        expect(found!.balance).toBe(15n);
        const evidence = evidenceOf(saved);
        expect(evidence).toMatchObject({ entity: 'account', revision: 1n, database: ledger.database });
        expect(evidence.alh).toHaveLength(32);
        expect(Math.abs(evidence.committedAt.getTime() - Date.now())).toBeLessThan(60_000);
      });

      it('returns the saved instance itself, and generates an id once', async () => {
        const account = create();
        const id = account.id;
        expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
        expect(await accounts().save(account)).toBe(account);
        expect(account.id).toBe(id);
      });

      it('never shares instances between two reads', async () => {
        const { id } = await accounts().save(create());
        const [a, b] = [await accounts().find(id), await accounts().find(id)];
        expect(a).toEqual(b);
        expect(a).not.toBe(b);
      });

      it('answers undefined for what was never stored, and a named error where it must exist', async () => {
        expect(await accounts().find('nobody')).toBeUndefined();
        expect(await accounts().exists('nobody')).toBe(false);
        await expect(accounts().findOrFail('nobody')).rejects.toMatchObject({
          code: 'NOT_FOUND',
          message: expect.stringContaining('nobody') as string,
        });
      });

      it('builds each new revision on the one before', async () => {
        const account = await accounts().save(create());
        const first = evidenceOf(account);
        account.deposit(1n);
        await accounts().save(account);
        const second = evidenceOf(account);
        expect([first.revision, second.revision]).toEqual([1n, 2n]);
        expect(second.txId).toBeGreaterThan(first.txId);
      });

      it('writes nothing for an entity that still holds what was proven', async () => {
        const account = await accounts().save(create());
        const before = evidenceOf(account);
        await accounts().save(account);
        expect(evidenceOf(account)).toEqual(before);
        expect(await accounts().history(account.id)).toHaveLength(1);
      });

      it('keeps every kind of value', async () => {
        const specimens = ledger.repository(Specimen);
        const specimen = specimens.create({
          id: -7n,
          text: 'grüße \u{1F600} \0',
          integer: -0,
          big: 2n ** 100n,
          yes: true,
          when: new Date(1_700_000_000_123),
          bytes: Uint8Array.of(0, 255, 1),
          list: ['a', null, ''],
          tags: new Set(['x', 'y']),
          prices: new Map([['a', 1n]]),
          nested: { a: { b: [1, 2.5, Number.NaN] }, nothing: null },
        });
        await specimens.save(specimen);
        const found = await other.repository(Specimen).findOrFail(-7n);
        expect(found).toEqual(specimen);
        expect(Object.is(found.integer, -0)).toBe(true);
        expect('missing' in found).toBe(false);
      });

      it('takes composite ids', async () => {
        const lines = ledger.repository(OrderLine);
        await lines.saveMany([
          lines.create({ order: 'o1', line: 1, product: 'tea', quantity: 2 }),
          lines.create({ order: 'o1', line: 2, product: 'cup', quantity: 1 }),
        ]);
        expect((await lines.find({ order: 'o1', line: 2 }))?.product).toBe('cup');
        expect(await lines.find({ order: 'o1', line: 3 })).toBeUndefined();
      });
    });

    describe('many at once', () => {
      it('saves all in one transaction and finds them in the order asked for', async () => {
        const batch = Array.from({ length: 50 }, (_, index) => create(`${index}@example.com`, BigInt(index)));
        const saved = await accounts().saveMany(batch);
        expect(new Set(saved.map((account) => evidenceOf(account).txId)).size).toBe(1);
        const ids = [...saved.map(({ id }) => id), 'nobody', saved[0]!.id];
        const found = await other.repository(Account).findMany(ids);
        expect(found.map((account) => account?.email)).toEqual([
          ...batch.map(({ email }) => email),
          undefined,
          '0@example.com',
        ]);
        expect(found.every((account) => account === undefined || isVerified(account))).toBe(true);
      });

      it('does nothing for nothing', async () => {
        expect(await accounts().saveMany([])).toEqual([]);
        expect(await accounts().findMany([])).toEqual([]);
      });

      it('refuses more than one transaction takes, and one entity twice, before anything is sent', async () => {
        const limit = accounts().batchLimit();
        const tooMany = Array.from({ length: limit + 1 }, () => create());
        await expect(accounts().saveMany(tooMany)).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
        expect(await accounts().find(tooMany[0]!.id)).toBeUndefined();
        const one = create();
        const twin = accounts().create({ id: one.id, email: 'twin', balance: 0n });
        await expect(accounts().saveMany([one, twin])).rejects.toMatchObject({ code: 'DUPLICATE_KEY' });
        expect(await accounts().find(one.id)).toBeUndefined();
      });

      it('fills a transaction to its limit', async () => {
        const batch = Array.from({ length: accounts().batchLimit() }, () => create());
        await accounts().insertMany(batch);
        expect(evidenceOf(batch.at(-1)!).index).toBe(batch.length - 1);
      });
    });

    describe('conflicts', () => {
      it('refuse a save on a revision that is no longer the latest, and change nothing', async () => {
        const mine = await accounts().save(create());
        const theirs = await other.repository(Account).findOrFail(mine.id);
        theirs.deposit(1n);
        await other.repository(Account).save(theirs);
        mine.deposit(100n);
        await expect(accounts().save(mine)).rejects.toBeInstanceOf(ConflictError);
        await expect(accounts().save(mine)).rejects.toThrow(mine.id);
        expect((await accounts().findOrFail(mine.id)).balance).toBe(11n);
        await accounts().refresh(mine);
        expect(mine.balance).toBe(11n);
        mine.deposit(100n);
        await accounts().save(mine);
        expect((await other.repository(Account).findOrFail(mine.id)).balance).toBe(111n);
      });

      it('refuse the whole batch for one of it', async () => {
        const [a, b] = await accounts().saveMany([create('a'), create('b')]);
        const theirs = await other.repository(Account).findOrFail(b!.id);
        theirs.deposit(1n);
        await other.repository(Account).save(theirs);
        a!.deposit(1n);
        b!.deposit(1n);
        await expect(accounts().saveMany([a!, b!])).rejects.toMatchObject({ code: 'CONFLICT' });
        expect((await accounts().findOrFail(a!.id)).balance).toBe(10n);
      });

      it('refuse to insert what exists or existed', async () => {
        const account = await accounts().insert(create());
        const twin = () => accounts().create({ id: account.id, email: 'twin', balance: 0n });
        await expect(accounts().insert(twin())).rejects.toBeInstanceOf(ConflictError);
        await accounts().delete(account.id);
        await expect(accounts().insert(twin())).rejects.toBeInstanceOf(ConflictError);
      });

      it('let exactly one of many concurrent creators win', async () => {
        const { id } = create();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 8 }, (_, index) => {
            const creator = index % 2 === 0 ? ledger : other;
            return creator
              .repository(Account)
              .insert(accounts().create({ id, email: String(index), balance: 0n }));
          }),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      });
    });

    describe('updating and deleting', () => {
      it('changes the given properties only', async () => {
        const { id } = await accounts().save(create());
        const updated = await accounts().update(id, { balance: 99n });
        expect(updated).toMatchObject({ email: 'ada@example.com', balance: 99n });
        expect(evidenceOf(updated).revision).toBe(2n);
        await expect(accounts().update('nobody', { balance: 1n })).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
        await expect(accounts().update(id, { id: 'another' } as object)).rejects.toBeInstanceOf(TypeError);
      });

      it('deletes by a revision of its own, which can be proven, and can begin again', async () => {
        const account = await accounts().save(create());
        const deletion = await accounts().delete(account.id);
        expect(deletion).toMatchObject({ revision: 2n, entity: 'account' });
        expect(await other.repository(Account).find(account.id)).toBeUndefined();
        expect(await accounts().findMany([account.id])).toEqual([undefined]);
        expect(await accounts().exists(account.id)).toBe(false);
        await expect(accounts().findOrFail(account.id)).rejects.toThrow(/deleted in transaction/);
        await expect(accounts().refresh(account)).rejects.toMatchObject({ code: 'NOT_FOUND' });
        expect(await accounts().delete(account.id)).toBeUndefined();
        expect(await accounts().delete('nobody')).toBeUndefined();
        const again = accounts().create({ id: account.id, email: 'again', balance: 1n });
        await accounts().save(again);
        expect(evidenceOf(again).revision).toBe(3n);
      });

      it('deletes a loaded entity only at the revision it was loaded', async () => {
        const mine = await accounts().save(create());
        await other.repository(Account).update(mine.id, { balance: 1n });
        await expect(accounts().delete(mine)).rejects.toBeInstanceOf(ConflictError);
        expect(await accounts().exists(mine.id)).toBe(true);
      });
    });

    describe('history', () => {
      it('lists every revision with what it held, who follows whom, and its evidence', async () => {
        const account = await accounts().save(create());
        account.deposit(1n);
        await accounts().save(account);
        await accounts().delete(account);
        await accounts().save(accounts().create({ id: account.id, email: 'again', balance: 0n }));
        const revisions = await other.repository(Account).history(account.id);
        expect(
          revisions.map(({ revision, deleted, entity }) => [revision, deleted, entity?.balance]),
        ).toEqual([
          [1n, false, 10n],
          [2n, false, 11n],
          [3n, true, undefined],
          [4n, false, 0n],
        ]);
        expect(evidenceOf(revisions[1]!.entity!)).toEqual(revisions[1]!.evidence);
        expect(await accounts().history('nobody')).toEqual([]);
      });
    });

    describe('evidence', () => {
      it('belongs to the very instance and to what it held', async () => {
        const account = await accounts().save(create());
        expect(isVerified(account)).toBe(true);
        for (const copy of [
          Object.assign({}, account),
          structuredClone(account),
          JSON.parse('{}') as object,
          create(),
        ]) {
          expect(() => evidenceOf(copy)).toThrow(NoEvidenceError);
          expect(isVerified(copy)).toBe(false);
        }
        const evidence = evidenceOf(account);
        account.deposit(1n);
        expect(() => evidenceOf(account)).toThrow(ModifiedEntityError);
        expect(isVerified(account)).toBe(false);
        expect(evidenceOf(account, { allowModified: true })).toEqual(evidence);
        account.balance -= 1n;
        expect(evidenceOf(account)).toEqual(evidence);
        expect(isVerified(undefined)).toBe(false);
      });
    });

    describe('bad input', () => {
      it('names the class the ledger was not opened with', () => {
        expect(() => ledger.repository(Stranger)).toThrow(/Stranger/);
        expect(() => ledger.repository(class Plain {})).toThrow(/Plain is not among the entities/);
      });

      it('refuses what is not an instance of the entity', async () => {
        const bag = JSON.parse('{ "id": "x", "email": "x" }') as never;
        await expect(accounts().save(bag)).rejects.toThrow(/Account/);
        await expect(accounts().save(null as unknown as Account)).rejects.toBeInstanceOf(TypeError);
      });

      it('refuses an id that is missing, of a wrong type, or too long, naming it', async () => {
        for (const id of [undefined, null, {}, Number.NaN, [], '\ud800']) {
          await expect(accounts().find(id as string)).rejects.toThrow();
        }
        await expect(accounts().find('x'.repeat(2000))).rejects.toMatchObject({ code: 'KEY_TOO_LARGE' });
        await expect(
          ledger.repository(OrderLine).find({ order: 'o' } as unknown as { order: string; line: number }),
        ).rejects.toThrow(/line/);
      });

      it('refuses a value the codec cannot keep, naming the property, and writes nothing', async () => {
        const account = create();
        account.note = (() => 'a function') as unknown as string;
        await expect(accounts().save(account)).rejects.toMatchObject({
          code: 'VALUE_REFUSED',
          message: expect.stringContaining('note') as string,
        });
        expect(await accounts().find(account.id)).toBeUndefined();
      });

      it('refuses a changed id of a loaded entity', async () => {
        const account = await accounts().save(create());
        account.id = 'another';
        await expect(accounts().save(account)).rejects.toThrow(/id/);
      });

      it('reports a record that something else wrote, with its key and transaction', async () => {
        const account = await accounts().save(create());
        const { key } = evidenceOf(account);
        const written = await other.client.verifiedSet([
          { key, value: new TextEncoder().encode('not a record') },
        ]);
        const failed = await accounts()
          .find(account.id)
          .then(() => undefined)
          .catch((error: unknown) => error as ImmuError);
        expect(failed).toBeInstanceOf(ImmuError);
        expect(['UNREADABLE_RECORD', 'UNSUPPORTED_FORMAT']).toContain(failed!.code);
        expect(failed!.message).toContain(String(written.txId));
        expect(failed!.message).toContain(account.id);
      });

      it('stops for an aborted signal', async () => {
        await expect(accounts().find('x', { signal: AbortSignal.abort() })).rejects.toMatchObject({
          code: 'ABORTED',
        });
      });
    });
  });
}

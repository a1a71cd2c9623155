// What one transaction takes: told before anything is sent, and as told.

import { describe, expect, it } from 'vitest';
import { evidenceOf, type Verified } from 'immurepo';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from './backends.js';
import { CLASSES, Counter, INDEXES_OF_MEMBER, Member } from './entities.js';
import { failureOf, outcomeOf } from './outcome.js';
import { ownerValue, storedEntries, uniqueKey } from './stored-entries.js';

onEveryBackend(describeServers, 'limits of a transaction', CLASSES, (pair) => {
  const members = () => pair.ledger.repository(Member);
  /** Found in every way, in no way another member is. */
  const member = (id: string, turn = 0) =>
    members().create({
      id,
      email: `${id}-${turn}@x`,
      badge: new TextEncoder().encode(`${id}\0${turn}`),
      city: `${id}-${turn}`,
      hall: id,
      seat: turn,
    });

  describe('a plan', () => {
    /** What the transaction that stored an entity holds in fact. */
    const stored = async (entity: Verified<Member>) => {
      const { entries } = await pair.ledger.client.verifiedTx(evidenceOf(entity).txId);
      return {
        entries: entries.length,
        indexEntriesDeleted: entries.filter(({ metadata }) => metadata?.deleted === true).length,
      };
    };

    it('is what is then written: new ones, changes, moves and what is unchanged', async () => {
      const batch = ['p1', 'p2', 'p3', 'p4'].map((id) => member(id));
      const fresh = await members().plan(batch);
      expect(fresh).toMatchObject({
        records: 4,
        indexEntriesWritten: 4 * INDEXES_OF_MEMBER,
        indexEntriesDeleted: 0,
        entries: 4 + 4 * INDEXES_OF_MEMBER,
        preconditions: 4 + 4 * 3,
        unchanged: 0,
        fits: true,
      });
      const saved = await members().saveMany(batch);
      expect(await stored(saved[0]!)).toEqual({ entries: fresh.entries, indexEntriesDeleted: 0 });
      const [one, two, three] = saved;
      one!.email = 'p-new@x';
      two!.city = null;
      three!.note = 'no index knows';
      const changes = await members().plan(saved);
      expect(changes).toMatchObject({
        records: 3,
        indexEntriesWritten: 1,
        indexEntriesDeleted: 2,
        entries: 6,
        preconditions: 4,
        unchanged: 1,
      });
      await members().saveMany(saved);
      expect(await stored(one!)).toEqual({ entries: 6, indexEntriesDeleted: 2 });
      [one!.email, two!.email] = [two!.email, one!.email];
      const swap = await members().plan([one!, two!]);
      expect(swap).toMatchObject({ entries: 4, indexEntriesDeleted: 0, indexEntriesWritten: 2 });
      await members().saveMany([one!, two!]);
      expect(await stored(one!)).toEqual({ entries: 4, indexEntriesDeleted: 0 });
    });

    it('counts what a name takes, and the bytes', async () => {
      const one = member('b1');
      const plain = await members().plan([one]);
      const named = await members().plan([one], { idempotencyKey: 'name-of-b1' });
      expect(named.entries).toBe(plain.entries + 1);
      expect(named.preconditions).toBe(plain.preconditions + 1);
      await members().insert(one, { idempotencyKey: 'name-of-b1' });
      const tx = await pair.ledger.client.verifiedTx(evidenceOf(one).txId);
      const values = await pair.ledger.client.verifiedGetAll(
        tx.entries.map(({ storedKey }) => storedKey.subarray(1)),
      );
      const bytes = values.reduce((sum, entry) => sum + entry!.key.length + entry!.value.length, 0);
      expect(named.bytes).toBe(bytes);
    });

    it('writes nothing, and leaves a new entity new', async () => {
      const before = await pair.ledger.verifyState();
      const one = pair.ledger.repository(Counter).create({ value: 1 });
      expect(await pair.ledger.repository(Counter).plan([one])).toMatchObject({ records: 1, fits: true });
      expect(await members().plan([])).toMatchObject({ entries: 0, unchanged: 0, fits: true });
      expect(await pair.ledger.verifyState()).toEqual(before);
    });

    it('says of what does not fit that it does not, and refuses what cannot be', async () => {
      const tooMany = Array.from({ length: 300 }, (_, at) => member(`big${at}`));
      expect(await members().plan(tooMany)).toMatchObject({ records: 300, entries: 1500, fits: false });
      const twins = [member('t1'), Object.assign(member('t2'), { email: 't1-0@x' })];
      expect(await outcomeOf(members().plan(twins))).toBe('UNIQUE_VIOLATION');
      await expect(members().plan([member('t3')], { expiresAt: 'x' as never })).rejects.toBeInstanceOf(
        TypeError,
      );
    });
  });

  describe('what is too large', () => {
    it('is refused by its counts, and nothing is written', async () => {
      const tooMany = Array.from({ length: 205 }, (_, at) => member(`l${at}`));
      const failure = await failureOf(members().saveMany(tooMany));
      expect(failure).toMatchObject({
        code: 'BATCH_TOO_LARGE',
        details: { records: 205, indexEntriesWritten: 820, entries: 1025, maxEntriesPerTx: 1024 },
      });
      expect(failure.message).toContain(
        '1025 entries (205 records, 820 index entries written and 0 deleted)',
      );
      expect(failure.message).toContain('batchLimit()');
      expect(await members().find('l0')).toBeUndefined();
      await members().saveMany(tooMany.slice(1));
    });

    it('is refused before anything is read where it fits in no case', async () => {
      const many = Array.from({ length: 1025 }, (_, at) => members().create({ id: `n${at}` }));
      for (const write of [() => members().saveMany(many), () => members().insertMany(many)]) {
        const failure = await failureOf(write());
        expect(failure).toMatchObject({ code: 'BATCH_TOO_LARGE', details: { count: 1025 } });
      }
    });

    it('is refused by its bytes', async () => {
      const counters = pair.ledger.repository(Member);
      const heavy = Array.from({ length: 9 }, (_, at) =>
        counters.create({ id: `h${at}`, note: 'x'.repeat(4_000_000) }),
      );
      const failure = await failureOf(counters.insertMany(heavy));
      expect(failure.code).toBe('BATCH_TOO_LARGE');
      expect(await counters.find('h0')).toBeUndefined();
    });

    it('in a transaction is refused by what it reads as well', async () => {
      const reading = pair.ledger.transaction(
        async (tx) => {
          await tx.repository(Counter).findMany(Array.from({ length: 1024 }, (_, at) => `r${at}`));
          await tx.repository(Counter).insert(pair.ledger.repository(Counter).create({ value: 1 }));
        },
        { attempts: 1 },
      );
      const failure = await failureOf(reading);
      expect(failure).toMatchObject({ code: 'BATCH_TOO_LARGE', details: { preconditions: 1025 } });
      expect(failure.message).toContain('1025 conditions (1024 of them for what was only read)');
      expect(failure.message).toContain('read less in one transaction');
    });
  });

  it('a batch within batchLimit fits even if every index entry of it moves', async () => {
    const limit = members().batchLimit();
    expect(limit).toBe(Math.floor(1024 / (1 + 2 * INDEXES_OF_MEMBER)));
    const batch = Array.from({ length: limit }, (_, at) => member(`m${at}`));
    await members().insertMany(batch);
    batch.forEach((one) => Object.assign(one, member(one.id, 1)));
    const plan = await members().plan(batch);
    expect(plan).toMatchObject({
      indexEntriesWritten: limit * INDEXES_OF_MEMBER,
      indexEntriesDeleted: limit * INDEXES_OF_MEMBER,
      fits: true,
    });
    await members().saveMany(batch);
    const entries = (await storedEntries(pair.ledger, Member)).filter((entry) => /[, ]m\d+$/.test(entry));
    expect(entries).toHaveLength(limit * INDEXES_OF_MEMBER);
    expect(entries.filter((entry) => entry.startsWith('email'))).toContain('email m0-1@x → m0');
  });

  it('a batch at its limit takes over orphans one and all', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `o${at}`);
    await pair.other.client.setAll(
      ids.map((id) => ({ key: uniqueKey(Member, 'email', [`${id}-0@x`]), value: ownerValue('nobody') })),
    );
    await members().insertMany(ids.map((id) => member(id)));
    expect(await members().exists('o39')).toBe(true);
  });
});

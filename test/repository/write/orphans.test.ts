// Entries of unique indexes that no record lists: left by older code or written by other programs, they block nobody. One
// that a record lists blocks, even while that does not count any more.

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Ledger } from 'immurepo';
import { encodeRecord } from '../../../src/codec/record.js';
import { UniqueViolationError } from '../../../src/errors.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from './backends.js';
import { CLASSES, Locker, Member } from './entities.js';
import { failureOf, outcomeOf } from './outcome.js';
import { ownerValue, storedEntries, uniqueKey } from './stored-entries.js';

const emailKey = (email: string) => uniqueKey(Member, 'email', [email]);

onEveryBackend(describeServers, 'orphaned unique entries', CLASSES, (pair) => {
  const members = () => pair.ledger.repository(Member);
  const member = (id: string, email?: string) => members().create({ id, email });
  const plant = (email: string, value: Uint8Array, ledger: Ledger = pair.other) =>
    ledger.client.set(emailKey(email), value);
  const entriesOf = async (mark: string) =>
    (await storedEntries(pair.ledger, Member)).filter((entry) => entry.includes(mark));

  afterEach(() => {
    vi.useRealTimers();
  });

  describe('block nobody', () => {
    it('that name an entity which does not list them, or was deleted, or never was', async () => {
      await members().insertMany([member('o1', 'o1@x'), member('o2', 'o2@x')]);
      await members().delete('o2');
      for (const owner of ['o1', 'o2', 'nobody']) {
        const email = `${owner}-orphan@x`;
        await plant(email, ownerValue(owner));
        await members().insert(member(`by-${owner}`, email));
        expect(await entriesOf(email)).toEqual([`email ${email} → by-${owner}`]);
      }
    });

    it('that name the very entity that wants the value', async () => {
      await members().insert(member('v1'));
      await plant('v@x', ownerValue('v1'));
      await members().update('v1', { email: 'v@x' });
      await plant('vv@x', ownerValue('v2'));
      await members().insert(member('v2', 'vv@x'));
      expect(await entriesOf('v2')).toEqual(['email vv@x → v2']);
    });

    it('whose value is the id of nothing: empty, cut off, of another number of parts, longer than a key', async () => {
      const values = [
        new Uint8Array(),
        Uint8Array.of(0x40, 0x61),
        Uint8Array.of(0x77),
        ownerValue('a', 1n),
        ownerValue('x'.repeat(2000)),
      ];
      for (const [at, value] of values.entries()) {
        await plant(`g${at}@x`, value);
        await members().insert(member(`g${at}`, `g${at}@x`));
        expect(await entriesOf(`g${at}@x`)).toEqual([`email g${at}@x → g${at}`]);
      }
      const lockers = pair.ledger.repository(Locker);
      await pair.other.client.set(uniqueKey(Locker, 'owner', ['g']), ownerValue('h'));
      await lockers.insert(lockers.create({ hall: 'h', number: 1n, owner: 'g' }));
    });

    it('several at once, in saves, upserts, forced saves and transactions', async () => {
      for (const at of [1, 2, 3, 4, 5]) await plant(`s${at}@x`, ownerValue('nobody'));
      await members().saveMany([member('s1', 's1@x'), member('s2', 's2@x')]);
      await members().upsert({ id: 's3', email: 's3@x' });
      await members().save(member('s4', 's4@x'), { force: true });
      await pair.ledger.transaction(async (tx) => {
        await tx.repository(Member).insert(member('s5', 's5@x'));
      });
      expect(await entriesOf('s5@x')).toEqual(['email s5@x → s5']);
      expect(await members().history('s1')).toHaveLength(1);
    });

    it('and are taken over by one of many', async () => {
      await plant('many@x', ownerValue('nobody'));
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, at) => {
          const repository = (at % 2 === 0 ? pair.ledger : pair.other).repository(Member);
          return outcomeOf(repository.insert(repository.create({ id: `many${at}`, email: 'many@x' })));
        }),
      );
      expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'UNIQUE_VIOLATION')).toHaveLength(9);
    });

    it('that lie over the entry of one who gives the value up in the same transaction', async () => {
      for (const value of [ownerValue('nobody'), ownerValue('l1')]) {
        const [one, two] = await members().saveMany([member('l1', 'l@x'), member('l2')], { force: true });
        await plant('l@x', value);
        one!.email = null;
        two!.email = 'l@x';
        await members().saveMany([one!, two!]);
        expect(await entriesOf('l@x')).toEqual(['email l@x → l2']);
        await members().delete('l2');
      }
    });
  });

  describe('are told from', () => {
    it('the entry of an owner that has expired, which blocks and says so', async () => {
      vi.useFakeTimers({ toFake: ['Date'] });
      const now = Date.now();
      await members().insert(member('x1', 'x@x'), { expiresAt: new Date(now + 60_000) });
      vi.setSystemTime(now + 61_000);
      expect(await members().find('x1')).toBeUndefined();
      const failure = await failureOf(members().insert(member('x2', 'x@x')));
      expect(failure).toBeInstanceOf(UniqueViolationError);
      expect(failure.message).toContain('Member "x1" (expired; delete it to free its values) has it');
      expect(await members().delete('x1')).toMatchObject({ revision: 2n });
      await members().insert(member('x2', 'x@x'));
    });

    it('the entry of an owner that this code cannot read: nobody can say whether it lists the value', async () => {
      const record = encodeRecord({
        revision: 1n,
        prevTx: 0n,
        prevDigest: new Uint8Array(32),
        tombstone: false,
        codec: 1,
        entityVersion: 1,
        writeId: new Uint8Array(16),
        extensions: [],
        payload: Uint8Array.of(1),
      });
      record[0] = 9;
      await pair.other.client.set(schemaOf(Member).keyFor('u1'), record);
      await plant('u@x', ownerValue('u1'));
      const failure = await failureOf(members().insert(member('u2', 'u@x')));
      expect(failure.code).toBe('UNSUPPORTED_FORMAT');
      expect(failure.message).toContain('Member "u1"');
    });
  });
});

// Unique indexes: a value is somebody's, moves, is given up, and is never two entities' at once.

import { afterEach, describe, expect, it } from 'vitest';
import { evidenceOf } from 'immurepo';
import { UniqueViolationError } from '../../../src/errors.js';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from './backends.js';
import { CLASSES, Locker, Member } from './entities.js';
import { failureOf, outcomeOf } from './outcome.js';
import { listedAndThere, storedEntries } from './stored-entries.js';

onEveryBackend(describeServers, 'unique indexes', CLASSES, (pair) => {
  const members = () => pair.ledger.repository(Member);
  const member = (id: string, data: Partial<Omit<Member, 'id'>> = {}) => members().create({ id, ...data });
  /** The entries of all members whose id or value begins so. */
  const entriesOf = async (mark: string) =>
    (await storedEntries(pair.ledger, Member)).filter((entry) => entry.includes(mark));

  afterEach(async () => {
    const { listed, there } = await listedAndThere(pair.ledger, Member);
    expect(there).toEqual(listed);
  });

  describe('entries', () => {
    it('are written, moved and deleted with the entity', async () => {
      const ada = await members().insert(member('e1', { email: 'e1@x', city: 'e1-Paris' }));
      expect(await entriesOf('e1')).toEqual(['city e1-Paris,e1', 'email e1@x → e1']);
      ada.email = 'e1b@x';
      await members().save(ada);
      expect(await entriesOf('e1')).toEqual(['city e1-Paris,e1', 'email e1b@x → e1']);
      await members().update('e1', { city: 'e1-Rome', hall: 'e1-A', seat: 1 });
      expect(await entriesOf('e1')).toEqual(['by-seat e1-A,1 → e1', 'city e1-Rome,e1', 'email e1b@x → e1']);
      await members().delete('e1');
      expect(await entriesOf('e1')).toEqual([]);
      await members().save(member('e1', { email: 'e1@x' }));
      expect(await entriesOf('e1')).toEqual(['email e1@x → e1']);
    });

    it('do not exist for undefined and null, nor for a half of a compound value', async () => {
      await members().insertMany([
        member('n1', { email: null, city: null, hall: 'n-A' }),
        member('n2', { seat: 7 }),
        member('n3', { hall: 'n-A', seat: null }),
      ]);
      await members().insert(member('n4', { email: undefined, hall: 'n-A' }));
      expect(await entriesOf('n-A')).toEqual([]);
      expect(await entriesOf('n1')).toEqual([]);
      await members().update('n1', { seat: 1 });
      expect(await entriesOf('n-A')).toEqual(['by-seat n-A,1 → n1']);
      await members().update('n1', { hall: undefined });
      expect(await entriesOf('n-A')).toEqual([]);
    });

    it('tell values with zero bytes apart', async () => {
      const values = [[0], [0, 0], [0, 255], [255], [], [0, 255, 0]].map((bytes) => Uint8Array.from(bytes));
      await members().insertMany(values.map((badge, at) => member(`z${at}`, { badge, email: `z\0${at}` })));
      expect(await outcomeOf(members().insert(member('zz', { badge: Uint8Array.of(0, 255) })))).toBe(
        'UNIQUE_VIOLATION',
      );
      expect(await outcomeOf(members().insert(member('zz', { email: 'z\0' })))).toBe('ok');
      for (const at of values.keys()) await members().update(`z${at}`, { badge: Uint8Array.of(1, 0, at) });
      expect((await entriesOf('badge 0x')).length).toBe(values.length);
      await members().insertMany(values.map((badge, at) => member(`zy${at}`, { badge })));
    });

    it('are those of an id of several parts', async () => {
      const lockers = pair.ledger.repository(Locker);
      await lockers.insert(lockers.create({ hall: 'h', number: 2n ** 70n, owner: 'l1' }));
      expect(await storedEntries(pair.ledger, Locker)).toEqual([`owner l1 → h,${2n ** 70n}`]);
      const failure = await failureOf(lockers.insert(lockers.create({ hall: 'h', number: 1n, owner: 'l1' })));
      expect(failure.message).toContain(`Locker ["h", ${2n ** 70n}n] has it`);
      await lockers.delete({ hall: 'h', number: 2n ** 70n });
      await lockers.insert(lockers.create({ hall: 'h', number: 1n, owner: 'l1' }));
    });
  });

  describe('a value that is taken', () => {
    it('is refused by name, value and owner, and nothing is written', async () => {
      await members().insert(member('t1', { email: 't@x' }));
      const failure = await failureOf(
        pair.other.repository(Member).insertMany([member('t2'), member('t3', { email: 't@x' })]),
      );
      expect(failure).toBeInstanceOf(UniqueViolationError);
      expect(failure.message).toBe(
        'Member "t3" cannot have email "t@x": Member "t1" has it, and the index "email" of Member is unique. Nothing was written.',
      );
      expect(failure.details).toMatchObject({ entity: 'member', index: 'email' });
      expect(await members().findMany(['t2', 't3'])).toEqual([undefined, undefined]);
    });

    it('is refused by its second half as well', async () => {
      await members().insert(member('c1', { hall: 'c-A', seat: 1 }));
      await members().insertMany([
        member('c2', { hall: 'c-A', seat: 2 }),
        member('c3', { hall: 'c-B', seat: 1 }),
      ]);
      const failure = await failureOf(members().update('c2', { seat: 1 }));
      expect(failure.message).toContain('cannot have hall, seat ["c-A", 1]: Member "c1" has it');
      expect(await outcomeOf(members().update('c3', { hall: 'c-A' }))).toBe('UNIQUE_VIOLATION');
    });

    it('is refused to a save, an update, an upsert and a second of one call', async () => {
      await members().insert(member('s1', { email: 's1@x' }));
      await members().insert(member('s2', { email: 's2@x' }));
      const loaded = await members().findOrFail('s2');
      loaded.email = 's1@x';
      expect(await outcomeOf(members().save(loaded))).toBe('UNIQUE_VIOLATION');
      expect(await outcomeOf(members().save(loaded, { force: true }))).toBe('UNIQUE_VIOLATION');
      expect(await outcomeOf(members().update('s2', { email: 's1@x' }, { force: true }))).toBe(
        'UNIQUE_VIOLATION',
      );
      expect(await outcomeOf(members().upsert({ id: 's3', email: 's1@x' }))).toBe('UNIQUE_VIOLATION');
      const both = [member('s4', { email: 's4@x' }), member('s5', { email: 's4@x' })];
      const failure = await failureOf(members().insertMany(both));
      expect(failure).toBeInstanceOf(UniqueViolationError);
      expect(failure.message).toContain('Member "s4", saved in the same transaction, has it');
      expect(await members().history('s2')).toHaveLength(1);
    });

    it('is free again after its owner changed it or was deleted', async () => {
      const owner = await members().insert(member('f1', { email: 'f@x' }));
      await members().delete(owner);
      await members().insert(member('f2', { email: 'f@x' }));
      await members().update('f2', { email: null });
      await members().insert(member('f3', { email: 'f@x' }));
      expect(await entriesOf('f@x')).toEqual(['email f@x → f3']);
      const failure = await failureOf(members().save(member('f1', { email: 'f@x' })));
      expect(failure.message).toContain('Member "f3" has it');
    });

    it('is won by exactly one of 20 that want it at once', async () => {
      const attempts = Array.from({ length: 20 }, (_, at) => {
        const repository = (at % 2 === 0 ? pair.ledger : pair.other).repository(Member);
        return outcomeOf(repository.insert(repository.create({ id: `w${at}`, email: 'w@x' })));
      });
      const outcomes = await Promise.all(attempts);
      expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'UNIQUE_VIOLATION')).toHaveLength(19);
      expect(await entriesOf('w@x')).toHaveLength(1);
    });

    it('is handed from one to the next of many at once, and is never two at once', async () => {
      const passers = Array.from({ length: 8 }, (_, at) => `p${at}`);
      await members().insertMany(passers.map((id) => member(id)));
      const outcomes = await Promise.all(
        passers.map(async (id, at) => {
          const repository = (at % 2 === 0 ? pair.ledger : pair.other).repository(Member);
          const seen: string[] = [];
          for (let round = 0; round < 4; round++) {
            seen.push(await outcomeOf(repository.update(id, { email: 'p@x' })));
            expect(await outcomeOf(repository.update(id, { email: null }))).toBe('ok');
          }
          return seen;
        }),
      );
      const kinds = new Set(outcomes.flat());
      expect([...kinds].filter((kind) => !['ok', 'UNIQUE_VIOLATION', 'CONFLICT'].includes(kind))).toEqual([]);
      expect(kinds).toContain('ok');
      expect(await entriesOf('p@x')).toEqual([]);
    });
  });

  describe('a value that moves', () => {
    it('is swapped between two in one saveMany', async () => {
      const [a, b] = await members().insertMany([
        member('m1', { email: 'm1@x', hall: 'm', seat: 1 }),
        member('m2', { email: 'm2@x', hall: 'm', seat: 2 }),
      ]);
      [a!.email, b!.email] = [b!.email, a!.email];
      [a!.seat, b!.seat] = [b!.seat, a!.seat];
      await members().saveMany([a!, b!]);
      expect(evidenceOf(a!).txId).toBe(evidenceOf(b!).txId);
      expect(await entriesOf('m1@x')).toEqual(['email m1@x → m2']);
      expect(await entriesOf('by-seat m,')).toEqual(['by-seat m,1 → m2', 'by-seat m,2 → m1']);
    });

    it('is swapped between two, and passed on among three, in one transaction', async () => {
      const ids = ['r1', 'r2', 'r3'];
      await members().insertMany(ids.map((id) => member(id, { email: `${id}@x` })));
      const passOn = (among: readonly string[]) =>
        pair.ledger.transaction(async (tx) => {
          const inside = tx.repository(Member);
          const found = (await inside.findMany(among)).map((one) => one!);
          const emails = found.map(({ email }) => email);
          found.forEach((one, at) => (one.email = emails[(at + 1) % emails.length]!));
          await inside.saveMany(found);
        });
      await passOn(['r1', 'r2']);
      await passOn(ids);
      expect(await entriesOf('r1@x')).toEqual(['email r1@x → r1']);
      expect(await entriesOf('r2@x')).toEqual(['email r2@x → r3']);
      expect(await entriesOf('r3@x')).toEqual(['email r3@x → r2']);
    });

    it('goes from one that is deleted to another in one transaction, whichever is first', async () => {
      await members().insertMany([member('d1', { email: 'd@x' }), member('d2')]);
      await pair.ledger.transaction(async (tx) => {
        await tx.repository(Member).delete('d1');
        await tx.repository(Member).update('d2', { email: 'd@x' });
      });
      expect(await entriesOf('d@x')).toEqual(['email d@x → d2']);
      await pair.ledger.transaction(async (tx) => {
        await tx.repository(Member).insert(member('d3', { email: 'd@x' }));
        await tx.repository(Member).delete('d2');
      });
      expect(await entriesOf('d@x')).toEqual(['email d@x → d3']);
    });

    it('does not go from one that keeps it', async () => {
      const [a, b] = await members().insertMany([member('k1', { email: 'k@x' }), member('k2')]);
      a!.note = 'changed';
      b!.email = 'k@x';
      const failure = await failureOf(members().saveMany([a!, b!]));
      expect(failure.message).toContain('Member "k2" cannot have email "k@x": Member "k1" has it');
    });

    it('and is back where it was by the end of a transaction has not moved', async () => {
      await members().insert(member('b1', { email: 'b@x' }));
      await pair.ledger.transaction(async (tx) => {
        const inside = tx.repository(Member);
        const one = await inside.findOrFail('b1');
        one.email = 'bb@x';
        await inside.save(one);
        one.email = 'b@x';
        await inside.save(one);
      });
      expect(await members().history('b1')).toHaveLength(1);
      expect(await entriesOf('b@x')).toEqual(['email b@x → b1']);
    });
  });
});

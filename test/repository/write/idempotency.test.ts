// Writes that have a name: made once, however often they are asked for, by whom, and what became of the first answer.

import { describe, expect, it } from 'vitest';
import { evidenceOf, isVerified, type Ledger } from 'immurepo';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from './backends.js';
import { CLASSES, Counter, Member } from './entities.js';
import { failureOf, outcomeOf } from './outcome.js';

onEveryBackend(describeServers, 'idempotency keys', CLASSES, (pair) => {
  const members = (ledger: Ledger = pair.ledger) => ledger.repository(Member);
  const member = (id: string, data: Partial<Omit<Member, 'id'>> = {}) => members().create({ id, ...data });
  const revisions = async (id: string) => (await members().history(id)).length;

  describe('the same content under the same key is one write', () => {
    it('of an insert, from this ledger, from another one, and after more was written', async () => {
      const idempotencyKey = 'insert-a';
      const first = await members().insert(member('a', { email: 'a@x' }), { idempotencyKey });
      for (const ledger of [pair.ledger, pair.other]) {
        const again = await members(ledger).insert(member('a', { email: 'a@x' }), { idempotencyKey });
        expect(evidenceOf(again)).toMatchObject({ txId: evidenceOf(first).txId, revision: 1n });
        expect(evidenceOf(again).alh).toEqual(evidenceOf(first).alh);
      }
      await members().update('a', { note: 'later' });
      const late = await members(pair.other).insert(member('a', { email: 'a@x' }), { idempotencyKey });
      expect(evidenceOf(late)).toMatchObject({ txId: evidenceOf(first).txId, revision: 1n });
      expect(await revisions('a')).toBe(2);
      // It is a revision of the past: nothing can be built on it unnoticed.
      late.note = 'other';
      expect(await outcomeOf(members(pair.other).save(late))).toBe('CONFLICT');
    });

    it('of a save of what is loaded, and of what is not', async () => {
      await members().insert(member('b', { note: '1' }));
      const [here, there] = [await members().findOrFail('b'), await members(pair.other).findOrFail('b')];
      here.note = there.note = '2';
      await members().save(here, { idempotencyKey: 'save-b' });
      await members(pair.other).save(there, { idempotencyKey: 'save-b' });
      const fresh = await members().save(member('b', { note: '2' }), { idempotencyKey: 'save-b' });
      const again = await members().save(member('b', { note: '2' }), {
        idempotencyKey: 'save-b',
        force: true,
      });
      expect([here, there, fresh, again].map((one) => evidenceOf(one).revision)).toEqual([2n, 2n, 2n, 2n]);
      expect(await revisions('b')).toBe(2);
    });

    it('of many callers at once', async () => {
      const stored = await Promise.all(
        Array.from({ length: 10 }, (_, at) => {
          const repository = members(at % 2 === 0 ? pair.ledger : pair.other);
          const options = { idempotencyKey: 'parallel' };
          if (at % 3 === 0) return repository.insert(member('c', { email: 'c@x' }), options);
          return repository.save(member('c', { email: 'c@x' }), options);
        }),
      );
      expect(new Set(stored.map((one) => evidenceOf(one).txId)).size).toBe(1);
      expect(stored.every((one) => isVerified(one))).toBe(true);
      expect(await revisions('c')).toBe(1);
    });

    it('of a batch, also where a part of it holds already what it is to hold', async () => {
      const batch = () => ['d1', 'd2', 'd3'].map((id) => member(id, { city: 'Paris' }));
      const first = await members().saveMany(batch(), { idempotencyKey: 'batch' });
      const again = await members(pair.other).saveMany(batch(), { idempotencyKey: 'batch' });
      expect(new Set([...first, ...again].map((one) => evidenceOf(one).txId)).size).toBe(1);
      const mixed = [await members().findOrFail('d1'), ...batch().slice(1)];
      await members().saveMany(mixed, { idempotencyKey: 'batch' });
      expect(evidenceOf(mixed[2]!).txId).toBe(evidenceOf(first[0]!).txId);
      expect(await Promise.all(['d1', 'd2', 'd3'].map(revisions))).toEqual([1, 1, 1]);
    });

    it('of an update and of an upsert', async () => {
      await members().insert(member('e', { note: '1' }));
      for (const ledger of [pair.ledger, pair.other]) {
        await members(ledger).update('e', { note: '2' }, { idempotencyKey: 'update-e' });
        await members(ledger).upsert({ id: 'e', city: 'c' }, { idempotencyKey: 'upsert-e' });
      }
      await members(pair.other).update('e', { note: '3' });
      // The content is another one by now: never is the same write made twice.
      expect(await outcomeOf(members().update('e', { note: '2' }, { idempotencyKey: 'update-e' }))).toBe(
        'IDEMPOTENCY_KEY_REUSED',
      );
      expect((await members().findOrFail('e')).note).toBe('3');
      expect(await revisions('e')).toBe(4);
    });

    it('of a deletion', async () => {
      await members().insert(member('f'));
      const loaded = await members().findOrFail('f');
      const proof = await members(pair.other).delete('f', { idempotencyKey: 'delete-f' });
      const again = await members().delete(loaded, { idempotencyKey: 'delete-f' });
      expect(again).toMatchObject({ txId: proof!.txId, revision: 2n });
      expect(await revisions('f')).toBe(2);
    });
  });

  describe('other content under the same key', () => {
    it('is refused: another value, another entity, a part, a deletion', async () => {
      await members().insert(member('g', { note: '1' }), { idempotencyKey: 'g' });
      const others = [
        () => members().insert(member('g', { note: '2' }), { idempotencyKey: 'g' }),
        () => members(pair.other).save(member('g', { note: '2' }), { idempotencyKey: 'g' }),
        () => members().insert(member('g2', { note: '1' }), { idempotencyKey: 'g' }),
        () => members().saveMany([member('g3'), member('g', { note: '1' })], { idempotencyKey: 'g' }),
        () => members().delete('g', { idempotencyKey: 'g' }),
        () => members().save(member('g', { note: '2' }), { idempotencyKey: 'g', force: true }),
      ];
      for (const other of others) expect(await outcomeOf(other())).toBe('IDEMPOTENCY_KEY_REUSED');
      expect(await revisions('g')).toBe(1);
      expect(await members().findMany(['g2', 'g3'])).toEqual([undefined, undefined]);
      const failure = await failureOf(members().insert(member('g', { note: '2' }), { idempotencyKey: 'g' }));
      expect(failure.message).toContain('not this Member "g" as it is now');
    });

    it('is won by one of two that come at once', async () => {
      const outcomes = await Promise.all(
        [1, 2, 3, 4].map((at) =>
          outcomeOf(
            members(at % 2 === 0 ? pair.ledger : pair.other).save(member('h', { note: String(at) }), {
              idempotencyKey: 'h',
            }),
          ),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'IDEMPOTENCY_KEY_REUSED')).toHaveLength(3);
    });

    it('is another write in another class', async () => {
      const counters = pair.ledger.repository(Counter);
      await members().insert(member('i'), { idempotencyKey: 'i' });
      await counters.insert(counters.create({ id: 'i', value: 1 }), { idempotencyKey: 'i' });
    });
  });

  it('does not hide why a first attempt is refused', async () => {
    await members().insert(member('j1', { email: 'j@x' }));
    const taken = members().insert(member('j2', { email: 'j@x' }), { idempotencyKey: 'j' });
    expect(await outcomeOf(taken)).toBe('UNIQUE_VIOLATION');
    const exists = members().insert(member('j1', { email: 'jj@x' }), { idempotencyKey: 'j' });
    expect(await outcomeOf(exists)).toBe('CONFLICT');
    await members().insert(member('j2', { email: 'jj@x' }), { idempotencyKey: 'j' });
  });

  it('stands for nothing where nothing was to be written', async () => {
    const one = await members().insert(member('k'));
    await members().save(one, { idempotencyKey: 'k' });
    one.note = 'now';
    await members().save(one, { idempotencyKey: 'k' });
    expect(evidenceOf(one).revision).toBe(2n);
  });

  it('is refused where it is no name', async () => {
    for (const bad of ['', 7, null, {}, Uint8Array.of(1)]) {
      const save = members().save(member('bad'), { idempotencyKey: bad as string });
      await expect(save).rejects.toBeInstanceOf(TypeError);
    }
    const longest = 'k'.repeat(900);
    await members().insert(member('long'), { idempotencyKey: longest });
    const tooLong = members().insert(member('bad'), { idempotencyKey: 'k'.repeat(1100) });
    expect((await failureOf(tooLong)).code).toBe('KEY_TOO_LARGE');
    const broken = members().insert(member('bad'), { idempotencyKey: 'a\ud800' });
    expect((await failureOf(broken)).code).toBe('VALUE_REFUSED');
    expect(await members().find('bad')).toBeUndefined();
  });
});

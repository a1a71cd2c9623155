// Logical expiry: a moment inside the hashed record, held against the reader's clock. What has expired is absent, and its
// history stays.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evidenceOf } from 'immurepo';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from './backends.js';
import { CLASSES, Member } from './entities.js';
import { failureOf } from './outcome.js';

onEveryBackend(describeServers, 'expiry', CLASSES, (pair) => {
  const members = () => pair.ledger.repository(Member);
  let start = 0;
  const inMs = (ms: number) => new Date(start + ms);
  const clockAt = (ms: number) => vi.setSystemTime(start + ms);
  const expiryOf = async (id: string) => (await members().history(id)).map(({ expiresAt }) => expiresAt);

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
    start = Date.now();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('makes an entity absent for every read, from that very millisecond on', async () => {
    const saved = await members().insert(members().create({ id: 'a' }), { expiresAt: inMs(5000) });
    for (const ledger of [pair.ledger, pair.other]) {
      const repository = ledger.repository(Member);
      clockAt(4999);
      expect(await repository.exists('a')).toBe(true);
      expect(await repository.findMany(['a'])).toHaveLength(1);
      clockAt(5000);
      expect(await repository.exists('a')).toBe(false);
      expect(await repository.find('a')).toBeUndefined();
      expect(await repository.findMany(['a', 'a'])).toEqual([undefined, undefined]);
      const failure = await failureOf(repository.findOrFail('a'));
      expect(failure.code).toBe('NOT_FOUND');
      expect(failure.message).toContain('it has expired');
      expect((await failureOf(repository.update('a', { note: 'x' }))).code).toBe('NOT_FOUND');
    }
    expect((await failureOf(members().refresh(saved))).code).toBe('NOT_FOUND');
    const [revision] = await members().history('a');
    expect(revision).toMatchObject({ deleted: false, entity: { id: 'a' }, expiresAt: inMs(5000) });
  });

  it('is carried over by later saves and updates, and ends with null', async () => {
    const one = await members().insert(members().create({ id: 'b' }), { expiresAt: inMs(5000) });
    one.note = 'saved';
    await members().save(one);
    await members().update('b', { note: 'updated' });
    await members().save(await members().findOrFail('b'), { expiresAt: null });
    await members().update('b', { note: 'again' });
    expect(await expiryOf('b')).toEqual([inMs(5000), inMs(5000), inMs(5000), undefined, undefined]);
    clockAt(6000);
    expect(await members().exists('b')).toBe(true);
  });

  it('alone is a change, and none where it is the same', async () => {
    const one = await members().insert(members().create({ id: 'c' }));
    await members().save(one, { expiresAt: inMs(5000) });
    await members().save(one, { expiresAt: inMs(5000) });
    await members().save(one);
    await members().save(one, { expiresAt: inMs(6000) });
    expect(await expiryOf('c')).toEqual([undefined, inMs(5000), inMs(6000)]);
  });

  it('holds for a batch', async () => {
    const batch = ['d1', 'd2'].map((id) => members().create({ id }));
    await members().saveMany(batch, { expiresAt: inMs(1000) });
    clockAt(1000);
    expect(await members().findMany(['d1', 'd2'])).toEqual([undefined, undefined]);
  });

  it('of an entity that is loaded stays when it is saved too late', async () => {
    const token = await members().insert(members().create({ id: 'late' }), { expiresAt: inMs(1000) });
    clockAt(2000);
    token.note = 'too late';
    await members().save(token);
    expect(await members().exists('late')).toBe(false);
    await members().save(token, { force: true });
    expect(await members().exists('late')).toBe(false);
    await members().save(token, { expiresAt: inMs(3000) });
    expect(await members().exists('late')).toBe(true);
  });

  describe('once it is over', () => {
    const expired = async (id: string) => {
      await members().insert(members().create({ id, note: 'first' }), { expiresAt: inMs(1000) });
      clockAt(2000);
    };

    it('an upsert and a save begin a new life, without it and without what was there', async () => {
      await expired('e1');
      const again = await members().upsert({ id: 'e1', city: 'x' });
      expect(evidenceOf(again).revision).toBe(2n);
      expect('note' in (await members().findOrFail('e1'))).toBe(false);
      await expired('e2');
      await members().save(members().create({ id: 'e2' }));
      await expired('e3');
      await members().save(members().create({ id: 'e3' }), { force: true });
      expect(await members().findMany(['e2', 'e3'])).toMatchObject([{ id: 'e2' }, { id: 'e3' }]);
      expect(await expiryOf('e1')).toEqual([inMs(1000), undefined]);
    });

    it('a new life may have an end of its own', async () => {
      await expired('f');
      await members().upsert({ id: 'f' }, { expiresAt: inMs(3000) });
      clockAt(3000);
      expect(await members().exists('f')).toBe(false);
    });

    it('an insert is still refused, and a deletion still proven', async () => {
      await expired('g');
      expect((await failureOf(members().insert(members().create({ id: 'g' })))).code).toBe('CONFLICT');
      expect(await members().delete('g')).toMatchObject({ revision: 2n });
      expect(await members().delete('g')).toBeUndefined();
      await members().save(members().create({ id: 'g' }));
      expect(await expiryOf('g')).toEqual([inMs(1000), undefined, undefined]);
    });

    it('a transaction finds nothing, and may begin the new life', async () => {
      await expired('h');
      await pair.ledger.transaction(async (tx) => {
        expect(await tx.repository(Member).exists('h')).toBe(false);
        await tx.repository(Member).save(members().create({ id: 'h', note: 'second' }));
      });
      expect(await members().findOrFail('h')).toMatchObject({ note: 'second' });
    });
  });

  it('is refused where it is no moment', async () => {
    for (const bad of [new Date(Number.NaN), 'tomorrow', 1_700_000_000_000, {}]) {
      const save = members().save(members().create({ id: 'bad' }), { expiresAt: bad as Date });
      await expect(save).rejects.toBeInstanceOf(TypeError);
    }
    expect(await members().find('bad')).toBeUndefined();
  });
});

// Writing over whatever is there, and creating what is not: many writers at once, one unbroken chain, nobody refused.

import { describe, expect, it } from 'vitest';
import { ConflictError, evidenceOf, isVerified } from 'immurepo';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from './backends.js';
import { CLASSES, Counter, Member } from './entities.js';
import { outcomeOf } from './outcome.js';

const WRITERS = 8;

onEveryBackend(describeServers, 'overwriting', CLASSES, (pair) => {
  const counters = () => pair.ledger.repository(Counter);
  /** Every second writer is another process, as far as the ledger can tell. */
  const writers = Array.from({ length: WRITERS }, (_, at) => at);
  const repositoryOf = (at: number) => (at % 2 === 0 ? pair.ledger : pair.other).repository(Counter);
  const valuesOf = async (id: string) =>
    (await counters().history(id)).map(({ entity, deleted }) => (deleted ? 'deleted' : entity!.value));

  describe('with force', () => {
    it('every save of many at once becomes a revision, of a loaded entity and of another', async () => {
      const { id } = await counters().insert(counters().create({ value: -1 }));
      const loaded = await Promise.all(writers.map((at) => repositoryOf(at).findOrFail(id)));
      await Promise.all(
        writers.map(async (at) => {
          const entity = at < 4 ? loaded[at]! : counters().create({ id, value: 0 });
          entity.value = at;
          const saved = await repositoryOf(at).save(entity, { force: true });
          expect(isVerified(saved)).toBe(true);
        }),
      );
      const values = await valuesOf(id);
      expect(values.slice(1).sort()).toEqual(writers);
    });

    it('a save builds on what is there although the entity was loaded before', async () => {
      const mine = await counters().insert(counters().create({ value: 1 }));
      await pair.other.repository(Counter).update(mine.id, { value: 2 });
      mine.value = 3;
      await expect(counters().save(mine)).rejects.toBeInstanceOf(ConflictError);
      await counters().save(mine, { force: true });
      expect(evidenceOf(mine).revision).toBe(3n);
      mine.value = 4;
      await counters().save(mine);
      expect(await valuesOf(mine.id)).toEqual([1, 2, 3, 4]);
    });

    it('a save revives what was deleted, and stores what never was', async () => {
      const entity = await counters().insert(counters().create({ value: 1 }));
      await counters().delete(entity.id);
      await counters().save(entity, { force: true });
      expect(await valuesOf(entity.id)).toEqual([1, 'deleted', 1]);
      const fresh = await counters().save(counters().create({ id: 'fresh', value: 1 }), { force: true });
      expect(evidenceOf(fresh).revision).toBe(1n);
    });

    it('every update of many at once changes what the one before left', async () => {
      const members = pair.ledger.repository(Member);
      await members.insert(members.create({ id: 'forced' }));
      const patches = [{ note: 'n' }, { city: 'c' }, { hall: 'h' }, { seat: 1 }, { email: 'e' }];
      await Promise.all(
        patches.map((patch, at) =>
          (at % 2 === 0 ? pair.ledger : pair.other)
            .repository(Member)
            .update('forced', patch, { force: true }),
        ),
      );
      expect(await members.findOrFail('forced')).toMatchObject(Object.assign({}, ...patches) as object);
      expect(await members.history('forced')).toHaveLength(1 + patches.length);
      await expect(members.update('nobody', { note: 'x' }, { force: true })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });

    it('a deletion among many writers happens once, and one of what is deleted is none', async () => {
      const entity = await counters().insert(counters().create({ value: 0 }));
      await pair.other.repository(Counter).update(entity.id, { value: 1 });
      await expect(counters().delete(entity)).rejects.toBeInstanceOf(ConflictError);
      const proofs = await Promise.all(
        writers.map((at) => repositoryOf(at).delete(at === 0 ? entity : entity.id, { force: true })),
      );
      expect(proofs.filter((proof) => proof !== undefined)).toHaveLength(1);
      expect(await valuesOf(entity.id)).toEqual([0, 1, 'deleted']);
    });

    it('saveMany overwrites all or none', async () => {
      const batch = await counters().insertMany([1, 2, 3].map((value) => counters().create({ value })));
      await Promise.all(
        writers.map(async (at) => {
          const copies = batch.map(({ id }) => counters().create({ id, value: 10 + at }));
          await repositoryOf(at).saveMany(copies, { force: true });
        }),
      );
      const chains = await Promise.all(batch.map(({ id }) => valuesOf(id)));
      expect(chains.map((chain) => chain.slice(1))).toEqual(chains.map(() => chains[0]!.slice(1)));
      expect(chains[0]).toHaveLength(1 + WRITERS);
    });

    it('is nothing an insert takes', async () => {
      const insert = counters().insert(counters().create({ value: 1 }), { force: true });
      await expect(insert).rejects.toBeInstanceOf(TypeError);
    });
  });

  describe('with upsert', () => {
    it('ten callers make one chain', async () => {
      const members = pair.ledger.repository(Member);
      const stored = await Promise.all(
        Array.from({ length: 10 }, (_, at) =>
          (at % 2 === 0 ? pair.ledger : pair.other)
            .repository(Member)
            .upsert({ id: 'ten', note: String(at), city: at === 0 ? 'c' : undefined }),
        ),
      );
      expect(new Set(stored.map((one) => evidenceOf(one).revision)).size).toBe(10);
      const history = await members.history('ten');
      expect(history.map(({ entity }) => Number(entity!.note)).sort()).toEqual([
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
      ]);
    });

    it('ten callers of one content make one revision', async () => {
      const stored = await Promise.all(
        writers.map((at) => repositoryOf(at).upsert({ id: 'same', value: 1 })),
      );
      expect(stored.map((one) => evidenceOf(one).revision)).toEqual(writers.map(() => 1n));
      expect(await valuesOf('same')).toEqual([1]);
    });

    it('keeps what is not given, and revives what was deleted without it', async () => {
      const members = pair.ledger.repository(Member);
      await members.upsert({ id: 'kept', note: 'n', city: 'c' });
      expect(await members.upsert({ id: 'kept', city: 'd' })).toMatchObject({ note: 'n', city: 'd' });
      await members.delete('kept');
      const revived = await members.upsert({ id: 'kept', city: 'e' });
      expect(revived.note).toBeUndefined();
      expect(evidenceOf(revived).revision).toBe(4n);
    });

    it('needs the id', async () => {
      await expect(pair.ledger.repository(Counter).upsert({ value: 1 })).rejects.toBeInstanceOf(TypeError);
    });
  });

  it('a deleted entity whose id was changed after it was loaded deletes nothing else', async () => {
    const [one, two] = await counters().insertMany([1, 2].map((value) => counters().create({ value })));
    one!.id = two!.id;
    await expect(counters().delete(one!)).rejects.toBeInstanceOf(TypeError);
    await expect(counters().save(one!)).rejects.toThrow(/its? id|The id of/);
    expect(await outcomeOf(counters().findOrFail(two!.id))).toBe('ok');
  });
});

// Who wrote what, and why: said around the work, stored in what it writes, and in nothing else.

import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { evidenceOf, type Ledger } from 'immurepo';
import { parseRecord } from '../../src/codec/parse-record.js';
import { factsOf, MAX_PROVENANCE_BYTES, type Provenance } from '../../src/codec/revision-facts.js';
import { describeServers } from '../support/describe-servers.js';
import { onEveryBackend } from './write/backends.js';
import { CLASSES, Counter, Member } from './write/entities.js';
import { failureOf, outcomeOf } from './write/outcome.js';

const NOBODY = { actor: undefined, reason: undefined, correlationId: undefined };

onEveryBackend(describeServers, 'provenance', CLASSES, (pair) => {
  const counters = (ledger: Ledger = pair.ledger) => ledger.repository(Counter);
  const counter = (value = 1) => counters().create({ value });
  const insert = () => counters().insert(counter());
  /** What every revision says, oldest first. */
  const said = async (id: string) =>
    (await counters(pair.other).history(id)).map(({ actor, reason, correlationId }) => ({
      actor,
      reason,
      correlationId,
    }));
  const full = { actor: 'ada', reason: 'correction', correlationId: 'c-1' };

  describe('is stored', () => {
    it('in the hashed record, and read back by history', async () => {
      const { id } = await pair.ledger.as(full, insert);
      expect(await said(id)).toEqual([full]);
      const { key } = evidenceOf(await counters().findOrFail(id));
      const entry = await pair.other.client.verifiedGet(key);
      expect(factsOf(parseRecord(entry!.value).extensions)).toMatchObject(full);
    });

    it('by saves, updates, upserts, batches and deletions, and not by what is written later', async () => {
      const one = counter();
      const steps: ((provenance: Provenance) => Promise<unknown>)[] = [
        () => counters().save(one),
        () => counters().update(one.id, { value: 2 }),
        () => counters().upsert({ id: one.id, value: 3 }),
        () => counters().saveMany([counters().create({ id: one.id, value: 4 }), counter()]),
        () => counters().delete(one.id),
        () => counters().save(counters().create({ id: one.id, value: 5 }), { force: true }),
      ];
      for (const [at, step] of steps.entries())
        await pair.ledger.as({ actor: `a${at}`, reason: `r${at}` }, () => step({}));
      await counters().update(one.id, { value: 6 });
      expect(await said(one.id)).toEqual([
        ...steps.map((_, at) => ({ actor: `a${at}`, reason: `r${at}`, correlationId: undefined })),
        NOBODY,
      ]);
    });

    it('as it is: any text of up to 4,096 bytes', async () => {
      const texts = [
        '\0',
        ' ',
        'grüße \u{1f600}',
        'x'.repeat(MAX_PROVENANCE_BYTES),
        '\u{1f600}'.repeat(1024),
      ];
      for (const actor of texts) {
        const { id } = await pair.ledger.as({ actor, reason: actor, correlationId: actor }, insert);
        expect((await said(id))[0]).toEqual({ actor, reason: actor, correlationId: actor });
      }
    });

    it('once: what is made again under its name stays the first one’s', async () => {
      const options = { idempotencyKey: 'provenance-once' };
      const once = (actor: string) =>
        pair.ledger.as({ actor }, () =>
          counters().save(counters().create({ id: 'once', value: 1 }), options),
        );
      await once('first');
      await once('second');
      expect(await said('once')).toEqual([{ ...NOBODY, actor: 'first' }]);
    });
  });

  describe('is taken over', () => {
    it('by work inside of other work, but for what that says itself', async () => {
      const as = pair.ledger.as.bind(pair.ledger);
      const found = await as({ actor: 'ada', correlationId: 'c' }, () =>
        as({ reason: 'r', correlationId: undefined }, async () => {
          const inner = await as({ actor: 'bob' }, insert);
          return [inner, await insert()];
        }),
      );
      const after = await insert();
      expect(await said(found[0]!.id)).toEqual([{ actor: 'bob', reason: 'r', correlationId: 'c' }]);
      expect(await said(found[1]!.id)).toEqual([{ actor: 'ada', reason: 'r', correlationId: 'c' }]);
      expect(await said(after.id)).toEqual([NOBODY]);
    });

    it('across awaits, timers and work at once', async () => {
      const ids = await pair.ledger.as({ actor: 'ada' }, async () => {
        await delay(2);
        const [a, b] = await Promise.all([
          insert(),
          new Promise<Counter>((resolve, reject) => {
            setTimeout(() => {
              insert().then(resolve, reject);
            }, 2);
          }),
        ]);
        return [a.id, b.id];
      });
      for (const id of ids) expect(await said(id)).toEqual([{ ...NOBODY, actor: 'ada' }]);
    });

    it('by the namespaces of a ledger, and by no other ledger', async () => {
      const space = await pair.ledger.namespace('provenance');
      await pair.ledger.as({ actor: 'ada' }, async () => {
        const here = await space.repository(Counter).insert(counter());
        const [revision] = await space.repository(Counter).history(here.id);
        expect(revision?.actor).toBe('ada');
        const there = await counters(pair.other).insert(counter());
        expect(await said(there.id)).toEqual([NOBODY]);
        const both = await pair.other.as({ actor: 'bob' }, insert);
        expect(await said(both.id)).toEqual([{ ...NOBODY, actor: 'ada' }]);
      });
    });

    it('by nobody else’s work: requests at once do not see each other', async () => {
      const requests = Array.from({ length: 24 }, async (_, at) => {
        const provenance = at % 4 === 0 ? {} : { actor: `u${at}`, correlationId: `c${at}` };
        const ids = await pair.ledger.as(provenance, async () => {
          await delay(Math.random() * 5);
          const first = await insert();
          await delay(Math.random() * 5);
          await counters().update(first.id, { value: 2 });
          const second = await pair.ledger.transaction(async (tx) => {
            await delay(Math.random() * 5);
            return tx.repository(Counter).insert(counter());
          });
          return [first.id, second.id] as const;
        });
        const expected = { ...NOBODY, ...provenance };
        expect(await said(ids[0])).toEqual([expected, expected]);
        expect(await said(ids[1])).toEqual([expected]);
      });
      await Promise.all(requests);
    });
  });

  describe('in a transaction', () => {
    it('is that of the work which writes, not of what is around or commits', async () => {
      const stored = await pair.ledger.as({ actor: 'outer', reason: 'r' }, () =>
        pair.ledger.transaction(async (tx) => {
          const inside = tx.repository(Counter);
          const save = () => inside.save(counter());
          const [ada, bob] = await Promise.all(
            ['ada', 'bob'].map((actor) => pair.ledger.as({ actor }, save)),
          );
          return { ada: ada!.id, bob: bob!.id, outer: (await save()).id };
        }),
      );
      expect(await said(stored.ada)).toEqual([{ ...NOBODY, actor: 'ada', reason: 'r' }]);
      expect(await said(stored.bob)).toEqual([{ ...NOBODY, actor: 'bob', reason: 'r' }]);
      expect(await said(stored.outer)).toEqual([{ ...NOBODY, actor: 'outer', reason: 'r' }]);
    });

    it('is the last one’s where several write the same, also where it is run again', async () => {
      const { id } = await insert();
      let runs = 0;
      await pair.ledger.transaction(async (tx) => {
        runs++;
        await pair.ledger.as({ actor: 'ada' }, () => tx.repository(Counter).update(id, { value: 10 }));
        await pair.ledger.as({ actor: `bob${runs}` }, () => tx.repository(Counter).delete(id));
        if (runs === 1) await counters(pair.other).update(id, { value: 2 });
      });
      expect((await said(id)).map(({ actor }) => actor)).toEqual([undefined, undefined, 'bob2']);
    });
  });

  describe('where an actor is required', () => {
    it('nothing is written in nobody’s name, and all is read', async () => {
      const strict = await pair.open({ requireActor: true });
      const { id } = await insert();
      const repository = strict.repository(Counter);
      const loaded = await repository.findOrFail(id);
      await repository.save(loaded);
      loaded.value = 2;
      const fresh = () => repository.create({ value: 1 });
      const nameless = [
        () => repository.save(loaded),
        () => repository.save(loaded, { force: true }),
        () => repository.insert(fresh()),
        () => repository.saveMany([fresh()]),
        () => repository.update(id, { value: 3 }),
        () => repository.upsert({ id, value: 4 }),
        () => repository.delete(id),
        () => repository.plan([fresh()]),
        () => strict.transaction((tx) => tx.repository(Counter).insert(fresh())),
        () => strict.transaction((tx) => tx.repository(Counter).delete(id)),
        () => strict.as({ reason: 'r', correlationId: 'c' }, () => repository.insert(fresh())),
        () => pair.ledger.as({ actor: 'ada' }, () => repository.insert(fresh())),
      ];
      for (const write of nameless) expect(await outcomeOf(write())).toBe('ACTOR_REQUIRED');
      expect(await said(id)).toEqual([NOBODY]);
      const failure = await failureOf(repository.save(loaded));
      expect(failure.message).toContain('ledger.as({ actor: … }');
      expect(await strict.transaction((tx) => tx.repository(Counter).exists(id))).toBe(true);
    });

    it('whoever is named may write: around, inside of a transaction, and with what is taken over', async () => {
      const strict = await pair.open({ requireActor: true });
      const repository = strict.repository(Counter);
      const { id } = await strict.as({ actor: 'ada' }, () =>
        repository.insert(repository.create({ value: 1 })),
      );
      await strict.transaction(async (tx) => {
        await tx.repository(Counter).save(await tx.repository(Counter).findOrFail(id));
        await strict.as({ actor: 'bob' }, () => tx.repository(Counter).update(id, { value: 2 }));
      });
      await strict.as({ actor: 'ada' }, () => strict.as({ reason: 'r' }, () => repository.delete(id)));
      expect((await said(id)).map(({ actor }) => actor)).toEqual(['ada', 'bob', 'ada']);
      const members = strict.repository(Member);
      expect(await members.plan([])).toMatchObject({ entries: 0 });
    });
  });

  it('gives back what the work gives, and throws what it throws', async () => {
    expect(pair.ledger.as({ actor: 'ada' }, () => 7)).toBe(7);
    expect(await pair.ledger.as({}, () => Promise.resolve('later'))).toBe('later');
    const boom = new Error('boom');
    expect(() =>
      pair.ledger.as({ actor: 'ada' }, () => {
        throw boom;
      }),
    ).toThrow(boom);
  });

  it('is refused before the work begins where it cannot be stored', async () => {
    const bad: readonly unknown[] = [
      { actor: '' },
      { reason: '' },
      { actor: 7 },
      { actor: null },
      { correlationId: 'x'.repeat(MAX_PROVENANCE_BYTES + 1) },
      { reason: 'ü'.repeat(MAX_PROVENANCE_BYTES / 2 + 1) },
      { actor: 'a\ud800' },
      { reason: '\udc00b' },
      { user: 'ada' },
      { Actor: 'ada' },
      'ada',
      null,
      undefined,
    ];
    let calls = 0;
    for (const provenance of bad) {
      expect(() => pair.ledger.as(provenance as Provenance, () => calls++)).toThrow(TypeError);
    }
    expect(calls).toBe(0);
    expect(() => pair.ledger.as({ user: 'ada' } as object, () => calls)).toThrow(
      'ledger.as: "user" is not known, only actor, reason, correlationId are.',
    );
    expect(() => pair.ledger.as('ada' as unknown as Provenance, () => calls)).toThrow(
      'ledger.as takes an object',
    );
    const { id } = await insert();
    expect(await said(id)).toEqual([NOBODY]);
  });
});

// An entity that was loaded from one place and written to another would be the next revision of nothing there.

import { describe, expect, it } from 'vitest';
import { evidenceOf, type Ledger } from 'immurepo';
import { describeServers } from '../../support/describe-servers.js';
import { freshDatabaseName } from '../../support/describe-real.js';
import { onEveryBackend } from './backends.js';
import { CLASSES, Counter } from './entities.js';

onEveryBackend(describeServers, 'entities of elsewhere', CLASSES, (pair) => {
  const places: Readonly<Record<string, () => Promise<Ledger>>> = {
    'another database': () => pair.ledger.tenant(freshDatabaseName('t'), { create: true }),
    'another namespace': () => pair.ledger.namespace('elsewhere'),
  };

  describe.each(Object.keys(places))('of %s', (place) => {
    it('are refused by every write, and nothing is written', async () => {
      const there = await places[place]!();
      const foreign = await there.repository(Counter).insert(there.repository(Counter).create({ value: 1 }));
      const repository = pair.ledger.repository(Counter);
      foreign.value = 2;
      const writes = [
        () => repository.save(foreign),
        () => repository.save(foreign, { force: true }),
        () => repository.saveMany([repository.create({ value: 1 }), foreign]),
        () => repository.insert(foreign),
        () => repository.delete(foreign),
        () => repository.plan([foreign]),
        () => pair.ledger.transaction((tx) => tx.repository(Counter).save(foreign)),
        () => pair.ledger.transaction((tx) => tx.repository(Counter).delete(foreign)),
      ];
      const head = await pair.ledger.verifyState();
      for (const write of writes) {
        const failure = await write().catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(TypeError);
        expect((failure as TypeError).message).toContain(
          `Counter "${foreign.id}" was loaded from ${place === 'another database' ? 'database' : 'namespace'}`,
        );
      }
      expect(await pair.ledger.verifyState()).toEqual(head);
      expect(await repository.find(foreign.id)).toBeUndefined();
    });

    it('can be copied, and are entities of their own then', async () => {
      const there = await places[place]!();
      const foreign = await there.repository(Counter).insert(there.repository(Counter).create({ value: 1 }));
      const repository = pair.ledger.repository(Counter);
      const { id, value } = foreign;
      const copy = await repository.save(repository.create({ id, value }));
      expect(evidenceOf(copy)).toMatchObject({ revision: 1n, database: pair.ledger.database });
      expect(await repository.history(id)).toHaveLength(1);
      foreign.value = 3;
      await there.repository(Counter).save(foreign);
      expect((await repository.findOrFail(id)).value).toBe(1);
    });
  });

  it('of another ledger on the same database are not: they are of the same history', async () => {
    const mine = await pair.ledger
      .repository(Counter)
      .insert(pair.ledger.repository(Counter).create({ value: 1 }));
    mine.value = 2;
    await pair.other.repository(Counter).save(mine);
    expect(evidenceOf(mine).revision).toBe(2n);
  });
});

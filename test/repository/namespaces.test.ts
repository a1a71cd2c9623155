// Namespaces: the same entities under keys of their own, in one database with one trusted state, on every backend.

import { expect, it } from 'vitest';
import { evidenceOf, type Ledger } from 'immurepo';
import { parseKey } from '../../src/codec/record-key.js';
import { describeServers } from '../support/describe-servers.js';
import { onEveryBackend } from './any-ledger.js';
import { Person, statesOf } from './reindex/people.js';

const save = (ledger: Ledger, id: string, email = `${id}@x`) => {
  const people = ledger.repository(Person);
  return people.save(people.create({ id, name: id, email }));
};
const find = (ledger: Ledger, id: string) => ledger.repository(Person).find(id);

onEveryBackend('namespaces', describeServers, (start) => {
  const open = async (options = {}) => (await start()).open([Person], options);

  it('keep records, indexes and unique values apart', async () => {
    const ledger = await open();
    const [a, b] = await Promise.all([ledger.namespace('a'), ledger.namespace('b')]);
    await save(a, 'x', 'same@x');
    for (const other of [ledger, b]) expect(await find(other, 'x')).toBeUndefined();
    await save(b, 'y', 'same@x');
    await save(ledger, 'z', 'same@x');
    await expect(save(a, 'w', 'same@x')).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' });
    for (const [one, id] of [
      [a, 'x'],
      [b, 'y'],
      [ledger, 'z'],
    ] as const) {
      const found = await one.repository(Person).findBy({ email: 'same@x' });
      expect(found.map((person) => person.id)).toEqual([id]);
      expect(await one.repository(Person).count()).toBe(1);
    }
    expect(await a.repository(Person).history('x')).toHaveLength(1);
  });

  it('have one trusted state, and one client', async () => {
    const ledger = await open();
    const a = await ledger.namespace('a');
    const { txId } = evidenceOf(await save(a, 'x'));
    expect(a.client).toBe(ledger.client);
    expect(await ledger.client.trustedState()).toMatchObject({ txId });
    expect(a.database).toBe(ledger.database);
    const { evidence } = (await a.repository(Person).history('x'))[0]!;
    expect(parseKey(evidence.key)).toMatchObject({ namespace: 'a', entity: 'person', parts: ['x'] });
  });

  it('are opened once, and are what a ledger opened with the option sees', async () => {
    const database = await start();
    const ledger = await database.open([Person]);
    const [one, ...others] = await Promise.all(Array.from({ length: 5 }, () => ledger.namespace('a')));
    expect(others.every((other) => other === one)).toBe(true);
    await save(one!, 'x');
    const direct = await database.open([Person], { namespace: 'a' });
    expect(await find(direct, 'x')).toMatchObject({ id: 'x' });
    expect(await statesOf(direct, Person, 'a')).toEqual(['ready', 'ready']);
    const beside = await direct.namespace('b');
    expect(await find(beside, 'x')).toBeUndefined();
    expect(await find(await beside.namespace('a'), 'x')).toMatchObject({ id: 'x' });
  });

  it('have transactions of their own', async () => {
    const ledger = await open();
    const a = await ledger.namespace('a');
    await a.transaction(async (tx) => {
      const people = tx.repository(Person);
      await people.saveMany(['x', 'y'].map((id) => people.create({ id, name: id, email: id })));
      expect(await find(a, 'x')).toBeUndefined();
    });
    const [x, y] = await a.repository(Person).findMany(['x', 'y']);
    expect(evidenceOf(x!).txId).toBe(evidenceOf(y!).txId);
    expect(await find(ledger, 'x')).toBeUndefined();
    const failing = a.transaction(async (tx) => {
      await tx.repository(Person).delete('x');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await find(a, 'x')).toBeDefined();
  });

  it('share who writes', async () => {
    const ledger = await open({ requireActor: true });
    const a = await ledger.namespace('a');
    await expect(save(a, 'x')).rejects.toMatchObject({ code: 'ACTOR_REQUIRED' });
    await ledger.as({ actor: 'ada' }, () => save(a, 'x'));
    expect(await a.repository(Person).history('x')).toMatchObject([{ actor: 'ada' }]);
  });

  it('have names that keys can hold: never one that leads to what is in none', async () => {
    const ledger = await open({ namespace: 'a' });
    for (const name of ['', 'A', '1a', 'a b', 'ä', 'x'.repeat(65), undefined, null, 7])
      await expect(ledger.namespace(name as never)).rejects.toThrow(TypeError);
    const database = await start();
    await expect(database.open([Person], { namespace: 'Not One' })).rejects.toThrow(/namespace/);
  });

  it('are closed with the ledger, and close nothing themselves', async () => {
    const ledger = await open();
    {
      await using a = await ledger.namespace('a');
      await save(a, 'x');
    }
    await save(ledger, 'x');
    const a = await ledger.namespace('a');
    expect(await find(a, 'x')).toBeDefined();
    await ledger.close();
    await expect(find(a, 'x')).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(ledger.namespace('b')).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('are opened again where they could not be opened', async () => {
    const ledger = await open();
    const hasty = ledger.namespace('a', { signal: AbortSignal.abort() });
    const patient = ledger.namespace('a');
    await expect(hasty).rejects.toMatchObject({ code: 'ABORTED' });
    await save(await patient, 'x');
  });
});

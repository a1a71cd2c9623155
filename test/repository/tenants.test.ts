// Tenants: a database each, with a trusted state of its own, opened from one ledger and closed with it, on every backend.

import { expect, it } from 'vitest';
import { evidenceOf, type Ledger, MemoryTrustStore } from 'immurepo';
import type { EntityClass } from 'immurepo/extend';
import { describeServers } from '../support/describe-servers.js';
import { freshDatabaseName } from '../support/describe-real.js';
import { onEveryBackend } from './any-ledger.js';
import { Account } from './entities.js';
import { Person, statesOf } from './reindex/people.js';

const account = (ledger: Ledger, id: string, balance = 1n) =>
  ledger.repository(Account).create({ id, email: `${id}@example.com`, balance });
const save = async (ledger: Ledger, id: string) =>
  evidenceOf(await ledger.repository(Account).save(account(ledger, id)));
const find = (ledger: Ledger, id: string) => ledger.repository(Account).find(id);

onEveryBackend('tenants', describeServers, (start) => {
  const openWith = async (options: object = {}, entities: EntityClass[] = [Account]) =>
    (await start()).open(entities, { createTenants: true, ...options });

  it('have a database and a trusted state each', async () => {
    const ledger = await openWith();
    const [one, two] = [freshDatabaseName(), freshDatabaseName()];
    const [a, b] = await Promise.all([ledger.tenant(one), ledger.tenant(two)]);
    const evidence = await save(a, 'x');
    expect(evidence).toMatchObject({ database: one, txId: 1n, origin: expect.any(String) as unknown });
    expect(a.database).toBe(one);
    expect(await find(a, 'x')).toMatchObject({ id: 'x' });
    for (const other of [b, ledger]) expect(await find(other, 'x')).toBeUndefined();
    await save(b, 'x');
    await save(b, 'y');
    expect((await a.verifyState())?.txId).toBe(1n);
    expect((await b.verifyState())?.txId).toBe(2n);
    expect(await ledger.verifyState()).toBeUndefined();
  });

  it('are created only where that is allowed, by the ledger or by the call', async () => {
    const database = await start();
    const [allowing, refusing] = [
      await database.open([Account], { createTenants: true }),
      await database.open([Account]),
    ];
    const [one, two] = [freshDatabaseName(), freshDatabaseName()];
    await expect(refusing.tenant(one)).rejects.toMatchObject({
      code: 'DATABASE_NOT_FOUND',
      message: expect.stringMatching(`"${one}".*create: true.*createTenants`) as unknown,
    });
    await expect(allowing.tenant(one, { create: false })).rejects.toMatchObject({
      code: 'DATABASE_NOT_FOUND',
    });
    await save(await refusing.tenant(one, { create: true }), 'x');
    expect(await find(await allowing.tenant(one, { create: false }), 'x')).toBeDefined();
    await allowing.tenant(two);
    await refusing.tenant(two);
  });

  it('are opened once by any number of first calls, in either case of letters', async () => {
    const ledger = await openWith();
    const name = freshDatabaseName();
    const opened = await Promise.all([
      ...Array.from({ length: 10 }, () => ledger.tenant(name)),
      ledger.tenant(name.toUpperCase()),
    ]);
    expect(new Set(opened).size).toBe(1);
    expect(await ledger.tenant(name)).toBe(opened[0]);
  });

  it('are found by a patient call although a hasty one gave up', async () => {
    const ledger = await openWith();
    const name = freshDatabaseName();
    const hasty = ledger.tenant(name, { signal: AbortSignal.abort() });
    const forbidden = ledger.tenant(name, { create: false });
    const patient = ledger.tenant(name);
    await expect(hasty).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(forbidden).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' });
    await save(await patient, 'x');
  });

  it('are closed by themselves, and opened again by the next call', async () => {
    const ledger = await openWith();
    const name = freshDatabaseName();
    const first = await ledger.tenant(name);
    const { alh } = await save(first, 'x');
    await first.close();
    await first.close();
    await expect(find(first, 'x')).rejects.toMatchObject({ code: 'CLOSED' });
    expect(await ledger.repository(Account).find('x')).toBeUndefined();
    const second = await ledger.tenant(name);
    expect(second).not.toBe(first);
    const found = await find(second, 'x');
    expect(evidenceOf(found!).alh).toEqual(alh);
  });

  it('are closed with the ledger they were opened from, and opened from it no more', async () => {
    const ledger = await openWith();
    const [name, late] = [freshDatabaseName(), freshDatabaseName()];
    const tenant = await ledger.tenant(name);
    const opening = ledger.tenant(late);
    await ledger.close();
    expect((await opening).client.closed).toBe(true);
    expect(tenant.client.closed).toBe(true);
    await expect(find(tenant, 'x')).rejects.toMatchObject({ code: 'CLOSED' });
    for (const from of [ledger, tenant])
      await expect(from.tenant(name)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('are opened from tenants too, as from the first ledger', async () => {
    const ledger = await openWith();
    const [one, two] = [freshDatabaseName(), freshDatabaseName()];
    const first = await ledger.tenant(one);
    const second = await first.tenant(two);
    expect(await ledger.tenant(two)).toBe(second);
    expect(await second.tenant(one)).toBe(first);
    await first.close();
    await save(second, 'x');
  });

  it('have names that a database can have, and never lead to the ledger itself', async () => {
    const ledger = await openWith();
    for (const name of ['', 'a-b', 'a b', '../x', 'ä', 'x'.repeat(129)])
      await expect(ledger.tenant(name)).rejects.toMatchObject({ code: 'INVALID_DATABASE_NAME' });
    for (const name of [undefined, null, 7, {}])
      await expect(ledger.tenant(name as never)).rejects.toThrow(TypeError);
    const tenant = await ledger.tenant(freshDatabaseName());
    for (const from of [ledger, tenant]) {
      for (const own of [ledger.database, ledger.database.toUpperCase()])
        await expect(from.tenant(own)).rejects.toMatchObject({
          code: 'INVALID_DATABASE_NAME',
          message: expect.stringMatching(/Use that ledger itself/) as unknown,
        });
    }
  });

  it('have the entities of the ledger, their indexes ready from the start, and its rules', async () => {
    const ledger = await openWith({ requireActor: true, namespace: 'shop' }, [Account, Person]);
    const tenant = await ledger.tenant(freshDatabaseName());
    expect(await statesOf(tenant, Person, 'shop')).toEqual(['ready', 'ready']);
    await expect(save(tenant, 'x')).rejects.toMatchObject({ code: 'ACTOR_REQUIRED' });
    // Said of one ledger of a family, it is said of all.
    await ledger.as({ actor: 'ada' }, () => save(tenant, 'x'));
    await tenant.as({ actor: 'eve' }, () => save(ledger, 'y'));
    expect(await tenant.repository(Account).history('x')).toMatchObject([{ actor: 'ada' }]);
    expect(await ledger.repository(Account).history('y')).toMatchObject([{ actor: 'eve' }]);
    expect(await find(await tenant.namespace('other'), 'x')).toBeUndefined();
    await tenant.close();
    expect(await find(ledger, 'y')).toBeDefined();
  });

  it('go on in transactions of their own', async () => {
    const ledger = await openWith();
    const tenant = await ledger.tenant(freshDatabaseName());
    await ledger.transaction(async (tx) => {
      await tx.repository(Account).save(account(ledger, 'x'));
      await tenant.transaction(async (inner) => {
        await inner.repository(Account).save(account(tenant, 'y'));
      });
      expect(await find(tenant, 'y')).toBeDefined();
      expect(await find(ledger, 'x')).toBeUndefined();
    });
    expect(await find(ledger, 'x')).toBeDefined();
    expect(await find(tenant, 'x')).toBeUndefined();
  });

  it('can be believed for another reason than the ledger', async () => {
    const ledger = await openWith();
    const name = freshDatabaseName();
    const { txId } = await save(await ledger.tenant(name), 'x');
    await (await ledger.tenant(name)).close();
    const wrong = { txId, alh: new Uint8Array(32) };
    const store = new MemoryTrustStore();
    const refused = ledger.tenant(name, { trust: { pin: wrong, store } });
    await expect(refused).rejects.toMatchObject({ code: 'FORK_DETECTED' });
    // What could not be opened is tried anew.
    expect(await find(await ledger.tenant(name), 'x')).toBeDefined();
  });
});

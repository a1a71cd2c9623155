// Several ledgers on the same data.

import { describe, expect, it } from 'vitest';
import { evidenceOf, MemoryTrustStore } from 'immurepo';
import { MemoryServer, tamper } from 'immurepo/testing';
import { Account } from '../repository/entities.js';
import { fill, operations, outcome, refused, startServer, watch } from './shop.js';

describe('ledgers of one server', () => {
  it('see what the others write, each with a trusted state of its own', async () => {
    const server = await startServer({ database: 'bank' });
    const one = await server.open({ entities: [Account] });
    const accounts = one.repository(Account);
    const saved = await accounts.save(accounts.create({ email: 'ada', balance: 1n }));
    const two = await server.open({ entities: [Account] });
    expect((await two.repository(Account).findOrFail(saved.id)).balance).toBe(1n);
    await two.repository(Account).update(saved.id, { balance: 2n });
    expect((await one.client.trustedState())!.txId).toBe(1n);
    expect((await two.client.trustedState())!.txId).toBe(2n);
    expect((await accounts.findOrFail(saved.id)).balance).toBe(2n);
    expect([server.database, one.database, two.database]).toEqual(['bank', 'bank', 'bank']);
    await expect(accounts.save(Object.assign(saved, { balance: 3n }))).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('trust it because it was made, or at first use', async () => {
    const server = await startServer();
    const one = await watch(server);
    const saved = await operations.insert(one, '');
    const two = await watch(server);
    expect(evidenceOf(saved).origin).toBe('created');
    expect(evidenceOf((await operations.find(two, saved.id))!).origin).toBe('first-use');
  });

  it('share what they trust if they share the store', async () => {
    const server = await startServer();
    const store = new MemoryTrustStore();
    const one = await watch(server, { store });
    await operations.insert(one, '');
    await one.ledger.close();
    const two = await watch(server, { store });
    expect((await two.ledger.client.trustedState())!.txId).toBe(1n);
    expect((await store.load({ ledgerId: 'memory', database: 'ledger' }))!.origin).toBe('created');
  });

  it('hold it to a pinned state', async () => {
    const server = await startServer();
    await fill(server);
    const pin = (await (await watch(server)).ledger.verifyState())!;
    await tamper(server).fork(3n);
    await expect(watch(server, { pin })).rejects.toMatchObject({ code: 'FORK_DETECTED' });
    await tamper(server).honest();
    expect(await outcome(watch(server, { pin }))).toBe('ok');
  });

  it('may be many', async () => {
    const server = await startServer();
    const ledgers = await Promise.all(
      Array.from({ length: 150 }, () => server.open({ entities: [Account] })),
    );
    expect(new Set(ledgers).size).toBe(150);
  });
});

describe('a server', () => {
  it('outlives its ledgers, and ends them with itself', async () => {
    const server = await MemoryServer.start();
    const ids = await fill(server);
    const open = await watch(server);
    expect(await outcome(operations.find(open, ids.ada))).toBe('ok');
    await Promise.all([server.close(), server.close()]);
    expect(await outcome(operations.find(open, ids.ada))).toBe('CLOSED');
    await expect(server.open({ entities: [Account] })).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('waits for a ledger that is being opened', async () => {
    const server = await MemoryServer.start();
    const opening = server.open({ entities: [Account] });
    await server[Symbol.asyncDispose]();
    const ledger = await opening;
    await expect(ledger.verifyState()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('refuses options that cannot be meant', async () => {
    await expect(MemoryServer.start({ entities: [Account] } as object)).rejects.toThrow(
      /"entities" has no meaning/,
    );
    const server = await startServer();
    const options = { entities: [Account], database: 'x' };
    await expect(server.open(options)).rejects.toThrow(/"database" has no meaning/);
    expect(await outcome(watch(server))).toBe('ok');
  });
});

describe('tamper', () => {
  it('lies to one ledger, or to all of a server', async () => {
    const server = await startServer();
    const ids = await fill(server);
    const [one, two] = [await watch(server), await watch(server)];
    await tamper(one.ledger).forge(Account, ids.ada, { balance: 0n });
    await refused(one, operations.find(one, ids.ada), 'PROOF_INVALID');
    expect((await operations.find(two, ids.ada))!.balance).toBe(3n);
    await tamper(one.ledger).honest();

    await tamper(server).forge(Account, ids.ada, { balance: 0n });
    const later = await watch(server);
    for (const watched of [one, later])
      await refused(watched, operations.find(watched, ids.ada), 'PROOF_INVALID');
    await refused(two, operations.find(two, ids.ada), 'BINDING_MISMATCH');
    await tamper(one.ledger).honest();
    await refused(one, operations.find(one, ids.ada), 'PROOF_INVALID');
    await tamper(server).honest();
    for (const watched of [one, two, later])
      expect((await operations.find(watched, ids.ada))!.balance).toBe(3n);
  });

  it('is the same for the same', async () => {
    const server = await startServer();
    const { ledger } = await watch(server);
    expect(tamper(ledger)).toBe(tamper(ledger));
    expect(tamper(server)).toBe(tamper(server));
    expect(tamper(ledger)).not.toBe(tamper(server));
  });

  it('lies about no other database', async () => {
    const server = await startServer();
    const ids = await fill(server);
    const { ledger } = await watch(server);
    await ledger.client.createDatabase('other');
    const other = await ledger.client.useDatabase('other');
    const key = evidenceOf(await ledger.repository(Account).findOrFail(ids.ada)).key;
    await other.verifiedSet([{ key, value: key }]);
    await tamper(ledger).withhold(Account, ids.ada);
    await tamper(ledger).rollBack(0n);
    expect((await other.verifiedGet(key))!.value).toEqual(key);
    expect((await other.verifiedState())!.txId).toBe(1n);
  });
});

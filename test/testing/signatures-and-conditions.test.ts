// A server that signs nothing, and one that looks at no condition.

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ChainForkError } from 'immurepo';
import { tamper } from 'immurepo/testing';
import { Account } from '../repository/entities.js';
import { fill, type Operation, operations, outcome, refused, startServer, watch } from './shop.js';

const { privateKey: signingKey, publicKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('stripSignatures', () => {
  it.each(Object.keys(operations) as Operation[])('is detected by %s where a key is pinned', async (name) => {
    const server = await startServer({ signingKey });
    const ids = await fill(server);
    const watched = await watch(server, { key });
    await tamper(watched.ledger).stripSignatures();
    await refused(watched, operations[name](watched, ids.ada), 'SIGNATURE_MISSING');
    await tamper(watched.ledger).honest();
    expect(await outcome(operations[name](watched, ids.ada))).toBe('ok');
    expect(watched.latched).toEqual([]);
  });

  it('is detected when the ledger is opened, and not noticed where no key is pinned', async () => {
    const server = await startServer({ signingKey });
    const ids = await fill(server);
    await tamper(server).stripSignatures();
    await expect(watch(server, { key })).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' });
    const trusting = await watch(server);
    for (const operation of Object.values(operations)) await operation(trusting, ids.ada);
    expect(trusting.tampered).toEqual([]);
  });

  it('leaves the signatures of another history, which are right', async () => {
    const server = await startServer({ signingKey });
    const ids = await fill(server);
    await tamper(server).rollBack(2n);
    const watched = await watch(server, { key });
    expect((await watched.ledger.repository(Account).findOrFail(ids.ada)).balance).toBe(2n);
  });
});

describe('ignorePreconditions', () => {
  it('forks the chain of an entity, which its history tells, also afterwards', async () => {
    const server = await startServer();
    const ids = await fill(server);
    const [one, two] = [await watch(server), await watch(server)];
    const [mine, theirs] = await Promise.all(
      [one, two].map(({ ledger }) => ledger.repository(Account).findOrFail(ids.ada)),
    );
    theirs!.deposit(1n);
    await two.ledger.repository(Account).save(theirs!);
    mine!.deposit(2n);
    await tamper(one.ledger).ignorePreconditions();
    await one.ledger.repository(Account).save(mine!);
    expect(one.tampered).toEqual([]);
    await refused(one, operations.history(one, ids.ada), 'CHAIN_FORK');
    await tamper(one.ledger).honest();
    await expect(operations.history(two, ids.ada)).rejects.toBeInstanceOf(ChainForkError);
    expect(one.latched).toEqual([]);
    expect(await outcome(operations.update(one, ids.ada))).toBe('ok');
  });

  it('lets an entity be inserted twice, and plain writes pass', async () => {
    const server = await startServer();
    const { ledger } = await watch(server);
    const accounts = ledger.repository(Account);
    const twin = () => accounts.create({ id: 'twin', email: 'x', balance: 1n });
    await accounts.insert(twin());
    expect(await outcome(accounts.insert(twin()))).toBe('CONFLICT');
    await tamper(ledger).ignorePreconditions();
    await accounts.insert(twin());
    expect(await outcome(accounts.history('twin'))).toBe('CHAIN_FORK');
    const entry = { key: new TextEncoder().encode('k'), value: new Uint8Array(1) };
    const preconditions = [{ kind: 'mustExist' as const, key: entry.key }];
    await ledger.client.setAll([entry], { preconditions });
    await tamper(ledger).honest();
    await ledger.client.setAll([entry], { preconditions });
  });
});

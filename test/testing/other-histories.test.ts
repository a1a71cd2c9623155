// Other histories than the one a ledger trusts: one that lost its end, one that forked, one of another server.

import { beforeEach, describe, expect, it } from 'vitest';
import { evidenceOf, MemoryTrustStore } from 'immurepo';
import { type MemoryServer, tamper } from 'immurepo/testing';
import { Account } from '../repository/entities.js';
import {
  type Accounts,
  fill,
  type Operation,
  operations,
  outcome,
  refused,
  startServer,
  watch,
} from './shop.js';

type Codes = Partial<Record<Operation, string>>;

let server: MemoryServer;
let ids: Accounts;
beforeEach(async () => {
  server = await startServer();
  ids = await fill(server);
});

const all = (code: string): Codes => Object.fromEntries(Object.keys(operations).map((name) => [name, code]));

describe('rollBack', () => {
  const ROLLBACK = 'ROLLBACK_DETECTED';

  it.each<[string, bigint, Codes, Codes]>([
    [
      'to before the entity was saved',
      0n,
      {
        ...all(ROLLBACK),
        find: 'OMISSION_DETECTED',
        findMany: 'OMISSION_DETECTED',
        history: 'OMISSION_DETECTED',
        update: 'OMISSION_DETECTED',
      },
      { ...all(ROLLBACK), findMany: 'ok', history: 'ok' },
    ],
    [
      'to an older revision of it',
      2n,
      {
        ...all(ROLLBACK),
        find: 'STALE_READ',
        findMany: 'STALE_READ',
        history: 'OMISSION_DETECTED',
        update: 'STALE_READ',
      },
      all(ROLLBACK),
    ],
    ['to after it was last written', 3n, { ...all(ROLLBACK), find: 'ok', findMany: 'ok' }, all(ROLLBACK)],
  ])('%s', async (_, toTxId, seen, unseen) => {
    const reader = await watch(server);
    await operations.find(reader, ids.ada);
    const stranger = await watch(server);
    for (const watched of [reader, stranger]) await tamper(watched.ledger).rollBack(toTxId);
    for (const [watched, codes] of [
      [reader, seen],
      [stranger, unseen],
    ] as const) {
      for (const [name, operation] of Object.entries(operations)) {
        const code = codes[name as Operation]!;
        if (code === 'ok') expect(await outcome(operation(watched, ids.ada)), name).toBe('ok');
        else await refused(watched, operation(watched, ids.ada), code);
      }
      await tamper(watched.ledger).honest();
      for (const operation of Object.values(operations)) await operation(watched, ids.ada);
      expect(watched.latched).toEqual([]);
    }
  });

  it('is detected when the ledger is opened again, and forgiven when its history is back', async () => {
    const { ledger, store } = await watch(server);
    await ledger.close();
    await tamper(server).rollBack(2n);
    await expect(watch(server, { store })).rejects.toMatchObject({
      code: ROLLBACK,
      trusted: { txId: 4n },
      offered: { txId: 2n },
    });
    await tamper(server).honest();
    const again = await watch(server, { store });
    expect((await again.ledger.verifyState())!.txId).toBe(4n);
  });

  it('is not noticed without a trust store, or by one that trusts nothing later', async () => {
    await tamper(server).rollBack(2n);
    const young = await watch(server);
    expect((await young.ledger.repository(Account).findOrFail(ids.ada)).balance).toBe(2n);
    await operations.update(young, ids.ada);
    expect((await young.ledger.verifyState())!.txId).toBe(3n);
    expect(await operations.history(young, ids.ada)).toHaveLength(3);
    expect(young.tampered).toEqual([]);

    await tamper(server).honest();
    await refused(young, operations.verifyState(young, ids.ada), 'FORK_DETECTED');
  });
});

describe('fork', () => {
  const FORK = 'FORK_DETECTED';

  it.each(Object.keys(operations) as Operation[])('latches: %s', async (name) => {
    const watched = await watch(server);
    await tamper(watched.ledger).fork(0n);
    await refused(watched, operations[name](watched, ids.ada), FORK);
    expect(watched.latched).toEqual([FORK]);
    await tamper(watched.ledger).honest();
    for (const operation of Object.values(operations)) {
      expect(await outcome(operation(watched, ids.ada))).toBe(FORK);
    }
    expect(watched.latched).toEqual([FORK]);
    expect(watched.tampered).toEqual([FORK]);
    await expect(watch(server, { store: watched.store })).rejects.toMatchObject({
      name: 'ImmuError',
      code: 'TRUST_LATCHED',
    });
    expect(await outcome(operations.find(await watch(server), ids.ada))).toBe('ok');
  });

  it('is detected when the ledger is opened again', async () => {
    const { ledger, store } = await watch(server);
    await ledger.close();
    await tamper(server).fork(3n);
    await expect(watch(server, { store })).rejects.toMatchObject({ code: FORK, trusted: { txId: 4n } });
    await tamper(server).honest();
    await expect(watch(server, { store })).rejects.toMatchObject({ code: 'TRUST_LATCHED' });
  });

  it('is not noticed in what was seen, until something needs a proof', async () => {
    const watched = await watch(server);
    await operations.find(watched, ids.ada);
    await tamper(watched.ledger).fork(0n);
    expect(await outcome(operations.find(watched, ids.ada))).toBe('ok');
    expect(await outcome(operations.findMany(watched, ids.ada))).toBe('ok');
    await refused(watched, operations.find(watched, ids.bob), FORK);
    expect(await outcome(operations.find(watched, ids.ada))).toBe(FORK);
  });

  it('after what is trusted is not noticed, and then the honest history is the fork', async () => {
    const watched = await watch(server);
    const other = await watch(server);
    await operations.insert(other, ids.ada);
    await tamper(watched.ledger).fork(4n);
    expect((await watched.ledger.verifyState())!.txId).toBe(5n);
    await operations.insert(watched, ids.ada);
    expect(watched.tampered).toEqual([]);
    await tamper(watched.ledger).honest();
    await operations.insert(other, ids.ada);
    await refused(watched, operations.verifyState(watched, ids.ada), FORK);
    expect(await outcome(operations.verifyState(other, ids.ada))).toBe('ok');
  });

  it('splits the view of two ledgers, which notice once they share what they trust', async () => {
    const store = new MemoryTrustStore();
    const one = await watch(server, { store });
    const two = await watch(server, { store });
    await tamper(two.ledger).fork(4n);
    await operations.insert(one, ids.ada);
    expect(await outcome(operations.insert(two, ids.ada))).toBe(FORK);
    expect(two.latched).toEqual([FORK]);
    expect(await outcome(operations.insert(one, ids.ada))).toBe('TRUST_LATCHED');
    expect(one.latched).toEqual(['TRUST_LATCHED']);
  });
});

describe('replaceServer', () => {
  const CHANGED = 'SERVER_IDENTITY_CHANGED';

  it.each(Object.keys(operations) as Operation[])('is detected by %s, but for absence', async (name) => {
    const watched = await watch(server);
    await tamper(watched.ledger).replaceServer();
    if (name === 'findMany' || name === 'history') {
      expect(await outcome(operations[name](watched, ids.ada))).toBe('ok');
    }
    await refused(watched, operations.verifyState(watched, ids.ada), CHANGED);
    if (name !== 'findMany' && name !== 'history') {
      await refused(watched, operations[name](watched, ids.ada), CHANGED);
    }
    expect(watched.latched).toEqual([]);
    await tamper(watched.ledger).honest();
    expect(await outcome(operations[name](watched, ids.ada))).toBe('ok');
  });

  it('withholds what was seen', async () => {
    const watched = await watch(server);
    await operations.find(watched, ids.ada);
    await tamper(watched.ledger).replaceServer();
    await refused(watched, operations.find(watched, ids.ada), 'OMISSION_DETECTED');
    await refused(watched, operations.verifyState(watched, ids.ada), CHANGED);
    await refused(watched, operations.find(watched, ids.ada), CHANGED);
  });

  it('is detected when the ledger is opened again, and not noticed by one that trusts nothing', async () => {
    const { ledger, store } = await watch(server);
    await ledger.close();
    await tamper(server).replaceServer();
    await expect(watch(server, { store })).rejects.toMatchObject({ code: CHANGED });
    const young = await watch(server);
    await operations.insert(young, ids.ada);
    expect((await young.ledger.verifyState())!.txId).toBe(1n);
    await tamper(server).honest();
    expect((await (await watch(server, { store })).ledger.verifyState())!.txId).toBe(4n);
  });
});

describe('another history', () => {
  it('is asked for by a transaction there is', async () => {
    const { ledger } = await watch(server);
    for (const txId of [-1n, 5n, 1 as unknown as bigint, undefined as unknown as bigint]) {
      await expect(tamper(ledger).rollBack(txId)).rejects.toThrow(/toTxId must be .* 0n to 4n/);
      await expect(tamper(ledger).fork(txId)).rejects.toThrow(TypeError);
    }
    expect(await outcome(ledger.verifyState())).toBe('ok');
  });

  it('takes the place of the one shown before', async () => {
    const watched = await watch(server);
    await tamper(watched.ledger).replaceServer();
    await tamper(watched.ledger).rollBack(1n);
    await refused(watched, operations.verifyState(watched, ids.ada), 'ROLLBACK_DETECTED');
  });

  it('has the hashes of the one it departs from, whatever was written', async () => {
    let now = new Date('2030-01-01');
    const old = await startServer({ now: () => now });
    const { ledger } = await watch(old);
    const { client } = ledger;
    const key = (text: string) => new TextEncoder().encode(text);
    const expiresAt = BigInt(now.getTime() / 1000 + 60);
    await client.verifiedSet([
      { key: key('a'), value: key('1') },
      { key: key('b'), value: key('') },
    ]);
    await client.set(key('gone'), key('x'), { metadata: { deleted: false, nonIndexable: false, expiresAt } });
    await client.set(key('hidden'), key('x'), { metadata: { deleted: false, nonIndexable: true } });
    await client.delete([key('b')]);
    await client.verifiedSet([{ key: key('a'), value: key('2') }]);
    now = new Date('2031-01-01');
    const state = await ledger.verifyState();
    await tamper(ledger).rollBack(5n);
    expect(await ledger.verifyState()).toEqual(state);
    expect(await client.get(key('gone'))).toBeUndefined();
    expect(await client.get(key('b'))).toBeUndefined();
    await client.verifiedSet([{ key: key('a'), value: key('3') }]);
    expect((await client.verifiedHistory(key('a'))).map(({ txId }) => txId)).toEqual([1n, 5n, 6n]);
    expect((await client.tx(6n)).header.serverTime).toBe(BigInt(now.getTime() / 1000));
  });

  it('is forgotten with what was written to it', async () => {
    const watched = await watch(server);
    await tamper(watched.ledger).rollBack(4n);
    const saved = await operations.insert(watched, ids.ada);
    expect(evidenceOf(saved).txId).toBe(5n);
    await tamper(watched.ledger).honest();
    await refused(watched, operations.verifyState(watched, ids.ada), 'ROLLBACK_DETECTED');
  });
});

// One ledger with data of its own.

import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { evidenceOf, type Ledger, MemoryTrustStore, openLedger } from 'immurepo';
import { memoryLedger, tamper } from 'immurepo/testing';
import { Account, OrderLine } from '../repository/entities.js';

const save = (ledger: Ledger, balance = 1n) => {
  const accounts = ledger.repository(Account);
  return accounts.save(accounts.create({ email: 'ada@example.com', balance }));
};

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a ledger in memory', () => {
  it('keeps what was saved, with proofs', async () => {
    await using ledger = await memoryLedger({ entities: [Account, OrderLine] });
    const accounts = ledger.repository(Account);
    const { id } = await save(ledger);
    await accounts.update(id, { balance: 2n });
    expect((await accounts.findOrFail(id)).balance).toBe(2n);
    expect((await accounts.history(id)).map(({ revision }) => revision)).toEqual([1n, 2n]);
    await ledger
      .repository(OrderLine)
      .save(Object.assign(new OrderLine(), { order: 'o', line: 1, product: 'p', quantity: 1 }));
    expect(await ledger.verifyState()).toMatchObject({ txId: 3n });
  });

  it('is of its own: another one is empty', async () => {
    await using one = await memoryLedger({ entities: [Account] });
    await using two = await memoryLedger({ entities: [Account] });
    const { id } = await save(one);
    expect(await two.repository(Account).find(id)).toBeUndefined();
    expect(await two.verifyState()).toBeUndefined();
  });

  it('is trusted because it was made here, in production too, and says so nowhere but in evidence', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    vi.stubEnv('NODE_ENV', 'production');
    await using ledger = await memoryLedger({ entities: [Account] });
    expect(evidenceOf(await save(ledger))).toMatchObject({
      origin: 'created',
      database: 'ledger',
      ledgerId: 'memory',
    });
    expect(warn).not.toHaveBeenCalled();
  });

  it('takes a database, a clock, a key, and a store', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const store = new MemoryTrustStore();
    const now = new Date('2030-05-06T07:08:09.900Z');
    await using ledger = await memoryLedger({
      entities: [Account],
      database: 'Bank',
      now: () => now,
      signingKey,
      trust: { key: publicKey, store },
    });
    const evidence = evidenceOf(await save(ledger));
    expect(ledger.database).toBe('bank');
    expect(evidence).toMatchObject({ origin: 'pinned', database: 'bank' });
    expect(evidence.committedAt).toEqual(new Date('2030-05-06T07:08:09Z'));
    expect(await store.list()).toEqual([{ ledgerId: 'memory', database: 'bank' }]);
  });

  it('goes by a faked date', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2040-01-01') });
    await using ledger = await memoryLedger({ entities: [Account] });
    const saved = await save(ledger);
    expect(evidenceOf(saved).committedAt).toEqual(new Date('2040-01-01'));
  });

  it('is over when it is closed, and may be closed twice', async () => {
    const ledger = await memoryLedger({ entities: [Account] });
    await save(ledger);
    await tamper(ledger).rollBack(0n);
    await Promise.all([ledger.close(), ledger.close()]);
    await expect(ledger.verifyState()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(tamper(ledger).rollBack(0n)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('waits for what is under way when it is closed', async () => {
    const ledger = await memoryLedger({ entities: [Account] });
    const saving = [save(ledger), save(ledger)];
    await new Promise(setImmediate);
    await ledger.close();
    for (const saved of await Promise.all(saving)) expect(evidenceOf(saved).revision).toBe(1n);
  });

  it('is soon there, so that each test can have its own', async () => {
    const times: number[] = [];
    for (let i = 0; i < 20; i++) {
      const startedAt = performance.now();
      const ledger = await memoryLedger({ entities: [Account] });
      times.push(performance.now() - startedAt);
      await ledger.close();
    }
    // A password hash alone, as a stored ledger has it, takes longer. The best of many: others use this machine too.
    expect(Math.min(...times)).toBeLessThan(20);
  });
});

describe('options that cannot be meant', () => {
  it.each<[string, object, RegExp]>([
    ['an unknown one', { path: './ledger' }, /"path" has no meaning.*Known are: .*entities/],
    ['a database', { database: 'a b' }, /"database" must be/],
    ['a database of another type', { database: 1 }, /"database" must be/],
    ['a key', { signingKey: 'secret' }, /signingKey/],
    ['a trust option', { trust: { firstuse: true } }, /trust.firstuse/],
    ['a trust option from a missing setting', { trust: { key: undefined } }, /trust.key is undefined/],
    ['a bound', { memory: { maxFloors: 0 } }, /memory.maxFloors/],
    ['a time', { timeoutMs: 0 }, /timeoutMs/],
    ['an entity', { entities: [class Stranger {}] }, /@Entity/],
  ])('%s', async (_, options, message) => {
    const opening = memoryLedger({ entities: [Account], ...options });
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toBeInstanceOf(TypeError);
  });

  it('a clock that tells no time', async () => {
    await expect(memoryLedger({ entities: [Account], now: () => new Date(NaN) })).rejects.toThrow(/valid/);
    await expect(memoryLedger({ entities: [Account], now: () => new Date(-1) })).rejects.toThrow(/1970/);
  });

  it('a key to trust, where nothing is signed', async () => {
    const { publicKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await expect(memoryLedger({ entities: [Account], trust: { key } })).rejects.toMatchObject({
      code: 'SIGNATURE_MISSING',
    });
  });
});

it('tamper() refuses what was not made here', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-testing-'));
  const real = await openLedger({ path: join(folder, 'ledger'), entities: [Account] });
  onTestFinished(async () => {
    await real.close();
    await rm(folder, { recursive: true });
  });
  for (const target of [real, {}, undefined, 'ledger']) {
    const tampering = () => tamper(target as Ledger);
    expect(tampering).toThrow(/for ledgers made by memoryLedger/);
    expect(tampering).toThrow(TypeError);
  }
});

// Who is committed with whom, in which order, and when anybody is told.

import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ImmuError } from '../../../src/errors.js';
import { utf8 } from '../../../src/bytes.js';
import { get, openDatabase, set, TestStore } from './support.js';

const isNew = (key: string) => ({ kind: 'mustNotExist' as const, key: utf8(key) });

it('writes what arrives together in one round, what arrives meanwhile in the next', async () => {
  const store = new TestStore();
  const database = openDatabase(store);
  const first = Array.from({ length: 40 }, (_, i) => set(database, `a${i}`, 'x'));
  store.gate = () => setTimeout(20);
  const made = Promise.all(first);
  await setTimeout(10);
  const later = Array.from({ length: 10 }, (_, i) => set(database, `b${i}`, 'x'));
  const ids = (await made).map(({ header }) => header.id);
  expect(ids).toEqual(Array.from({ length: 40 }, (_, i) => BigInt(i + 1)));
  await Promise.all(later);
  expect(store.commits).toHaveLength(2);
  expect(database.state.txId).toBe(50n);
});

it('answers nobody before his transaction is durable, refusals included', async () => {
  const store = new TestStore();
  const database = openDatabase(store);
  let open: () => void = () => undefined;
  store.gate = () => new Promise((resolve) => (open = resolve));
  const settled: string[] = [];
  const writes = [
    set(database, 'k', 'mine', [isNew('k')]).then(() => settled.push('written')),
    set(database, 'k', 'theirs', [isNew('k')]).catch((error: unknown) => settled.push(String(error))),
  ];
  await setTimeout(30);
  expect(settled).toEqual([]);
  expect(database.state.txId).toBe(0n);
  expect(() => get(database, 'k')).toThrow('key not found');
  open();
  await Promise.all(writes);
  expect(settled).toEqual(['written', 'ServiceFailure: precondition failed: KeyMustNotExist']);
  expect(get(database, 'k')).toBe('mine');
});

it('lets exactly one of many creators of a key win', async () => {
  const database = openDatabase(new TestStore());
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => set(database, 'k', String(i), [isNew('k')])),
  );
  expect(outcomes.map(({ status }) => status).filter((status) => status === 'fulfilled')).toHaveLength(1);
  expect(get(database, 'k')).toBe('0');
});

it('judges a transaction by those before it in the same round', async () => {
  const database = openDatabase(new TestStore());
  const [first, second] = await Promise.all([set(database, 'k', '1'), set(database, 'k', '2')]);
  expect(second.header.prevAlh).toEqual(first.alh);
  expect(get(database, 'k')).toBe('2');
  const revision = { key: utf8('k'), kind: 'notModifiedAfter' as const, txId: first.header.id };
  await expect(set(database, 'k', '3', [revision])).rejects.toThrow('KeyNotModifiedAfterTxID');
});

it('takes nothing more once its storage has failed, and says why to everybody who waits', async () => {
  const store = new TestStore();
  const database = openDatabase(store);
  await set(database, 'k', 'kept');
  const failure = new ImmuError('LEDGER_STORAGE_FAILED', 'the disk is full');
  store.gate = () => Promise.reject(failure);
  const writes = await Promise.allSettled([set(database, 'k', 'lost'), set(database, 'l', 'lost')]);
  store.gate = undefined;
  for (const write of [...writes, ...(await Promise.allSettled([set(database, 'm', 'late')]))]) {
    expect(write).toMatchObject({ status: 'rejected', reason: failure });
  }
  expect(get(database, 'k')).toBe('kept');
});

it('waits for what is under way before it closes', async () => {
  const store = new TestStore();
  const database = openDatabase(store);
  const write = set(database, 'k', 'x');
  await database.close();
  expect((await write).header.id).toBe(1n);
});

it('knows a transaction is committed once one of its rows is read, before the word has come', async () => {
  const store = new TestStore();
  const database = openDatabase(store);
  let late: () => void = () => undefined;
  const commit = store.commit.bind(store);
  store.commit = async (puts, head) => {
    await commit(puts, head);
    await new Promise<void>((resolve) => (late = resolve));
  };
  const write = set(database, 'k', 'x');
  await setTimeout(20);
  expect(database.state.txId).toBe(0n);
  expect(get(database, 'k')).toBe('x');
  expect(database.state.txId).toBe(1n);
  late();
  await write;
});

// When a transaction ends: in time, at the caller's word, with its callback, and once.

import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidenceOf, type Ledger } from 'immurepo';
import type { Transaction } from '../../../src/repository/transaction/transaction.js';
import type { TransactionRepository } from '../../../src/repository/transaction/transaction-repository.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from '../write/backends.js';
import { CLASSES, Counter, Locker } from '../write/entities.js';
import { failureOf } from '../write/outcome.js';
import { HeldServer } from '../write/held-server.js';

onEveryBackend(describeServers, 'the end of a transaction', CLASSES, (pair) => {
  const counters = () => pair.ledger.repository(Counter);
  const counter = (value: number) => counters().create({ value });
  const headTx = async () => (await pair.ledger.verifyState())?.txId;

  it('refuses everything afterwards, whether it was committed or not', async () => {
    const saved = await counters().insert(counter(1));
    const kept: Transaction[] = [];
    await pair.ledger.transaction((tx) => Promise.resolve(kept.push(tx)));
    await pair.ledger
      .transaction((tx) => {
        kept.push(tx);
        return Promise.reject(new Error('given up'));
      })
      .catch(() => undefined);
    const before = await headTx();
    expect(kept.map(({ isOpen }) => isOpen)).toEqual([false, false]);
    for (const tx of kept) expect(() => tx.repository(Counter)).toThrow(TypeError);

    const repositories: TransactionRepository<Counter>[] = [];
    await pair.ledger.transaction((tx) => {
      expect(tx.isOpen).toBe(true);
      repositories.push(tx.repository(Counter));
      return Promise.resolve();
    });
    const inside = repositories[0]!;
    const late: (() => Promise<unknown>)[] = [
      () => inside.find(saved.id),
      () => inside.findMany([saved.id]),
      () => inside.save(counter(1)),
      () => inside.insert(counter(1)),
      () => inside.update(saved.id, { value: 2 }),
      () => inside.delete(saved.id),
    ];
    for (const operation of late) {
      const failure = await operation().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TypeError);
      expect((failure as TypeError).message).toContain('This transaction is over');
    }
    expect(await headTx()).toBe(before);
  });

  it('does not wait for what is not awaited, and tells that', async () => {
    const failures: Promise<unknown>[] = [];
    const first = counter(1);
    const failure = (operation: Promise<unknown>) => operation.catch((error: unknown) => error);
    await pair.ledger.transaction(async (tx) => {
      await tx.repository(Counter).insert(first);
      failures.push(
        failure(delay(5).then(() => tx.repository(Counter).insert(counter(2)))),
        failure(tx.repository(Counter).find('nobody-in-time')),
      );
    });
    for (const error of await Promise.all(failures)) expect(error).toBeInstanceOf(TypeError);
    const { entries } = await pair.other.client.verifiedTx(evidenceOf(first).txId);
    expect(entries).toHaveLength(1);
  });

  it('knows no class the ledger was not opened with, and no options it does not have', async () => {
    class Stranger {
      id = '';
    }
    const strange = pair.ledger.transaction((tx) => Promise.resolve(tx.repository(Stranger)));
    await expect(strange).rejects.toBeInstanceOf(TypeError);
    const named = pair.ledger.transaction((tx) =>
      tx.repository(Counter).save(counter(1), { idempotencyKey: 'k' } as object),
    );
    await expect(named).rejects.toBeInstanceOf(TypeError);
    for (const timeoutMs of [0, -1, Number.NaN, Infinity]) {
      const run = pair.ledger.transaction(() => Promise.resolve(), { timeoutMs });
      await expect(run).rejects.toBeInstanceOf(TypeError);
    }
  });

  it('writes nothing where it was aborted before', async () => {
    const before = await headTx();
    let runs = 0;
    const aborted = pair.ledger.transaction(
      async (tx) => {
        runs++;
        await tx.repository(Counter).insert(counter(1));
      },
      { signal: AbortSignal.abort(new Error('no more')) },
    );
    const failure = await failureOf(aborted);
    expect(failure).toMatchObject({ code: 'ABORTED', details: { executed: 'no' } });
    expect((failure.cause as Error).message).toBe('no more');
    expect(runs).toBe(0);
    expect(await headTx()).toBe(before);
  });

  it('writes nothing where it is aborted while its callback runs', async () => {
    const controller = new AbortController();
    const before = await headTx();
    const aborted = pair.ledger.transaction(
      async (tx) => {
        await tx.repository(Counter).insert(counter(1));
        controller.abort();
      },
      { signal: controller.signal },
    );
    expect(await failureOf(aborted)).toMatchObject({ code: 'ABORTED', details: { executed: 'no' } });
    const reading = pair.ledger.transaction((tx) => tx.repository(Counter).find('x'), {
      signal: controller.signal,
    });
    expect((await failureOf(reading)).code).toBe('ABORTED');
    expect(await headTx()).toBe(before);
  });

  it('writes nothing where its time was over before its commit', async () => {
    const before = await headTx();
    const late = pair.ledger.transaction(
      async (tx) => {
        await tx.repository(Counter).insert(counter(1));
        await delay(60);
      },
      { timeoutMs: 50 },
    );
    const failure = await failureOf(late);
    expect(failure).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      retryable: true,
      details: { executed: 'no' },
    });
    expect(failure.message).toContain('not finished within 50 ms');
    expect(await headTx()).toBe(before);
  });

  it('is not tried again and again past its time', async () => {
    const { id } = await counters().insert(counter(0));
    const startedAt = performance.now();
    const losing = pair.ledger.transaction(
      async (tx) => {
        await tx.repository(Counter).update(id, { value: 1 });
        await pair.other.repository(Counter).update(id, { value: 2 }, { force: true });
        await pair.other.repository(Counter).update(id, { value: 3 }, { force: true });
      },
      { attempts: 1000, timeoutMs: 800 },
    );
    expect(['CONFLICT', 'DEADLINE_EXCEEDED']).toContain((await failureOf(losing)).code);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('is not tried again where what was there before is in the way', async () => {
    const { id } = await pair.other.repository(Counter).insert(counter(1));
    const runs = { insert: 0, stale: 0 };
    const inserting = pair.ledger.transaction(async (tx) => {
      runs.insert++;
      await tx.repository(Counter).insert(counters().create({ id, value: 2 }));
    });
    expect((await failureOf(inserting)).message).toContain(`Counter "${id}" was to be new`);
    expect(runs.insert).toBeLessThanOrEqual(2);

    const loaded = await counters().findOrFail(id);
    await counters().update(id, { value: 3 });
    loaded.value = 4;
    const saving = pair.ledger.transaction(async (tx) => {
      runs.stale++;
      await tx.repository(Counter).save(loaded);
    });
    expect((await failureOf(saving)).code).toBe('CONFLICT');
    expect(runs.stale).toBe(1);
  });
});

describe('the end of a transaction, answers coming late', () => {
  let server: HeldServer;
  let ledger: Ledger;

  beforeAll(async () => {
    server = await HeldServer.start(CLASSES);
    ledger = await server.open(true);
  });
  afterAll(async () => {
    await ledger.close();
    await server.close();
  });

  const keyOf = (id: string) => schemaOf(Counter).keyFor(id);

  it('comes at the caller’s word while it reads', async () => {
    const controller = new AbortController();
    const held = server.holdRead(keyOf('held'));
    const reading = failureOf(
      ledger.transaction((tx) => tx.repository(Counter).find('held'), { signal: controller.signal }),
    );
    await held.answered;
    controller.abort();
    expect((await reading).code).toBe('ABORTED');
    held.release();
  });

  it('comes in time while it reads, and at the word of the read itself', async () => {
    const [one, two] = [server.holdRead(keyOf('held')), server.holdRead(keyOf('held'))];
    const late = ledger.transaction((tx) => tx.repository(Counter).find('held'), { timeoutMs: 100 });
    expect(await failureOf(late)).toMatchObject({ retryable: true });
    const controller = new AbortController();
    const reading = failureOf(
      ledger.transaction(
        (tx) => tx.repository(Counter).find('held', { signal: controller.signal, timeoutMs: 10_000 }),
        { signal: new AbortController().signal, timeoutMs: 9_000 },
      ),
    );
    await two.answered;
    controller.abort();
    expect((await reading).code).toBe('ABORTED');
    one.release();
    two.release();
  });

  it('asks nothing that is known, and reads many in one call', async () => {
    const counters = ledger.repository(Counter);
    const stored = await counters.insertMany([1, 2, 3].map((value) => counters.create({ value })));
    const lockers = ledger.repository(Locker);
    await lockers.insert(lockers.create({ hall: 'c', number: 1n }));
    server.calls.length = 0;
    await ledger.transaction(async (tx) => {
      const ids = stored.map(({ id }) => id);
      const found = (await tx.repository(Counter).findMany(ids)).map((one) => one!);
      await tx.repository(Counter).findMany([...ids, ids[0]!]);
      await tx.repository(Locker).findOrFail({ hall: 'c', number: 1n });
      found[0]!.value = 9;
      await tx.repository(Counter).saveMany(found);
      await tx.repository(Counter).delete(ids[1]!);
      await tx.repository(Counter).find(ids[1]!);
    });
    expect(server.calls).toEqual(['GetAll', 'Get', 'VerifiableSet']);
  });
});

// Interactive transactions against a real immudb: what is committed, what is not, and who is told.

import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import type { SqlClient } from '../../../src/client/sql/sql-client.js';
import type { SqlTransaction } from '../../../src/client/sql/transaction.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { describeReal } from '../../support/describe-real.js';
import { startServer } from '../../support/real-server.js';
import { rejection } from '../fake-transport.js';
import { connectSql } from './sql-database.js';

describeReal('an SQL transaction', (server) => {
  let client: ImmuClient;
  let sql: SqlClient;
  let id = 0;

  beforeAll(async () => {
    client = await connectSql(server);
    sql = client.sql;
    await sql.exec('CREATE TABLE t(id INTEGER, v INTEGER, PRIMARY KEY id)');
    const rows = Array.from({ length: 1000 }, (_, i) => `(${i + 1}, 0)`).join();
    for (let part = 0; part < 3; part++)
      await sql.exec(
        `CREATE TABLE l${part}(id INTEGER, v INTEGER, PRIMARY KEY id); INSERT INTO l${part}(id, v) VALUES ${rows}`,
      );
  });
  afterAll(() => client.close());
  beforeEach(() => void (id += 100));

  const insert = (tx: SqlTransaction, at = id) => tx.exec('INSERT INTO t(id, v) VALUES (?, 0)', [at]);
  const stored = async () =>
    (await sql.query<{ id: bigint }>('SELECT id FROM t WHERE id >= ? AND id < ?', [id, id + 100]).all()).map(
      (row) => Number(row.id) - id,
    );
  /** The handle of a transaction whose function is done. */
  let used: SqlTransaction;

  it('commits when its function returns', async () => {
    const done = await sql.transaction(async (tx) => {
      used = tx;
      await insert(tx);
      await insert(tx, id + 1);
      const seen = await tx.query('SELECT id FROM t WHERE id >= ?', [id]).all();
      expect(await stored()).toEqual([]);
      return seen.length;
    });
    expect(done).toMatchObject({ value: 2, updatedRows: 2, header: { entryCount: 2 } });
    expect((await client.currentState()).txId).toBe(done.txId);
    expect(await stored()).toEqual([0, 1]);
  });

  it('takes nothing once it is over', async () => {
    expect(used.ended).toBe(true);
    const uses = [() => insert(used), () => used.commit(), async () => used.query('SELECT 1').all()];
    for (const use of uses) expect(await rejection(use())).toMatchObject({ code: 'TRANSACTION_CLOSED' });
    await used.rollback();
  });

  it('rolls back when its function rejects, and tells why', async () => {
    const why = new Error('no');
    const run = sql.transaction(async (tx) => {
      used = tx;
      await insert(tx);
      throw why;
    });
    expect(await rejection(run)).toBe(why);
    expect(used.ended).toBe(true);
    expect(await stored()).toEqual([]);
  });

  it('commits nothing after a statement of it failed, even if nobody minds', async () => {
    const run = sql.transaction(async (tx) => {
      await insert(tx);
      await insert(tx).catch(() => undefined);
    });
    const error = await rejection(run);
    expect(error).toMatchObject({ code: 'TRANSACTION_CLOSED', cause: { code: 'UNIQUE_VIOLATION' } });
    expect(await stored()).toEqual([]);
  });

  it('waits for statements nobody waited for', async () => {
    await sql.transaction(async (tx) => {
      void insert(tx);
      void insert(tx, id + 1);
      await Promise.resolve();
    });
    expect(await stored()).toEqual([0, 1]);
    let later: unknown;
    const failing = sql.transaction(async (tx) => {
      void insert(tx, id + 2);
      insert(tx, id).catch(() => undefined);
      insert(tx, id + 3).catch((error: unknown) => (later = error));
      await Promise.resolve();
    });
    expect(await rejection(failing)).toMatchObject({ code: 'TRANSACTION_CLOSED' });
    expect(later).toMatchObject({ code: 'TRANSACTION_CLOSED', cause: { code: 'UNIQUE_VIOLATION' } });
    expect(await stored()).toEqual([0, 1]);
  });

  it('goes on after a query that failed, and one that was not sent', async () => {
    await sql.transaction(async (tx) => {
      expect(await rejection(tx.query('SELECT nope FROM t').all())).toMatchObject({ code: 'SQL_STATEMENT' });
      expect(await rejection(tx.exec('COMMIT'))).toMatchObject({ code: 'SQL_STATEMENT' });
      expect(await rejection(tx.exec('DELETE FROM t WHERE id = ?', [undefined as never]))).toBeInstanceOf(
        TypeError,
      );
      await insert(tx);
    });
    expect(await stored()).toEqual([0]);
  });

  it('gives the rows of RETURNING, and refuses savepoints', async () => {
    await sql.transaction(async (tx) => {
      const rows = tx.query('INSERT INTO t(id, v) VALUES (?, 5) RETURNING id, v', [id]);
      expect(await rows.all()).toEqual([{ id: BigInt(id), v: 5n }]);
      expect(await rejection(tx.exec('SAVEPOINT s'))).toMatchObject({ code: 'SQL_STATEMENT' });
    });
    expect(await stored()).toEqual([0]);
  });

  it('writes while it reads, and reads to its end what was given up', async () => {
    const all = 'SELECT l0.id FROM l0 INNER JOIN l1 ON l0.v = l1.v LIMIT 6000';
    await sql.transaction(async (tx) => {
      let batches = 0;
      for await (const batch of tx.query(all).batches()) {
        if (batch.length > 0) await insert(tx, id + batches++);
      }
      expect(batches).toBe(3);
      for await (const row of tx.query(all)) if (row.id === 1n) break;
      await insert(tx, id + 10);
    });
    expect(await stored()).toEqual([0, 1, 2, 10]);
  });

  it('refuses to commit while a query is being read', async () => {
    const run = sql.transaction(async (tx) => {
      await insert(tx);
      const rows = tx.query('SELECT l0.id FROM l0 INNER JOIN l1 ON l0.v = l1.v LIMIT 6000');
      await rows.batches().next();
    });
    expect(await rejection(run)).toBeInstanceOf(TypeError);
    expect(await stored()).toEqual([]);
  });

  it('commits nothing where nothing was written', async () => {
    const before = (await client.currentState()).txId;
    const done = await sql.transaction((tx) => tx.query('SELECT id FROM t').all());
    expect(done).toMatchObject({ txId: undefined, updatedRows: 0 });
    expect((await client.currentState()).txId).toBe(before);
  });

  it('that is read-only takes no writes, and ends well', async () => {
    const count = 'SELECT COUNT(*) AS n FROM l0';
    const { value } = await sql.transaction((tx) => tx.query(count).first(), { mode: 'read-only' });
    expect(value).toEqual({ n: 1000n });
    const write = sql.transaction((tx) => insert(tx), { mode: 'read-only' });
    expect(await rejection(write)).toMatchObject({ code: 'SQL_STATEMENT' });
    expect(await stored()).toEqual([]);
  });

  describe('that meets a conflict', () => {
    const read = (tx: SqlTransaction) =>
      tx.query<{ v: bigint }>('SELECT v FROM t WHERE id = ?', [id]).first();
    async function addOne(tx: SqlTransaction, meanwhile?: () => Promise<unknown>): Promise<void> {
      const { v } = (await read(tx))!;
      await meanwhile?.();
      await tx.exec('UPDATE t SET v = ? WHERE id = ?', [v + 1n, id]);
    }
    const value = async () =>
      (await sql.query<{ v: bigint }>('SELECT v FROM t WHERE id = ?', [id]).first())?.v;

    beforeEach(() => sql.exec('INSERT INTO t(id, v) VALUES (?, 0)', [id]));

    it('writes nothing, and may be run again', async () => {
      const run = sql.transaction((tx) => addOne(tx, () => sql.transaction((other) => addOne(other))));
      expect(await rejection(run)).toMatchObject({ code: 'CONFLICT', retryable: true });
      expect(await value()).toBe(1n);
    });

    it('is run again as often as was asked for', async () => {
      let runs = 0;
      const disturb = () => (runs++ < 2 ? sql.transaction((other) => addOne(other)) : Promise.resolve());
      await sql.transaction((tx) => addOne(tx, disturb), { retries: 2 });
      expect(runs).toBe(3);
      expect(await value()).toBe(3n);
    });

    it('adds up when many run at once', async () => {
      const runs = Array.from({ length: 5 }, () => sql.transaction((tx) => addOne(tx), { retries: 100 }));
      await Promise.all(runs);
      expect(await value()).toBe(5n);
    });
  });

  describe('begun by hand', () => {
    it('is rolled back when it goes out of scope', async () => {
      {
        await using tx = await sql.begin();
        await insert(tx);
      }
      expect(await stored()).toEqual([]);
      {
        await using tx = await sql.begin();
        await insert(tx);
        await tx.commit();
      }
      expect(await stored()).toEqual([0]);
    });

    it('is told that the server has ended it', async () => {
      const other = await connectSql(server, client.database);
      const tx = await other.sql.begin();
      await insert(tx);
      await other.connection.session.close();
      const error = await rejection(tx.commit());
      expect(error).toMatchObject({ code: 'TRANSACTION_CLOSED', retryable: true });
      expect(await stored()).toEqual([]);
      await other.close();
    });

    it('sees at least what it was told to, and asks for nothing the server would wait for', async () => {
      const newest = (await client.currentState()).txId;
      await using tx = await sql.begin({ snapshotMustIncludeTxId: newest, snapshotRenewalPeriodMs: 60_000 });
      expect(await tx.query('SELECT COUNT(*) AS n FROM l0').first()).toEqual({ n: 1000n });
      const beyond = sql.begin({ snapshotMustIncludeTxId: newest + 1n });
      expect(await rejection(beyond)).toMatchObject({ code: 'SERVER_BEHIND', retryable: true });
      await expect(sql.begin({ mode: 'write-only' as never })).rejects.toThrow(TypeError);
      await expect(sql.transaction(() => Promise.resolve(), { retries: -1 })).rejects.toThrow(TypeError);
    });

    it('ends when it is aborted', async () => {
      const abort = new AbortController();
      const run = sql.transaction(
        async (tx) => {
          await insert(tx);
          abort.abort();
        },
        { signal: abort.signal },
      );
      expect(await rejection(run)).toMatchObject({ code: 'ABORTED' });
      expect(await stored()).toEqual([]);
    });
  });
});

describeReal('an SQL transaction of a server that drops idle sessions', () => {
  it('outlives a pause of its function', async () => {
    await using own = await startServer({ sessionTimeoutMs: 1_000, sessionGuardIntervalMs: 200 });
    const client = await connect({
      url: `immudb://${own.address}`,
      keepAliveMs: 300,
      trust: { firstUse: true, store: new MemoryTrustStore() },
    });
    await client.sql.exec('CREATE TABLE t(id INTEGER, PRIMARY KEY id)');
    const { updatedRows } = await client.sql.transaction(async (tx) => {
      await tx.exec('INSERT INTO t(id) VALUES (1)');
      await setTimeout(2_500);
      await tx.exec('INSERT INTO t(id) VALUES (2)');
    });
    expect(updatedRows).toBe(2);
    await client.close();
  });
});

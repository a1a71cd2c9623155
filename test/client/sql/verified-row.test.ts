// We agree with immudb: rows of a real server, proven, by schemas that are pinned or proven too.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { sqlJson } from '../../../src/client/sql/parameters.js';
import type { SqlKey } from '../../../src/client/sql/primary-key.js';
import type { SqlClient } from '../../../src/client/sql/sql-client.js';
import { SqlTimestamp } from '../../../src/client/sql/timestamp.js';
import type { SqlTableSchema } from '../../../src/proof/index.js';
import { describeReal } from '../../support/describe-real.js';
import { rejection } from '../fake-transport.js';
import { connectSql } from './sql-database.js';

describeReal('a verified row', (server) => {
  let client: ImmuClient;
  let sql: SqlClient;

  beforeAll(async () => {
    client = await connectSql(server);
    sql = client.sql;
    await client.set(Buffer.from('a key'), Buffer.from('of no table'));
  });
  afterAll(() => client.close());

  /** A client that knows nothing yet. */
  async function stranger<T>(use: (sql: SqlClient) => Promise<T>): Promise<T> {
    const other = await connectSql(server, client.database);
    try {
      return await use(other.sql);
    } finally {
      await other.close();
    }
  }

  it('of every type, in the key and outside of it', async () => {
    const d = new SqlTimestamp(-1_795_426_570_388_411n);
    const u = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
    const x = Uint8Array.of(1, 0);
    const j = { n: [1, null, 'ä'] };
    await sql.exec(
      `CREATE TABLE k(t VARCHAR[5], u UUID, d TIMESTAMP, f FLOAT, b BOOLEAN, x BLOB[4], i INTEGER, j JSON, t2 VARCHAR, d2 TIMESTAMP,
        f2 FLOAT, x2 BLOB, i2 INTEGER, PRIMARY KEY (t, u, d, f, b, x, i))`,
    );
    const { txId } = await sql.exec(
      `INSERT INTO k(t, u, d, f, b, x, i, j, t2, d2, f2, x2) VALUES (@t, @u, @d, @f, @b, @x, @i, @j, @t, @d, @f, @x)`,
      { t: 'é', u, d, f: -1.5, b: true, x, i: -5n, j: sqlJson(j) },
    );
    const key = ['é', u.toUpperCase(), d, -1.5, true, x, -5];
    const found = await sql.verifiedRow('k', key);
    const row = { t: 'é', u, d, f: -1.5, b: true, x, i: -5n, j, t2: 'é', d2: d, f2: -1.5, x2: x, i2: null };
    expect(found).toMatchObject({ txId, index: 0, row });
    expect(found!.row).toEqual(row);
    expect((found!.row.d2 as SqlTimestamp).microseconds).toBe(d.microseconds);
    expect(found!.proof).toMatchObject({
      ledgerId: 'test',
      database: client.database,
      txId,
      index: 0,
      origin: 'pinned',
    });
    expect((await client.trustedState())!.txId).toBeGreaterThanOrEqual(txId!);
    const named = { i: -5n, u, d, f: -1.5, b: true, x, t: 'é' };
    expect((await sql.verifiedRow('k', named, { json: 'text' }))!.row.j).toBe(JSON.stringify(j));
    const listed = (await sql.query('SELECT * FROM k').first())!;
    expect(listed).toEqual(row);
  });

  it('is the latest, or that of a transaction, and undefined where there is none', async () => {
    await sql.exec(
      'CREATE TABLE t(id INTEGER AUTO_INCREMENT, v VARCHAR[20], PRIMARY KEY id); CREATE INDEX ON t(v)',
    );
    const first = (await sql.exec("INSERT INTO t(v) VALUES ('a'), ('x')")).txId!;
    const second = (await sql.exec("UPDATE t SET v = 'b' WHERE id = 1")).txId!;
    const third = (await sql.exec('DELETE FROM t WHERE id = 2')).txId!;
    const read = async (key: SqlKey, atTx?: bigint) => {
      const found = await sql.verifiedRow<{ v: string }>('t', key, { atTx });
      return found && [found.txId, found.row.v];
    };
    expect(await read(1)).toEqual([second, 'b']);
    expect(await read(1n, first)).toEqual([first, 'a']);
    expect(await read([2n], first)).toEqual([first, 'x']);
    expect(await read({ id: 2n })).toBeUndefined();
    expect(await read(2n, third)).toBeUndefined();
    expect(await read(1n, third)).toBeUndefined();
    expect(await read(3n)).toBeUndefined();
  });

  it('is found right after it was written', async () => {
    await sql.exec('CREATE TABLE soon(id INTEGER, PRIMARY KEY id)');
    for (let id = 0; id < 15; id++) {
      const { txId } = await sql.exec('INSERT INTO soon(id) VALUES (?)', [id]);
      expect((await sql.verifiedRow('soon', id))?.txId).toBe(txId);
    }
  });

  it('is read by a pinned schema, which goes through JSON, and needs no search', async () => {
    const ddl = (await sql.exec('CREATE TABLE pin(id INTEGER, v VARCHAR, PRIMARY KEY id)')).txId!;
    await sql.exec("INSERT INTO pin(id, v) VALUES (1, 'a')");
    const made = await stranger((other) => other.verifiedSchema('pin', { ddlTxIds: [ddl] }));
    expect(made.transactions).toEqual([{ txId: ddl, alh: (await client.verifiedTx(ddl)).alh }]);
    const schema = JSON.parse(JSON.stringify(made.schema)) as SqlTableSchema;
    const read = (options = {}) =>
      stranger((other) => other.verifiedRow('pin', 1, { schema, maxTransactions: 1, ...options }));
    expect((await read())!.row).toEqual({ id: 1n, v: 'a' });
    await sql.exec("ALTER TABLE pin ADD COLUMN w INTEGER; UPSERT INTO pin(id, v, w) VALUES (1, 'b', 2)");
    expect((await read())!.row).toEqual({ id: 1n, v: 'b' });
    await sql.exec('ALTER TABLE pin DROP COLUMN w');
    expect((await read())!.row).toEqual({ id: 1n, v: 'b' });
    await sql.exec('ALTER TABLE pin RENAME COLUMN v TO vv');
    expect(await rejection(read())).toMatchObject({
      code: 'BINDING_MISMATCH',
      message: expect.stringContaining('altered') as string,
    });
    await expect(stranger((other) => other.verifiedRow('other', 1, { schema }))).rejects.toThrow(TypeError);
    await expect(read({ atTx: 0n })).rejects.toThrow(TypeError);
  });

  it('follows a table that is altered, dropped and made anew', async () => {
    await sql.exec('CREATE TABLE moves(id INTEGER, v VARCHAR, PRIMARY KEY id)');
    await sql.exec("INSERT INTO moves(id, v) VALUES (1, 'a')");
    expect((await sql.verifiedRow('moves', 1))!.row).toEqual({ id: 1n, v: 'a' });
    await sql.exec('ALTER TABLE moves RENAME COLUMN v TO w; ALTER TABLE moves ADD COLUMN x JSON');
    expect((await sql.verifiedRow('moves', 1))!.row).toEqual({ id: 1n, w: 'a', x: null });
    await sql.exec('ALTER TABLE moves RENAME TO moved');
    expect((await sql.verifiedRow('moved', 1))!.row).toEqual({ id: 1n, w: 'a', x: null });
    expect(await rejection(sql.verifiedRow('moves', 1))).toMatchObject({ code: 'TABLE_NOT_FOUND' });
    await sql.exec('DROP TABLE moved');
    await sql.exec(
      "CREATE TABLE moved(id INTEGER NOT NULL, y VARCHAR DEFAULT 'd''q', PRIMARY KEY id); INSERT INTO moved(id) VALUES (1)",
    );
    expect((await sql.verifiedRow('moved', 1))!.row).toEqual({ id: 1n, y: "d'q" });
    expect((await stranger((other) => other.verifiedRow('moved', 1)))!.row).toEqual({ id: 1n, y: "d'q" });
    const made = await sql.verifiedSchema('moved');
    expect(made.schema.columns.map(({ name }) => name)).toEqual(['id', 'y']);
    expect(made.checkedAgainst.txId).toBeGreaterThanOrEqual(made.transactions.at(-1)!.txId);
  });

  it('has the columns that were added since the table was read last', async () => {
    await sql.exec('CREATE TABLE grows(id INTEGER, v VARCHAR, PRIMARY KEY id)');
    await sql.exec("INSERT INTO grows(id, v) VALUES (1, 'a')");
    expect((await sql.verifiedRow('grows', 1))!.row).toEqual({ id: 1n, v: 'a' });
    await sql.exec('ALTER TABLE grows ADD COLUMN w INTEGER');
    await sql.exec("UPSERT INTO grows(id, v, w) VALUES (1, 'b', 7)");
    expect((await sql.verifiedRow('grows', 1))!.row).toEqual({ id: 1n, v: 'b', w: 7n });
    await sql.exec('ALTER TABLE grows DROP COLUMN w');
    expect((await sql.verifiedRow('grows', 1))!.row).toEqual({ id: 1n, v: 'b' });
    expect((await stranger((other) => other.verifiedRow('grows', 1)))!.row).toEqual({ id: 1n, v: 'b' });
  });

  it('is found in a table made anew with a key of another type', async () => {
    await sql.exec('CREATE TABLE anew(id INTEGER, PRIMARY KEY id); INSERT INTO anew(id) VALUES (1)');
    expect((await sql.verifiedRow('anew', 1))!.row).toEqual({ id: 1n });
    await sql.exec('DROP TABLE anew');
    await sql.exec("CREATE TABLE anew(id VARCHAR[3], PRIMARY KEY id); INSERT INTO anew(id) VALUES ('abc')");
    expect((await sql.verifiedRow('anew', 'abc'))!.row).toEqual({ id: 'abc' });
    await expect(sql.verifiedRow('anew', 1)).rejects.toThrow(TypeError);
  });

  describe('is refused', () => {
    it('where the transactions named make no table, which is no fault of the server', async () => {
      const txIdOf = async (statement: string) => (await sql.exec(statement)).txId!;
      const made = await txIdOf('CREATE TABLE parts(id INTEGER, v VARCHAR, PRIMARY KEY id)');
      await txIdOf('ALTER TABLE parts DROP COLUMN v');
      const again = await txIdOf('ALTER TABLE parts ADD COLUMN v VARCHAR');
      const read = (ddlTxIds: bigint[]) => stranger((other) => other.verifiedSchema('parts', { ddlTxIds }));
      expect(await rejection(read([made, again]))).toMatchObject({
        name: 'ImmuError',
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('may be incomplete') as string,
      });
    });

    it('where its schema would take too long to find, or is not there', async () => {
      const search = (options: object) => rejection(stranger((other) => other.verifiedSchema('t', options)));
      expect(await search({ maxTransactions: 3 })).toMatchObject({ code: 'BATCH_TOO_LARGE' });
      expect(await search({ ddlTxIds: [1n] })).toMatchObject({ code: 'TABLE_NOT_FOUND' });
      expect(await search({ ddlTxIds: [1_000_000n] })).toMatchObject({ code: 'TX_NOT_FOUND' });
      expect(await search({ ddlTxIds: [0n] })).toBeInstanceOf(TypeError);
      expect(await rejection(sql.verifiedSchema('nope'))).toMatchObject({ code: 'TABLE_NOT_FOUND' });
      expect(await rejection(sql.verifiedSchema(''))).toBeInstanceOf(TypeError);
    });

    it.each<[string, unknown]>([
      ['no value', []],
      ['two values', [1n, 2n]],
      ['another type', '1'],
      ['another column', { v: 1n }],
      ['no column', {}],
      ['undefined', undefined],
      ['null', null],
      ['a number that lost digits', 2 ** 53],
      ['a fraction', 0.5],
    ])('for a key of %s', async (_, key) => {
      expect(await rejection(sql.verifiedRow('t', key as SqlKey))).toBeInstanceOf(TypeError);
    });
  });
});

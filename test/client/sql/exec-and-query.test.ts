// Statements and queries against a real immudb: all types both ways, large results, the past, and what goes wrong.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { sqlFloat, sqlJson, type SqlParameter } from '../../../src/client/sql/parameters.js';
import type { SqlClient } from '../../../src/client/sql/sql-client.js';
import { SqlTimestamp } from '../../../src/client/sql/timestamp.js';
import { describeReal } from '../../support/describe-real.js';
import { rejection } from '../fake-transport.js';
import { connectSql } from './sql-database.js';

describeReal('SQL', (server) => {
  let client: ImmuClient;
  let sql: SqlClient;

  beforeAll(async () => {
    client = await connectSql(server);
    sql = client.sql;
    await sql.exec(`
      CREATE TABLE v(id INTEGER AUTO_INCREMENT, i INTEGER, f FLOAT, b BOOLEAN, t VARCHAR[50], x BLOB, d TIMESTAMP, u UUID, j JSON,
        PRIMARY KEY id);
      CREATE TABLE big(id INTEGER, PRIMARY KEY id);`);
  });
  afterAll(() => client.close());

  describe('values', () => {
    const columns = ['i', 'f', 'b', 't', 'x', 'd', 'u', 'j'] as const;
    async function roundTrip(column: (typeof columns)[number], value: SqlParameter): Promise<unknown> {
      const { lastInsertedKeys } = await sql.exec(`INSERT INTO v(${column}) VALUES (@value)`, { value });
      const id = lastInsertedKeys.get('v')!;
      const row = await sql.query(`SELECT ${columns.join()} FROM v WHERE id = ?`, [id]).first();
      for (const other of columns) if (other !== column) expect(row![other]).toBeNull();
      return row![column];
    }

    it.each<[(typeof columns)[number], SqlParameter, unknown]>([
      ['i', 2n ** 63n - 1n, 2n ** 63n - 1n],
      ['i', -(2n ** 63n), -(2n ** 63n)],
      ['i', 7, 7n],
      ['f', 0.1, 0.1],
      ['f', 3, 3],
      ['f', sqlFloat(3), 3],
      ['f', sqlFloat(1e300), 1e300],
      ['b', true, true],
      ['b', false, false],
      ['t', "it's; USE x -- \0 \u{1f600}", "it's; USE x -- \0 \u{1f600}"],
      ['t', '', ''],
      ['x', Uint8Array.of(0, 255), Uint8Array.of(0, 255)],
      ['x', new Uint8Array(0), new Uint8Array(0)],
      ['u', '3F2504E0-4F89-41D3-9A0C-0305E82C3301', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
      ['u', new Uint8Array(16).fill(1), '01010101-0101-0101-0101-010101010101'],
      ['j', sqlJson({ a: [1, 'x', null, true] }), { a: [1, 'x', null, true] }],
      ['j', sqlJson('text'), 'text'],
      ['j', '{"a": 1}', { a: 1 }],
      ['i', null, null],
    ])('%s ← %s', async (column, value, back) => {
      expect(await roundTrip(column, value)).toEqual(back);
    });

    it.each([1_795_426_570_388_410n, -1n, 0n, 2n ** 63n - 1n, -(2n ** 63n) + 1n])('d ← %s µs', async (us) => {
      const back = await roundTrip('d', new SqlTimestamp(us));
      expect(back).toBeInstanceOf(SqlTimestamp);
      expect((back as SqlTimestamp).microseconds).toBe(us);
    });

    it('d ← a Date', async () => {
      expect(await roundTrip('d', new Date(1_700_000_000_123))).toEqual(
        new SqlTimestamp(1_700_000_000_123_000n),
      );
    });

    it('gives JSON as its text where asked to', async () => {
      const text = '{"n":1.5}';
      const { lastInsertedKeys } = await sql.exec('INSERT INTO v(j) VALUES (?)', [text]);
      const id = lastInsertedKeys.get('v')!;
      const query = 'SELECT j FROM v WHERE id = ?';
      expect(await sql.query(query, [id], { json: 'text' }).all()).toEqual([{ j: text }]);
    });

    it('says what was written, and where', async () => {
      const done = await sql.exec('INSERT INTO v(i) VALUES (@a); INSERT INTO v(i) VALUES (@B)', {
        A: 1,
        b: 2,
      });
      expect(done).toMatchObject({ updatedRows: 2, header: { entryCount: 2 } });
      expect(done.lastInsertedKeys.get('v')! - done.firstInsertedKeys.get('v')!).toBe(1n);
      expect((await client.verifiedTx(done.txId!)).entries).toHaveLength(2);
      const nothing = await sql.exec('UPDATE v SET i = 1 WHERE id = -1');
      expect(nothing).toMatchObject({ txId: undefined, header: undefined, updatedRows: 0 });
    });
  });

  describe('results', () => {
    it('of any size come in batches', async () => {
      for (let part = 0; part < 4; part++) {
        const rows = Array.from({ length: 1000 }, (_, i) => `(${part * 1000 + i})`).join();
        await sql.exec(`INSERT INTO big(id) VALUES ${rows}`);
      }
      const sizes: number[] = [];
      const rows = sql.query<{ id: bigint }>('SELECT id FROM big ORDER BY id');
      for await (const batch of rows.batches()) sizes.push(batch.length);
      expect(sizes).toEqual([2500, 1500]);
      const ids: bigint[] = [];
      for await (const { id } of rows) ids.push(id);
      expect(ids).toEqual(Array.from({ length: 4000 }, (_, i) => BigInt(i)));
    });

    it('can be given up, and asked for in one answer', async () => {
      const rows = sql.query<{ id: bigint }>('SELECT id FROM big ORDER BY id');
      for await (const { id } of rows) if (id === 3n) break;
      expect(await rows.first()).toEqual({ id: 0n });
      const one = sql.query('SELECT id FROM big WHERE id < 2500', [], { unary: true });
      expect(await one.all()).toHaveLength(2500);
      const tooMany = await rejection(sql.query('SELECT id FROM big', [], { unary: true }).all());
      expect(tooMany).toMatchObject({ code: 'SQL_STATEMENT' });
    });

    it('name their columns without the table, and each once', async () => {
      const rows = sql.query('SELECT id, i AS "n", COUNT(*), 1 AS __proto__ FROM v GROUP BY id, i LIMIT 1');
      expect((await rows.columns()).map(({ name, type }) => [name, type])).toEqual([
        ['id', 'INTEGER'],
        ['n', 'INTEGER'],
        ['col2', 'INTEGER'],
        ['__proto__', 'INTEGER'],
      ]);
      expect(Object.keys((await rows.first())!)).toEqual(['id', 'n', 'col2', '__proto__']);
      const twice = sql.query('SELECT a.id, b.id FROM v a INNER JOIN v b ON a.id = b.id');
      expect(await rejection(twice.all())).toMatchObject({
        code: 'SQL_STATEMENT',
        message: expect.stringContaining('AS') as string,
      });
    });

    it('without rows are empty', async () => {
      const rows = sql.query('SELECT id FROM v WHERE id < 0');
      expect(await rows.all()).toEqual([]);
      expect(await rows.first()).toBeUndefined();
      expect(await rows.columns()).toEqual([{ name: 'id', type: 'INTEGER' }]);
    });
  });

  it('tells what tables there are', async () => {
    expect((await sql.tables()).toSorted()).toEqual(['big', 'v']);
    const [id, i, , , t] = await sql.describe('v');
    expect(id).toMatchObject({
      name: 'id',
      type: 'INTEGER',
      index: 'primary',
      autoIncrement: true,
      unique: true,
    });
    expect(i).toMatchObject({
      name: 'i',
      index: 'none',
      autoIncrement: false,
      nullable: true,
      maxLength: undefined,
    });
    expect(t).toMatchObject({ name: 't', type: 'VARCHAR', maxLength: 50 });
    expect(await rejection(sql.describe('nope'))).toMatchObject({ code: 'TABLE_NOT_FOUND' });
  });

  it('reads the past', async () => {
    await sql.exec('CREATE TABLE past(id INTEGER, v VARCHAR, PRIMARY KEY id)');
    const first = (await sql.exec("INSERT INTO past(id, v) VALUES (1, 'a')")).txId!;
    const second = (
      await sql.exec("UPDATE past SET v = 'b' WHERE id = 1; INSERT INTO past(id, v) VALUES (2, 'c')")
    ).txId!;
    const third = (await sql.exec('DELETE FROM past WHERE id = 1')).txId!;
    const all = (text: string, parameters: Record<string, SqlParameter> = {}) =>
      sql.query(text, parameters).all();
    expect(await all('SELECT v FROM past UNTIL TX @tx', { tx: first })).toEqual([{ v: 'a' }]);
    expect(await all('SELECT v FROM past BEFORE TX @tx', { tx: third })).toEqual([{ v: 'b' }, { v: 'c' }]);
    expect(await all('SELECT v FROM past SINCE TX @tx', { tx: second })).toEqual([{ v: 'c' }]);
    const past = new Date('2020-01-01');
    expect(await all('SELECT v FROM past UNTIL @then', { then: past })).toEqual([]);
    expect(await all('SELECT v FROM past SINCE @then UNTIL now()', { then: past })).toEqual([{ v: 'c' }]);
    expect(await all('SELECT v, _rev FROM (HISTORY OF past) WHERE id = 1')).toEqual([
      { v: 'a', _rev: 1n },
      { v: 'b', _rev: 2n },
      { v: 'b', _rev: 3n },
    ]);
    const diff = 'SELECT id, _diff_action FROM (DIFF OF past) AFTER TX @from UNTIL TX @to';
    expect(await all(diff, { from: first, to: second })).toEqual([
      { id: 1n, _diff_action: 'UPDATE' },
      { id: 2n, _diff_action: 'INSERT' },
    ]);
    expect(await all(diff, { from: second, to: third })).toEqual([{ id: 1n, _diff_action: 'DELETE' }]);
  });

  describe('what goes wrong', () => {
    beforeAll(() =>
      sql.exec(`CREATE TABLE e(id INTEGER, v VARCHAR[3] NOT NULL, n INTEGER, CHECK n > 0, PRIMARY KEY id);
        INSERT INTO e(id, v, n) VALUES (1, 'a', 1)`),
    );

    it.each([
      ['INSERT INTO e(id, v, n) VALUES (1, 2, 3)', 'UNIQUE_VIOLATION'],
      ["INSERT INTO e(id, v) VALUES (2, 'long')", 'SQL_CONSTRAINT'],
      ['INSERT INTO e(id, v) VALUES (2, NULL)', 'SQL_CONSTRAINT'],
      ["INSERT INTO e(id, v, n) VALUES (2, 'a', -1)", 'SQL_CONSTRAINT'],
      ["INSERT INTO e(id, w) VALUES (2, 'a')", 'SQL_STATEMENT'],
      ["INSERT INTO e(id, v) VALUES (2, 'a', 3)", 'SQL_STATEMENT'],
      ["INSERT INTO e(id, v, n) VALUES ('x', 'a', 1)", 'SQL_STATEMENT'],
      ['INSERT INTO e(id, v) VALUES (2, @missing)', 'SQL_STATEMENT'],
      ['SELEC 1', 'SQL_STATEMENT'],
      ['INSERT INTO nope(id) VALUES (1)', 'TABLE_NOT_FOUND'],
      ['CREATE TABLE e(id INTEGER, PRIMARY KEY id)', 'TABLE_EXISTS'],
      ['CREATE TABLE e2(id VARCHAR, PRIMARY KEY id)', 'SQL_STATEMENT'],
      ['USE defaultdb', 'SQL_STATEMENT'],
    ])('%s: %s, and nothing is done', async (text, code) => {
      const before = (await client.currentState()).txId;
      // An earlier statement of the text is not done either.
      const error = await rejection(sql.exec(`INSERT INTO e(id, v, n) VALUES (9, 'a', 1); ${text}`));
      expect(error).toMatchObject({ code, retryable: false });
      expect((await client.currentState()).txId).toBe(before);
      expect(await sql.query('SELECT id FROM e').all()).toEqual([{ id: 1n }]);
    });

    it.each([
      ['SELECT * FROM nope', 'TABLE_NOT_FOUND'],
      ['SELECT nope FROM e', 'SQL_STATEMENT'],
      ['SELECT 1/0 FROM e', 'SQL_STATEMENT'],
      ["INSERT INTO e(id, v) VALUES (3, 'a')", 'SQL_STATEMENT'],
      ['SELECT id FROM e WHERE id = ?', 'SQL_STATEMENT'],
    ])('%s: %s', async (text, code) => {
      expect(await rejection(sql.query(text).all())).toMatchObject({ code });
    });

    it('is told at once where nothing was sent', () => {
      expect(() => sql.query('SELECT 1; SELECT 2')).toThrow(/one statement/);
      expect(() => sql.query('SELECT ?', [undefined as never])).toThrow(TypeError);
    });
  });
});

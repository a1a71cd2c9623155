// What SQL makes of answers that a healthy server of today does not give: an old one, a lost one, a wrong one.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/client/connection.js';
import { SqlClient } from '../../../src/client/sql/sql-client.js';
import { GrpcStatus } from '../../../src/client/transport.js';
import { UnknownOutcomeError } from '../../../src/errors.js';
import { connectFake, failures, FakeTransport, rejection } from '../fake-transport.js';

const INTEGERS = [{ name: '(t.n)', type: 'INTEGER' }];
const row = (n: bigint) => ({ columns: [], values: [{ value: { $case: 'n', value: n } }] });

describe('SQL over a fake', () => {
  let transport: FakeTransport;
  let connection: Connection;
  let sql: SqlClient;

  beforeEach(async () => {
    transport = new FakeTransport();
    connection = await connectFake(transport);
    sql = new SqlClient(connection, () => Promise.reject(new Error('nothing is verified here')));
  });
  afterEach(() => connection.close());

  describe('a query', () => {
    it('of an old server is a stream of one message', async () => {
      transport.on('SQLQuery', () => [{ columns: INTEGERS, rows: [row(1n), row(2n)] }]);
      expect(await sql.query('SELECT n FROM t').all()).toEqual([{ n: 1n }, { n: 2n }]);
      expect(transport.callsOf('SQLQuery')[0]!.request).toMatchObject([{ acceptStream: true }]);
    });

    it('takes its columns from the first message, and is sent with every iteration', async () => {
      transport.on('SQLQuery', () => [
        { columns: INTEGERS, rows: [] },
        { columns: [], rows: [row(1n)] },
        { columns: [], rows: [row(2n)] },
      ]);
      const rows = sql.query('SELECT n FROM t');
      expect(transport.callsOf('SQLQuery')).toHaveLength(0);
      expect(await rows.all()).toHaveLength(2);
      expect(await rows.first()).toEqual({ n: 1n });
      expect(transport.callsOf('SQLQuery')).toHaveLength(2);
    });

    it('in one answer never asks for a stream', async () => {
      transport.on('UnarySQLQuery', () => ({ columns: INTEGERS, rows: [row(1n)] }));
      expect(await sql.query('SELECT n FROM t', [], { unary: true }).all()).toEqual([{ n: 1n }]);
      expect(transport.callsOf('UnarySQLQuery')[0]!.request).toMatchObject({ acceptStream: false });
    });

    it('in one answer is refused by a server that does not know it', async () => {
      const error = await rejection(sql.query('SELECT n FROM t', [], { unary: true }).all());
      expect(error).toMatchObject({ code: 'UNSUPPORTED_SERVER' });
    });

    it.each<[string, object]>([
      ['too few values', { columns: INTEGERS, rows: [{ columns: [], values: [] }] }],
      ['too many values', { columns: [], rows: [row(1n)] }],
      ['a value of no type', { columns: INTEGERS, rows: [{ columns: [], values: [{ value: undefined }] }] }],
      [
        'JSON that is none',
        {
          columns: [{ name: '(t.j)', type: 'JSON' }],
          rows: [{ columns: [], values: [{ value: { $case: 's', value: '{' } }] }],
        },
      ],
    ])('refuses %s', async (_, message) => {
      transport.on('SQLQuery', () => [message]);
      expect(await rejection(sql.query('SELECT n FROM t').all())).toMatchObject({ code: 'SERVER_ERROR' });
    });

    it('that breaks off is an error, and no shorter result', async () => {
      transport.on('SQLQuery', async function* () {
        yield await Promise.resolve({ columns: INTEGERS, rows: [row(1n)] });
        throw failures.dropped();
      });
      const got: unknown[] = [];
      const all = async () => {
        for await (const one of sql.query('SELECT n FROM t')) got.push(one);
      };
      expect(await rejection(all())).toMatchObject({ code: 'UNREACHABLE' });
      expect(got).toEqual([{ n: 1n }]);
    });
  });

  describe('exec', () => {
    it('whose answer is lost may have been done, and is not sent again', async () => {
      transport.on('SQLExec', () => {
        throw failures.dropped();
      });
      expect(await rejection(sql.exec('DELETE FROM t'))).toBeInstanceOf(UnknownOutcomeError);
      expect(transport.callsOf('SQLExec')).toHaveLength(1);
    });

    it('that fails for a reason nobody knows may have been done', async () => {
      transport.on('SQLExec', () => {
        throw failures.text(GrpcStatus.UNKNOWN, 'something else');
      });
      expect(await rejection(sql.exec('DELETE FROM t'))).toBeInstanceOf(UnknownOutcomeError);
    });

    it('tells when the server made more transactions of it than one', async () => {
      const tx = (id: bigint) => ({ header: { id }, updatedRows: 1, firstInsertedPKs: new Map() });
      transport.on('SQLExec', () => ({ txs: [tx(1n), tx(2n)], ongoingTx: false }));
      expect(await rejection(sql.exec('DELETE FROM t'))).toMatchObject({
        code: 'SERVER_ERROR',
        message: expect.stringContaining('1, 2') as string,
      });
    });
  });

  describe('a transaction', () => {
    const begun = () => transport.on('NewTx', (_, count) => ({ transactionID: `tx-${count}` }));
    const noHeader = {
      header: undefined,
      updatedRows: 0,
      firstInsertedPKs: new Map(),
      lastInsertedPKs: new Map(),
    };

    it('keeps to one session, and names itself', async () => {
      begun()
        .on('TxSQLExec', () => ({}))
        .on('Commit', () => noHeader);
      await sql.transaction((tx) => tx.exec('DELETE FROM t'));
      for (const name of ['TxSQLExec', 'Commit'])
        expect(transport.callsOf(name)[0]!.metadata).toMatchObject({
          sessionid: 'session-1',
          transactionid: 'tx-1',
        });
      expect(transport.callsOf('Rollback')).toHaveLength(0);
    });

    it('is begun in a new session where the old one is lost', async () => {
      transport.on('NewTx', (call, count) => {
        if (count === 1) throw failures.sessionLost();
        return { transactionID: call.metadata.sessionid };
      });
      await using tx = await sql.begin();
      expect(tx.ended).toBe(false);
      expect(transport.callsOf('NewTx').map(({ metadata }) => metadata.sessionid)).toEqual([
        'session-1',
        'session-2',
      ]);
    });

    it('that the server does not name is none', async () => {
      transport.on('NewTx', () => ({ transactionID: '' }));
      expect(await rejection(sql.begin())).toMatchObject({ code: 'SERVER_ERROR' });
    });

    it('whose statement is lost is rolled back, and of no unknown outcome', async () => {
      begun().on('TxSQLExec', () => {
        throw failures.dropped();
      });
      const run = sql.transaction((tx) => tx.exec('DELETE FROM t'));
      const error = await rejection(run);
      expect(error).toMatchObject({ code: 'UNREACHABLE' });
      expect(transport.callsOf('TxSQLExec')).toHaveLength(1);
      expect(transport.callsOf('Rollback')).toHaveLength(1);
      expect(transport.callsOf('Commit')).toHaveLength(0);
    });

    it('whose commit is lost may have been committed, and is not run again', async () => {
      begun().on('Commit', () => {
        throw failures.dropped();
      });
      let runs = 0;
      const run = sql.transaction(() => Promise.resolve(runs++), { retries: 3 });
      expect(await rejection(run)).toBeInstanceOf(UnknownOutcomeError);
      expect(transport.callsOf('Commit')).toHaveLength(1);
      expect(runs).toBe(1);
    });

    it('that could not be committed because the server was busy was not', async () => {
      begun().on('Commit', (_, count) => {
        throw count === 1
          ? failures.busy()
          : failures.text(GrpcStatus.INVALID_ARGUMENT, 'no transaction found');
      });
      const run = sql.transaction(() => Promise.resolve());
      expect(await rejection(run)).toMatchObject({ code: 'TRANSACTION_CLOSED', retryable: true });
    });

    it.each(['TxSQLExec', 'Commit', 'TxSQLQuery'])('ends with its session, lost at %s', async (rpc) => {
      begun()
        .on('TxSQLExec', () => ({}))
        .on('TxSQLQuery', () => [])
        .on('Commit', () => noHeader)
        .on(rpc, () => {
          throw failures.sessionLost();
        });
      const run = sql.transaction(async (tx) => {
        await tx.exec('DELETE FROM t');
        await tx.query('SELECT 1').all();
      });
      expect(await rejection(run)).toMatchObject({ code: 'TRANSACTION_CLOSED', retryable: true });
      transport.on('SQLExec', () => ({ txs: [], ongoingTx: false }));
      await sql.exec('DELETE FROM t');
      expect(transport.callsOf('SQLExec')[0]!.metadata.sessionid).toBe('session-2');
    });

    it('rejects with what its function threw, even if it cannot be rolled back', async () => {
      begun().on('Rollback', () => {
        throw failures.dropped();
      });
      const why = new Error('why');
      expect(await rejection(sql.transaction(() => Promise.reject(why)))).toBe(why);
      const tx = await sql.begin();
      expect(await rejection(tx.rollback())).toMatchObject({ code: 'UNREACHABLE' });
    });
  });
});

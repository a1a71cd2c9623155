// Lies about one row, in the answers of a real server: none is believed, and none moves the trusted state.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import type { SqlClient } from '../../../src/client/sql/sql-client.js';
import { GrpcStatus } from '../../../src/client/transport.js';
import type { VerificationErrorCode } from '../../../src/errors.js';
import type { SqlTableSchema } from '../../../src/proof/index.js';
import { describeReal } from '../../support/describe-real.js';
import type { ResponseOf } from '../../support/lying-proxy.js';
import { rejection } from '../fake-transport.js';
import { Suspect } from '../verified/suspect.js';
import { connectSql } from './sql-database.js';

type Row = ResponseOf<'VerifiableSQLGet'>;

describeReal('verifiedRow is not deceived by', (server) => {
  let writer: ImmuClient;
  let schema: SqlTableSchema;
  let suspect: Suspect;
  let sql: SqlClient;

  beforeAll(async () => {
    writer = await connectSql(server);
    await writer.sql.exec('CREATE TABLE t(id INTEGER, v VARCHAR, w VARCHAR, PRIMARY KEY id)');
    await writer.sql.exec(
      "INSERT INTO t(id, v, w) VALUES (1, 'a', 'b'); INSERT INTO t(id, v, w) VALUES (2, 'c', 'd')",
    );
    ({ schema } = await writer.sql.verifiedSchema('t'));
    suspect = await Suspect.open(server, { database: writer.database });
    ({ sql } = suspect.client);
  });
  afterAll(async () => {
    await suspect[Symbol.asyncDispose]();
    await writer.close();
  });
  beforeEach(async () => {
    suspect.proxy.clear();
    await writer.sql.exec("UPSERT INTO t(id, v, w) VALUES (1, 'a', 'b')");
  });

  const last = (bytes: Uint8Array): Uint8Array => bytes.with(-1, bytes.at(-1)! ^ 1);
  const lies: readonly [string, (row: Row) => unknown, VerificationErrorCode][] = [
    ['another value', ({ sqlEntry: e }) => (e!.value = last(e!.value)), 'PROOF_INVALID'],
    ['another key', ({ sqlEntry: e }) => (e!.key = last(e!.key)), 'BINDING_MISMATCH'],
    ['another transaction', ({ sqlEntry: e }) => e!.tx--, 'BINDING_MISMATCH'],
    [
      'a deletion',
      ({ sqlEntry: e }) => (e!.metadata = { deleted: true, nonIndexable: false, expiration: undefined }),
      'BINDING_MISMATCH',
    ],
    ['no row', (row) => (row.sqlEntry = undefined), 'MALFORMED_PROOF'],
    ['no proof', ({ verifiableTx: tx }) => (tx!.dualProof = undefined), 'MALFORMED_PROOF'],
    ['another history', ({ verifiableTx: tx }) => (tx!.dualProof!.sourceTxHeader!.ts += 1n), 'PROOF_INVALID'],
    ['another database', (row) => (row.DatabaseId = 2), 'BINDING_MISMATCH'],
    ['another table', (row) => (row.TableId = 2), 'BINDING_MISMATCH'],
    ['another primary key', (row) => (row.PKIDs = [2]), 'BINDING_MISMATCH'],
    ['names for each other', ({ ColNamesById: names }) => names.set(2, 'w').set(3, 'v'), 'BINDING_MISMATCH'],
    [
      'ids for each other',
      ({ ColIdsByName: ids }) => ids.set('(t.v)', 3).set('(t.w)', 2),
      'BINDING_MISMATCH',
    ],
    ['another type', ({ ColTypesById: types }) => types.set(2, 'BLOB'), 'BINDING_MISMATCH'],
    ['another length', ({ ColLenById: lengths }) => lengths.set(1, 4), 'BINDING_MISMATCH'],
    ['too few columns', (row) => (row.MaxColId = 2), 'BINDING_MISMATCH'],
  ];
  it.each(lies)('%s, by a pinned schema', async (_, lie, code) => {
    suspect.proxy.lie('VerifiableSQLGet', ({ response }) => {
      lie(response);
      return response;
    });
    await suspect.refuses(() => sql.verifiedRow('t', 1, { schema }), code);
  });

  it('the row of another key, with its own proof', async () => {
    suspect.proxy.swap('VerifiableSQLGet', (request) => {
      const get = request.sqlGetRequest!;
      return { ...request, sqlGetRequest: { ...get, pkValues: [{ value: { $case: 'n', value: 2n } }] } };
    });
    await suspect.refuses(() => sql.verifiedRow('t', 1, { schema }), 'BINDING_MISMATCH');
  });

  it('an older write of a row that was proven here later', async () => {
    const latest = (await sql.verifiedRow('t', 1, { schema }))!;
    const older = (await writer.sql.exec("UPSERT INTO t(id, v, w) VALUES (1, 'new', 'b')")).txId!;
    // The server answers this from an index that may lag behind what another client has just written.
    const txIdNow = async () => (await sql.verifiedRow('t', 1, { schema }))!.txId;
    await expect.poll(txIdNow, { timeout: 10_000 }).toBe(older);
    suspect.proxy.swap('VerifiableSQLGet', (request) => ({
      ...request,
      sqlGetRequest: { ...request.sqlGetRequest!, atTx: latest.txId },
    }));
    await suspect.refuses(() => sql.verifiedRow('t', 1, { schema }), 'STALE_READ');
  });

  it('another write than that of the transaction asked for', async () => {
    const { txId } = (await sql.verifiedRow('t', 1, { schema }))!;
    await writer.sql.exec("UPSERT INTO t(id, v, w) VALUES (1, 'new', 'b')");
    suspect.proxy.swap('VerifiableSQLGet', (request) => ({
      ...request,
      sqlGetRequest: { ...request.sqlGetRequest!, atTx: 0n },
    }));
    await suspect.refuses(() => sql.verifiedRow('t', 1, { schema, atTx: txId }), 'BINDING_MISMATCH');
  });

  it('another word for a column in the catalog', async () => {
    suspect.proxy.lie('TxById', ({ response }) => {
      for (const entry of response.entries) if (entry.value.at(-1) === 0x76) entry.value = last(entry.value);
      return response;
    });
    const ddlTxIds = [1n];
    await suspect.refuses(() => sql.verifiedSchema('t', { ddlTxIds }), 'BINDING_MISMATCH');
    expect((await sql.verifiedSchema('t', { ddlTxIds })).schema).toEqual(schema);
  });

  it('a catalog of another transaction', async () => {
    suspect.proxy.lie('VerifiableTxById', ({ response }) => {
      response.tx!.entries.reverse();
      return response;
    });
    await suspect.refuses(() => sql.verifiedSchema('t', { ddlTxIds: [1n] }), 'PROOF_INVALID');
  });

  it('a list of transactions that is empty, or does not move on', async () => {
    const other = await Suspect.open(server, { database: writer.database, proxy: suspect.proxy });
    const search = () => other.client.sql.verifiedSchema('t');
    suspect.proxy.lie('TxScan', ({ response }) => ({ ...response, txs: [] }));
    expect(await rejection(search())).toMatchObject({ code: 'SERVER_ERROR' });
    suspect.proxy.clear();
    suspect.proxy.lie('TxScan', ({ response }) => ({
      ...response,
      txs: response.txs.map((tx) => ({ ...tx, header: undefined })),
    }));
    expect(await rejection(search())).toMatchObject({ code: 'SERVER_ERROR' });
    suspect.proxy.clear();
    // Newest first: what was listed before is listed once.
    suspect.proxy.lie('TxScan', ({ response }) => ({ ...response, txs: response.txs.toReversed() }), {
      times: 3,
    });
    expect((await search()).schema).toEqual(schema);
    await other[Symbol.asyncDispose]();
  });

  it('an index that has not caught up with a commit', async () => {
    suspect.proxy.fail('VerifiableSQLGet', GrpcStatus.UNKNOWN, 'tbtree: key not found', { times: 1 });
    expect((await sql.verifiedRow('t', 1, { schema }))!.row).toEqual({ id: 1n, v: 'a', w: 'b' });
  });

  it('a column that it left out of the catalog', async () => {
    await sql.verifiedRow('t', 1);
    suspect.proxy.lie('VerifiableSQLGet', ({ response }) => ({
      ...response,
      MaxColId: response.MaxColId + 1,
    }));
    const error = await suspect.refuses(() => sql.verifiedRow('t', 1), 'BINDING_MISMATCH');
    expect(error.message).toContain('columns up to number 4');
    suspect.proxy.clear();
    expect((await sql.verifiedRow('t', 1))!.row).toEqual({ id: 1n, v: 'a', w: 'b' });
  });

  it('a row of an old server', async () => {
    suspect.proxy.lie('VerifiableSQLGet', ({ response }) => ({ ...response, MaxColId: 0 }));
    const error = await rejection(sql.verifiedRow('t', 1, { schema }));
    expect(error).toMatchObject({ code: 'UNSUPPORTED_SERVER' });
  });
});

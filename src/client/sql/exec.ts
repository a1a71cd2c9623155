// Statements that change something: one call, one transaction.

import { ImmuError } from '../../errors.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { CommittedSQLTx, SQLExecRequest, SQLValue } from '../../wire/immudb/schema/sql.js';
import { callService } from '../call.js';
import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { fromWireHeader, type UnverifiedTxHeader } from '../unverified.js';

/** What a text of SQL did, as the server says. */
export interface UnverifiedSqlResult {
  /** The transaction's header; `undefined` where nothing was written, or the statement was one of administration. */
  readonly header: UnverifiedTxHeader | undefined;
  /** The transaction, as in `header`. That it is part of the ledger, `verifiedTx` proves. */
  readonly txId: bigint | undefined;
  /** How many rows were inserted, changed or deleted. */
  readonly updatedRows: number;
  /** The first key that AUTO_INCREMENT gave out, by table. Of an interactive transaction the server names few. */
  readonly firstInsertedKeys: ReadonlyMap<string, bigint>;
  /** The last key that AUTO_INCREMENT gave out, by table. */
  readonly lastInsertedKeys: ReadonlyMap<string, bigint>;
}

/**
 * Executes statements in one transaction.
 *
 * @param request checked
 * @throws ImmuError and UnknownOutcomeError, as `SqlClient.exec` tells
 */
export async function exec(
  connection: Connection,
  request: SQLExecRequest,
  { signal, timeoutMs }: OperationOptions,
): Promise<UnverifiedSqlResult> {
  const { sQLExec } = ImmuServiceDefinition.methods;
  const { txs } = await callService(connection, sQLExec, request, { signal, timeoutMs, kind: 'write' });
  const [committed, ...more] = txs.filter(({ header }) => header !== undefined);
  if (committed?.header !== undefined) connection.noteWrite(committed.header.id);
  if (more.length === 0) return fromWireResult(committed);
  throw new ImmuError(
    'SERVER_ERROR',
    `SQLExec: the server committed ${txs.length} transactions for one. All of them are done: ` +
      `${[committed, ...more].map((tx) => String(tx?.header?.id)).join(', ')}.`,
    { details: { executed: 'yes' } },
  );
}

/** The outcome of one transaction. @param committed undefined where there was none */
export function fromWireResult(committed: CommittedSQLTx | undefined): UnverifiedSqlResult {
  const header = committed?.header && fromWireHeader(committed.header);
  return {
    header,
    txId: header?.txId,
    // Of what was rolled back the server counts rows as well.
    updatedRows: header === undefined ? 0 : (committed?.updatedRows ?? 0),
    firstInsertedKeys: keysOf(committed?.firstInsertedPKs),
    lastInsertedKeys: keysOf(committed?.lastInsertedPKs),
  };
}

function keysOf(keys: ReadonlyMap<string, SQLValue> = new Map()): ReadonlyMap<string, bigint> {
  const found = new Map<string, bigint>();
  for (const [table, { value }] of keys) if (value?.$case === 'n') found.set(table, value.value);
  return found;
}

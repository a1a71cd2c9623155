// Beginning transactions, and running a function in one.

import { ImmuError } from '../../errors.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { type NewTxRequest, TxMode } from '../../wire/immudb/schema/sql.js';
import { Backoff } from '../backoff.js';
import { callService, scopeOf } from '../call.js';
import type { CallScope, OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import type { AuthHeaders } from '../login.js';
import { assertTxId, assertWholeNumber } from '../limits.js';
import { currentState } from '../server-status.js';
import { leftOf } from '../verified/bounds.js';
import type { UnverifiedSqlResult } from './exec.js';
import { SqlTransaction, type SqlTransactionMode } from './transaction.js';

/** How to begin a transaction. */
export interface SqlBeginOptions extends OperationOptions {
  /** Default `read-write`. */
  readonly mode?: SqlTransactionMode | undefined;
  /** See at least this transaction: refused as SERVER_BEHIND where the server does not have it. Default: what it has. */
  readonly snapshotMustIncludeTxId?: bigint | undefined;
  /** How old a snapshot may be that the server has at hand, in milliseconds. Default: the newest is taken. */
  readonly snapshotRenewalPeriodMs?: number | undefined;
  /**
   * Let the catalog's conflict detection run on an index that may lag behind: faster on a busy server, and a table that
   * was changed meanwhile may go unnoticed. Default false.
   */
  readonly unsafeMvcc?: boolean | undefined;
}

/** How to run a transaction. `timeoutMs` is the time of each of its calls, not of the function. */
export interface SqlTransactionOptions extends SqlBeginOptions {
  /** How often to run the function again when the transaction met a conflict: whole, with a new transaction. Default 0. */
  readonly retries?: number | undefined;
}

/** What a transaction came to. */
export interface SqlTransactionOutcome<T> extends UnverifiedSqlResult {
  /** What the function returned. */
  readonly value: T;
}

const MODES = { 'read-only': TxMode.ReadOnly, 'read-write': TxMode.ReadWrite } as const;

/**
 * Begins a transaction.
 *
 * @throws TypeError · ImmuError SERVER_BEHIND (a retry may help) and others; nothing was begun
 */
export async function begin(connection: Connection, options: SqlBeginOptions): Promise<SqlTransaction> {
  const { mode = 'read-write' } = options;
  const request = newTxRequest(options, mode);
  const scope = scopeOf(connection, 'NewTx', options);
  await assertSnapshot(connection, options.snapshotMustIncludeTxId, scope);
  const { session, transactionId } = await newTransaction(connection, request, scope);
  return new SqlTransaction(connection, session, transactionId, mode);
}

/**
 * Runs a function in a transaction: commits when it returns, rolls back when it rejects.
 *
 * @throws what the function throws, as `SqlClient.transaction` tells
 */
export async function runTransaction<T>(
  connection: Connection,
  run: (tx: SqlTransaction) => Promise<T>,
  options: SqlTransactionOptions,
): Promise<SqlTransactionOutcome<T>> {
  const { retries = 0, signal, timeoutMs } = options;
  assertWholeNumber('retries', retries, 0, 1_000);
  for (let left = retries; ; left--) {
    try {
      return await runOnce(connection, run, options);
    } catch (error) {
      if (left === 0 || !(error instanceof ImmuError) || error.code !== 'CONFLICT') throw error;
      const scope = scopeOf(connection, 'transaction', { signal, timeoutMs });
      if (!(await new Backoff(scope).wait())) throw error;
    }
  }
}

async function runOnce<T>(
  connection: Connection,
  run: (tx: SqlTransaction) => Promise<T>,
  options: SqlTransactionOptions,
): Promise<SqlTransactionOutcome<T>> {
  const { signal, timeoutMs } = options;
  await using tx = await begin(connection, options);
  const value = await run(tx);
  return { value, ...(await tx.commit({ signal, timeoutMs })) };
}

function newTxRequest(options: SqlBeginOptions, mode: SqlTransactionMode): NewTxRequest {
  const { snapshotMustIncludeTxId, snapshotRenewalPeriodMs, unsafeMvcc = false } = options;
  if (!Object.hasOwn(MODES, mode)) throw new TypeError("mode must be 'read-write' or 'read-only'");
  if (snapshotMustIncludeTxId !== undefined) assertTxId('snapshotMustIncludeTxId', snapshotMustIncludeTxId);
  if (snapshotRenewalPeriodMs !== undefined)
    assertWholeNumber('snapshotRenewalPeriodMs', snapshotRenewalPeriodMs, 0, 2 ** 31 - 1);
  return {
    mode: MODES[mode],
    snapshotMustIncludeTxID:
      snapshotMustIncludeTxId === undefined ? undefined : { value: snapshotMustIncludeTxId },
    snapshotRenewalPeriod:
      snapshotRenewalPeriodMs === undefined ? undefined : { value: BigInt(snapshotRenewalPeriodMs) },
    unsafeMVCC: unsafeMvcc,
  };
}

/** The server would wait for a transaction that may never come, and hold its session meanwhile. */
async function assertSnapshot(
  connection: Connection,
  txId: bigint | undefined,
  scope: CallScope,
): Promise<void> {
  if (txId === undefined) return;
  const newest = (await currentState(connection, leftOf(scope))).txId;
  if (txId <= newest) return;
  throw new ImmuError(
    'SERVER_BEHIND',
    `NewTx: the snapshot is to include transaction ${String(txId)}, and the newest of database "${connection.database}" is ${String(newest)}.`,
    { details: { txId, newestTxId: newest }, retryable: true },
  );
}

/** A session that the server forgot is replaced once: nothing was begun in it. */
async function newTransaction(
  connection: Connection,
  request: NewTxRequest,
  scope: CallScope,
): Promise<{ readonly session: AuthHeaders; readonly transactionId: string }> {
  const { newTx } = ImmuServiceDefinition.methods;
  for (let isFirst = true; ; isFirst = false) {
    const session = await connection.session.ready(scope);
    const options = { ...leftOf(scope), headers: session, kind: 'read' } as const;
    try {
      const { transactionID } = await callService(connection, newTx, request, options);
      if (transactionID === '')
        throw new ImmuError('SERVER_ERROR', 'NewTx: the server named no transaction.');
      return { session, transactionId: transactionID };
    } catch (error) {
      if (!isFirst || !(error instanceof ImmuError) || error.code !== 'SESSION_EXPIRED') throw error;
    }
  }
}

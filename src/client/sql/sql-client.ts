// SQL: statements, queries, interactive transactions, and rows with their proof. What is given is taken at the call.
// What statements and queries do not need is loaded when it is first needed, as most programs never do.

import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { assertTxId, assertWholeNumber } from '../limits.js';
import { OnFirstUse } from '../on-first-use.js';
import { taken } from '../taken.js';
import { checked } from '../verified/failures.js';
import type { BeginVerified } from '../verified/operation.js';
import type { CatalogSearch, SqlCatalog, VerifiedSqlSchema } from './catalog.js';
import { exec, type UnverifiedSqlResult } from './exec.js';
import { type SqlParameters, toWireParameters } from './parameters.js';
import type { SqlKey } from './primary-key.js';
import { query, type SqlQueryOptions, type UnverifiedRows } from './query.js';
import type { SqlBeginOptions, SqlTransactionOptions, SqlTransactionOutcome } from './run-transaction.js';
import { assertExecutable } from './statements.js';
import type { UnverifiedTableColumn } from './tables.js';
import type { SqlTransaction } from './transaction.js';
import type { VerifiedRow, VerifiedRowOptions } from './verified-row.js';

const topic = new OnFirstUse(() => import('./work.js'));

/**
 * SQL on one database. What statements and queries answer is the server's word; of single rows, `verifiedRow` gives what
 * is proven.
 *
 * @see protocol.md, section 8
 */
export class SqlClient {
  readonly #connection: Connection;
  readonly #begin: BeginVerified;
  #catalog: SqlCatalog | undefined;

  /**
   * @param connection its calls go over
   * @param begin begins its verified operations
   */
  constructor(connection: Connection, begin: BeginVerified) {
    this.#connection = connection;
    this.#begin = begin;
  }

  /**
   * Executes statements, separated by `;`, in one transaction: all or none.
   *
   * Refused before anything is sent, as SQL_STATEMENT: `USE` (see `useDatabase`), BEGIN and COMMIT (see
   * {@link transaction}), RETURNING (see its `query`), and statements of administration together with others.
   *
   * @param sql with `@name`, or with `?` or `$1`, for parameters
   * @param parameters an object for names, which the server takes in lower case, or an array
   * @returns what was written, as the server says; to prove the transaction, `verifiedTx(txId)`
   * @throws TypeError for parameters of no SQL type
   * @throws ImmuError SQL_STATEMENT, SQL_CONSTRAINT, UNIQUE_VIOLATION, TABLE_NOT_FOUND, PERMISSION_DENIED: nothing was
   *   done · CONFLICT: nothing was done, and a retry may help
   * @throws UnknownOutcomeError where the answer was lost: it may have been committed
   */
  async exec(
    sql: string,
    parameters?: SqlParameters,
    options: OperationOptions = {},
  ): Promise<UnverifiedSqlResult> {
    assertExecutable(sql);
    const request = { sql, params: toWireParameters(parameters), noWait: false };
    return exec(this.#connection, request, options);
  }

  /**
   * A query: one statement. It is sent when its rows are asked for, and sees all that was committed by then.
   *
   * Columns go by their name or alias without the table; two of one name are refused. The past is asked for in SQL: `FROM t
   * BEFORE TX 7`, `SINCE '2026-01-01' UNTIL now()`, `FROM (HISTORY OF t)` with `_rev`, `FROM (DIFF OF t) AFTER TX 7 UNTIL
   * TX 9` with `_diff_action`; after TX a parameter can stand.
   *
   * @typeParam R what a row is, as the caller knows; nothing checks it
   * @returns rows as the server says, none of them proven, nor that none is missing
   * @throws TypeError, ImmuError SQL_STATEMENT for what must not be sent; all else is thrown by the iteration
   */
  query<R = Record<string, unknown>>(
    sql: string,
    parameters?: SqlParameters,
    options: SqlQueryOptions = {},
  ): UnverifiedRows<R> {
    return query<R>(this.#connection, sql, parameters, taken(options));
  }

  /**
   * Runs `run` in a transaction: commits when it returns, rolls back when it rejects, and rejects whenever nothing was
   * committed. With `retries`, it is run again from the start when another transaction changed what it read.
   *
   * @param run is given the transaction; must not use it afterwards
   * @returns what `run` returned, and what was written, as the server says
   * @throws what `run` rejects with · TypeError for wrong options, or where a query was left half read
   * @throws ImmuError CONFLICT: nothing was written, and a retry may help · TRANSACTION_CLOSED where a statement of it
   *   failed, or the server lost its session: nothing was written · SERVER_BEHIND
   * @throws UnknownOutcomeError where the answer to the commit was lost: it may have been committed
   */
  async transaction<T>(
    run: (tx: SqlTransaction) => Promise<T>,
    options: SqlTransactionOptions = {},
  ): Promise<SqlTransactionOutcome<T>> {
    const asked = taken(options);
    return topic.run((work) => work.runTransaction(this.#connection, run, asked));
  }

  /**
   * Begins a transaction that the caller ends, best by `await using tx = await sql.begin()`, which rolls back what was not
   * committed.
   *
   * @throws TypeError for wrong options · ImmuError SERVER_BEHIND and others: nothing was begun
   */
  async begin(options: SqlBeginOptions = {}): Promise<SqlTransaction> {
    const asked = taken(options);
    return topic.run((work) => work.begin(this.#connection, asked));
  }

  /** The names of all tables, as the server says. */
  async tables(options: OperationOptions = {}): Promise<string[]> {
    const asked = taken(options);
    return topic.run((work) => work.listTables(this.#connection, asked));
  }

  /** The columns of a table, in order, as the server says. @throws ImmuError TABLE_NOT_FOUND */
  async describe(table: string, options: OperationOptions = {}): Promise<UnverifiedTableColumn[]> {
    const asked = taken(options);
    return topic.run((work) => work.describeTable(this.#connection, table, asked));
  }

  /**
   * The schema of a table out of proven entries of the catalog, to be kept and pinned with {@link verifiedRow}. All
   * transactions are searched for such entries, which costs time on a large ledger, or only those named.
   *
   * Proven: that each part of it was written in the ledger, in these transactions. Not proven: that no other transaction
   * altered the table, before, between or since; a server may leave it out of the search.
   *
   * @param table its name, in lower case
   * @throws ImmuError TABLE_NOT_FOUND · BATCH_TOO_LARGE where more transactions would have to be searched than allowed ·
   *   INVALID_ARGUMENT where `ddlTxIds` leaves out what the table is made of
   * @throws VerificationError; nothing of the answer was returned
   */
  async verifiedSchema(table: string, options: VerifiedSchemaOptions = {}): Promise<VerifiedSqlSchema> {
    const search = catalogSearch(options);
    assertTable(table);
    const bounds = taken(options);
    return topic.run(async (work) => {
      const catalog = (this.#catalog ??= new work.SqlCatalog());
      const { context, scope } = await this.#begin('sql.verifiedSchema', bounds);
      return checked(context, 'sql.verifiedSchema', () => catalog.schemaOf(context, table, search, scope));
    });
  }

  /**
   * Reads a row by its primary key and proves it: that exactly these bytes were written under this key, in a transaction of
   * the trusted history; what the bytes mean follows from a schema that is pinned, or proven as far as it can be.
   *
   * Not proven: that it is the latest write of the row, that a row said to be absent is, and that the schema is still the
   * table's. Columns added since a pinned schema was taken are left out. Needs immudb 1.9.
   *
   * @param table its name, in lower case
   * @param key the primary key: its value, its values in order, or an object by column names
   * @typeParam R what a row is, as the caller knows
   * @returns undefined where the server says there is no such row, or `atTx` deleted it
   * @throws TypeError for a key or a schema that cannot be · ImmuError TABLE_NOT_FOUND, UNSUPPORTED_SERVER and others
   * @throws VerificationError BINDING_MISMATCH also where the table was altered since its schema was pinned, or has columns
   *   that the catalog as the server lists it does not have · STALE_READ
   *   where a later write of the row was proven here before; nothing of the answer was returned
   */
  async verifiedRow<R = Record<string, unknown>>(
    table: string,
    key: SqlKey,
    options: VerifiedRowOptions = {},
  ): Promise<VerifiedRow<R> | undefined> {
    assertTable(table);
    const { atTx, json } = options;
    const schema = options.schema && structuredClone(options.schema);
    if (atTx !== undefined) assertTxId('atTx', atTx);
    if (schema !== undefined && schema.table !== table)
      throw new TypeError(`the schema is of table ${schema.table}, not of ${table}`);
    const bounds = taken(options);
    const request = { table, key: taken(key), schema, atTx, json, ...catalogSearch(options) };
    return topic.run(async (work) => {
      const catalog = (this.#catalog ??= new work.SqlCatalog());
      // A key that the pinned schema does not have is refused before anything is sent.
      if (schema !== undefined) work.assertKeyOf(schema, request.key);
      const { context, scope } = await this.#begin('sql.verifiedRow', bounds);
      return checked(context, 'sql.verifiedRow', () => work.readRow<R>(context, catalog, request, scope));
    });
  }
}

/** How far to look for a schema. */
export interface VerifiedSchemaOptions extends OperationOptions {
  /** The transactions that made and altered the table, in any order; then no others are searched. */
  readonly ddlTxIds?: readonly bigint[] | undefined;
  /** How many transactions may be searched. Default 10,000. */
  readonly maxTransactions?: number | undefined;
}

function catalogSearch({ ddlTxIds, maxTransactions = 10_000 }: VerifiedSchemaOptions): CatalogSearch {
  assertWholeNumber('maxTransactions', maxTransactions, 1, Number.MAX_SAFE_INTEGER);
  ddlTxIds?.forEach((txId) => {
    assertTxId('ddlTxIds', txId);
  });
  return { ddlTxIds: ddlTxIds && [...ddlTxIds], maxTransactions };
}

function assertTable(table: string): void {
  if (typeof table !== 'string' || table === '') throw new TypeError('table must be a name');
}

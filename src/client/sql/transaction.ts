// An interactive transaction: a handle on one that is open on the server, in one session of it, and ends with it.

import { ImmuError, UnknownOutcomeError } from '../../errors.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { SQLExecRequest, SQLQueryRequest, SQLQueryResult } from '../../wire/immudb/schema/sql.js';
import { callService, type CallKind } from '../call.js';
import { callStream, type StreamOptions } from '../call-stream.js';
import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import type { AuthHeaders } from '../login.js';
import type { MethodDefinition } from '../rpc.js';
import { fromWireResult, type UnverifiedSqlResult } from './exec.js';
import { type SqlParameters, toWireParameters } from './parameters.js';
import { queryRequest, UnverifiedRows } from './query.js';
import type { JsonOption } from './rows.js';
import { assertExecutableInside } from './statements.js';

/** What a transaction may do. */
export type SqlTransactionMode = 'read-write' | 'read-only';

/** How long the server may take to roll back, in milliseconds: it does so by itself when the session ends. */
const ROLLBACK_TIMEOUT_MS = 5_000;

const { commit, rollback, txSQLExec, txSQLQuery } = ImmuServiceDefinition.methods;

/**
 * A transaction that is open on the server. It sees one snapshot and what it wrote itself; nobody sees what it wrote
 * before it is committed. The server ends it when the session ends, which this client keeps alive for as long.
 *
 * Nothing it answers is proven.
 */
export class SqlTransaction implements AsyncDisposable {
  /** What it may do. */
  readonly mode: SqlTransactionMode;
  readonly #connection: Connection;
  readonly #session: AuthHeaders;
  readonly #headers: AuthHeaders;
  readonly #ending = new AbortController();
  /** What was asked for last: statements are executed in the order in which they were asked for. */
  #last: Promise<unknown> = Promise.resolve();
  #queries = 0;
  /** Why nothing more is taken. */
  #over: string | undefined;
  /** What failed, where that is why. */
  #failure: unknown;

  /**
   * Use `sql.begin` or `sql.transaction`.
   *
   * @param session the headers of the session it was begun in
   */
  constructor(connection: Connection, session: AuthHeaders, transactionid: string, mode: SqlTransactionMode) {
    this.mode = mode;
    this.#connection = connection;
    this.#session = session;
    this.#headers = { ...session, transactionid };
  }

  /** Whether it was committed or rolled back, or ended by a statement that failed. */
  get ended(): boolean {
    return this.#over !== undefined;
  }

  /**
   * Executes statements. One that fails ends the whole transaction: nothing of it will be committed. How many rows they
   * changed, the commit tells.
   *
   * @throws TypeError, ImmuError SQL_STATEMENT for what must not be sent; the transaction goes on
   * @throws ImmuError as `SqlClient.exec`, never of unknown outcome · TRANSACTION_CLOSED
   */
  async exec(sql: string, parameters?: SqlParameters, options: OperationOptions = {}): Promise<void> {
    this.#assertOpen();
    assertExecutableInside(sql);
    const request = { sql, params: toWireParameters(parameters), noWait: false };
    const done = this.#last.then(() => this.#execute(request, options));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /**
   * A query of what the transaction sees; also INSERT, UPDATE and DELETE with RETURNING. What fails does not end the
   * transaction. One that is given up early is read to its end first, which the server demands: write a LIMIT.
   *
   * @typeParam R what a row is, as the caller knows
   * @throws TypeError, ImmuError SQL_STATEMENT, TRANSACTION_CLOSED; all else is thrown by the iteration
   */
  query<R = Record<string, unknown>>(
    sql: string,
    parameters?: SqlParameters,
    options: StreamOptions & JsonOption = {},
  ): UnverifiedRows<R> {
    this.#assertOpen();
    const request = queryRequest(sql, parameters, true);
    return new UnverifiedRows(() => this.#answers(request, options), options);
  }

  /**
   * Commits, and ends the transaction whatever comes of it. One that is read-only is only ended.
   *
   * @returns what was written; no transaction where nothing was
   * @throws ImmuError CONFLICT where another transaction changed what this one read: nothing was written, and a new
   *   transaction may succeed · TRANSACTION_CLOSED
   * @throws UnknownOutcomeError where the answer was lost: it may have been committed
   * @throws TypeError while a query of it is being read
   */
  async commit(options: OperationOptions = {}): Promise<UnverifiedSqlResult> {
    this.#assertOpen();
    if (this.#queries > 0)
      throw new TypeError(
        'commit: a query of this transaction is still being read; read it to its end first',
      );
    // From here on nothing more is taken; what is under way decides whether there is anything to commit.
    this.#over = 'it was committed';
    await this.#last;
    this.#assertNoFailure();
    if (this.mode === 'read-only') {
      await this.#call(rollback, {}, options, 'control');
      return fromWireResult(undefined);
    }
    try {
      const committed = await this.#call(commit, {}, options, 'write');
      if (committed.header !== undefined) this.#connection.noteWrite(committed.header.id);
      return fromWireResult(committed);
    } catch (error) {
      await this.#fail('its commit failed', error);
      throw error;
    }
  }

  /** Rolls back: nothing of it will be committed. May be called again, and after a failure. @throws ImmuError */
  async rollback(options: OperationOptions = {}): Promise<void> {
    if (this.#over !== undefined) return;
    this.#over = 'it was rolled back';
    this.#ending.abort();
    await this.#last;
    if (this.#failure !== undefined) return;
    try {
      await this.#call(rollback, {}, options, 'control');
    } catch (error) {
      // It is gone, which is what was wanted.
      if (!isGone(error)) throw error;
    }
  }

  /** Rolls back what was not committed, for `await using`. Never rejects: the server ends it with the session. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.rollback({ timeoutMs: ROLLBACK_TIMEOUT_MS });
    } catch {
      // What cannot be reached cannot be told either.
    }
  }

  async #execute(request: SQLExecRequest, options: OperationOptions): Promise<void> {
    this.#assertNoFailure();
    try {
      await this.#call(txSQLExec, request, options, 'control');
    } catch (error) {
      await this.#fail('a statement of it failed', error);
      throw error;
    }
  }

  async *#answers(
    request: SQLQueryRequest,
    { signal, timeoutMs }: StreamOptions,
  ): AsyncGenerator<SQLQueryResult, void, undefined> {
    this.#assertOpen();
    await this.#last;
    this.#assertNoFailure();
    const answers = callStream(this.#connection, txSQLQuery, [request], {
      headers: this.#headers,
      signal: signal === undefined ? this.#ending.signal : AbortSignal.any([signal, this.#ending.signal]),
      timeoutMs,
      kind: 'read',
    });
    let isOver = false;
    this.#queries++;
    try {
      for (let next = await answers.next(); !next.done; next = await answers.next()) yield next.value;
      isOver = true;
    } catch (error) {
      isOver = true;
      throw this.#meant(error);
    } finally {
      if (!isOver) await readToEnd(answers);
      this.#queries--;
    }
  }

  async #call<Req, Res>(
    method: MethodDefinition<Req, Res>,
    request: Req,
    { signal, timeoutMs }: OperationOptions,
    kind: CallKind,
  ): Promise<Res> {
    const options = { headers: this.#headers, signal, timeoutMs, kind };
    try {
      return await callService(this.#connection, method, request, options);
    } catch (error) {
      throw this.#meant(error, kind);
    }
  }

  /** Before a commit was sent nothing is of unknown outcome; and with its session a transaction is gone for good. */
  #meant(error: unknown, kind: CallKind = 'read'): unknown {
    if (kind !== 'write' && error instanceof UnknownOutcomeError && error.cause instanceof ImmuError)
      return this.#meant(error.cause);
    if (!(error instanceof ImmuError)) return error;
    if (error.code === 'SESSION_EXPIRED') this.#connection.session.lost(this.#session);
    if (error.code !== 'SESSION_EXPIRED' && error.code !== 'TRANSACTION_CLOSED') return error;
    return new ImmuError(
      'TRANSACTION_CLOSED',
      'The server has ended this transaction, or lost its session. Nothing of it was committed; run it again.',
      { cause: error, details: { ...error.details, executed: 'no' }, retryable: true },
    );
  }

  /** After a failure the server may still hold it open: it should not. */
  async #fail(why: string, cause: unknown): Promise<void> {
    this.#over = why;
    this.#failure = cause;
    if (isGone(cause) || (cause instanceof ImmuError && cause.code === 'CONFLICT')) return;
    try {
      await this.#call(rollback, {}, { timeoutMs: ROLLBACK_TIMEOUT_MS }, 'control');
    } catch {
      // It ends with the session at the latest.
    }
  }

  #assertOpen(): void {
    if (this.#over !== undefined) throw closed(this.#over, this.#failure);
  }

  #assertNoFailure(): void {
    if (this.#failure !== undefined) throw closed(this.#over ?? 'it failed', this.#failure);
  }
}

function closed(why: string, cause: unknown): ImmuError {
  const nothing = cause === undefined ? '' : ' Nothing of it was committed.';
  return new ImmuError('TRANSACTION_CLOSED', `This transaction has ended: ${why}.${nothing} Begin another.`, {
    cause,
  });
}

/** Whether a failure says that the server does not have the transaction any more. */
function isGone(error: unknown): boolean {
  return error instanceof ImmuError && error.code === 'TRANSACTION_CLOSED';
}

/** What fails on the way there ends as well. */
async function readToEnd(answers: AsyncGenerator<unknown, void, undefined>): Promise<void> {
  try {
    while ((await answers.next()).done !== true);
  } catch {
    // Whoever gave it up is not told.
  }
}

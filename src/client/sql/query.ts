// Queries: result sets of any size as they come, in batches, row by row, or all at once.

import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { SQLQueryRequest, SQLQueryResult } from '../../wire/immudb/schema/sql.js';
import { callService } from '../call.js';
import { callStream, type StreamOptions } from '../call-stream.js';
import type { Connection } from '../connection.js';
import { type SqlParameters, toWireParameters } from './parameters.js';
import { type JsonOption, parseColumns, parseRows, type UnverifiedColumn } from './rows.js';
import { assertQuery } from './statements.js';

/** Options of a query. */
export interface SqlQueryOptions extends StreamOptions, JsonOption {
  /**
   * Ask for one answer of at most 2500 rows (else SQL_STATEMENT) in place of a stream, for networks that carry no streams.
   * `timeoutMs` is then the time of the whole. Needs immudb 1.9.5. Default false.
   */
  readonly unary?: boolean | undefined;
}

/** Runs a query once and gives its messages. */
type Run = () => AsyncIterable<SQLQueryResult>;

/**
 * A query and its rows, as the server says: nothing of a result is proven, neither its rows nor that none is missing.
 * It is sent when it is first iterated, and again with every iteration. An iteration given up ends the query.
 *
 * @typeParam R what a row is, as the caller knows: an object with the columns by name
 */
export class UnverifiedRows<R> implements AsyncIterable<R> {
  readonly #run: Run;
  readonly #options: JsonOption;

  /** Use `query` of a client or a transaction. */
  constructor(run: Run, options: JsonOption) {
    this.#run = run;
    this.#options = options;
  }

  /** Row by row, not more than a batch in memory. */
  async *[Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    for await (const batch of this.batches()) yield* batch;
  }

  /** In the batches they arrive in, of at most 2500 rows, none of them empty. */
  async *batches(): AsyncGenerator<R[], void, undefined> {
    let columns: readonly UnverifiedColumn[] | undefined;
    for await (const message of this.#run()) {
      // Only the first message has them.
      columns ??= parseColumns(message.columns);
      if (message.rows.length > 0) yield parseRows<R>(message.rows, columns, this.#options);
    }
  }

  /** All rows in one list, in memory. */
  async all(): Promise<R[]> {
    const rows: R[] = [];
    for await (const batch of this.batches()) for (const row of batch) rows.push(row);
    return rows;
  }

  /** The first row; `undefined` where there is none. Write LIMIT 1 as well, so that the server need not look further. */
  async first(): Promise<R | undefined> {
    for await (const row of this) return row;
    return undefined;
  }

  /** The columns of the result, without its rows. */
  async columns(): Promise<readonly UnverifiedColumn[]> {
    for await (const { columns } of this.#run()) return parseColumns(columns);
    return [];
  }
}

/**
 * A query on its own.
 *
 * @throws TypeError, ImmuError SQL_STATEMENT for what must not be sent; all else is thrown by the iteration
 */
export function query<R>(
  connection: Connection,
  sql: string,
  parameters: SqlParameters | undefined,
  options: SqlQueryOptions,
): UnverifiedRows<R> {
  const { unary = false, signal, timeoutMs } = options;
  const request = queryRequest(sql, parameters, !unary);
  const { sQLQuery, unarySQLQuery } = ImmuServiceDefinition.methods;
  const call = { signal, timeoutMs, kind: 'read' } as const;
  const run: Run = unary
    ? () => once(() => callService(connection, unarySQLQuery, request, call))
    : // A server before 1.9.5 answers with one message, which is a stream as well.
      () => callStream(connection, sQLQuery, [request], call);
  return new UnverifiedRows(run, options);
}

/**
 * The request of a query.
 *
 * @param acceptStream never for UnarySQLQuery: it would answer the last batch only
 * @throws TypeError, ImmuError SQL_STATEMENT
 */
export function queryRequest(
  sql: string,
  parameters: SqlParameters | undefined,
  acceptStream: boolean,
): SQLQueryRequest {
  assertQuery(sql);
  return { sql, params: toWireParameters(parameters), reuseSnapshot: false, acceptStream };
}

async function* once<T>(answer: () => Promise<T>): AsyncGenerator<T, void, undefined> {
  yield await answer();
}

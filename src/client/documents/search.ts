// Searching documents, without proof. A search of several pages reads them from one moment: the server keeps it open, but
// only one per session, so that it gets a session of its own.

import { ImmuError, UnknownOutcomeError } from '../../errors.js';
import { SearchDocumentsRequest, type SearchDocumentsResponse } from '../../wire/immudb/model/document.js';
import { DocumentServiceDefinition } from '../../wire/immudb/model/service.js';
import { scopeOf } from '../call.js';
import { callDocuments } from './call-documents.js';
import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { assertWholeNumber, MAX_PAGE_SIZE } from '../limits.js';
import { leftOf } from '../verified/bounds.js';
import type { OneAtATime } from './one-at-a-time.js';
import type { AskedDocuments } from './query.js';
import { toWireQuery } from './wire-query.js';
import { fromWireDocument, type UnverifiedDocument } from './unverified-documents.js';

const { countDocuments, searchDocuments } = DocumentServiceDefinition.methods;

/** How to search. `timeoutMs` is of each call to the server, as the program takes its time between them. */
export interface SearchOptions extends OperationOptions {
  /** Documents asked for at once, 1 to 2500. Default 100. */
  readonly pageSize?: number;
}

const DEFAULT_PAGE_SIZE = 100;

/**
 * Gives the documents that fit, all as of one moment.
 *
 * What fits one page costs one call. More is read from the start again, in a session of its own, which is logged in to
 * and ended with the iteration; a session that is lost on the way ends it with SESSION_EXPIRED.
 *
 * @param turns of the connection's session
 * @param asked as `queryToSend` gives it
 */
export async function* search(
  connection: Connection,
  turns: OneAtATime,
  asked: AskedDocuments,
  options: SearchOptions,
): AsyncGenerator<UnverifiedDocument, void, undefined> {
  const { pageSize = DEFAULT_PAGE_SIZE, ...operation } = options;
  assertWholeNumber('pageSize', pageSize, 1, MAX_PAGE_SIZE);
  const first = SearchDocumentsRequest.create({ page: 1, pageSize });
  first.query = toWireQuery(asked);
  const scope = scopeOf(connection, searchDocuments.name, operation);
  const { revisions } = await turns.run(scope, () =>
    callDocuments(connection, searchDocuments, first, { ...leftOf(scope), kind: 'read' }),
  );
  const isAll = revisions.length < pageSize || (asked.limit > 0 && asked.limit <= pageSize);
  if (isAll) yield* revisions.map(fromWireDocument);
  else yield* pagesOf(connection, { ...first, keepOpen: true }, operation);
}

/** Counts the documents that fit, up to the limit. @param asked as `queryToSend` gives it */
export async function count(
  connection: Connection,
  asked: AskedDocuments,
  options: OperationOptions,
): Promise<bigint> {
  const request = { query: toWireQuery(asked) };
  const answer = await callDocuments(connection, countDocuments, request, { ...options, kind: 'read' });
  return answer.count;
}

async function* pagesOf(
  connection: Connection,
  first: SearchDocumentsRequest,
  options: OperationOptions,
): AsyncGenerator<UnverifiedDocument, void, undefined> {
  const own = await connection.openDatabase(connection.database, options);
  try {
    let answer = await nextPage(own, first, options);
    yield* answer.revisions.map(fromWireDocument);
    for (let page = 2; answer.searchId !== ''; page++) {
      // The client this search is of may have been closed meanwhile.
      scopeOf(connection, searchDocuments.name, options).throwIfOver();
      const next = { ...first, query: undefined, page, searchId: answer.searchId };
      answer = await nextPage(own, next, options);
      yield* answer.revisions.map(fromWireDocument);
    }
  } finally {
    await own.close();
  }
}

/** A page asked for twice is read from another moment by the server: so it is asked for once, though it is only read. */
async function nextPage(
  own: Connection,
  request: SearchDocumentsRequest,
  options: OperationOptions,
): Promise<SearchDocumentsResponse> {
  const headers = await own.session.ready(scopeOf(own, searchDocuments.name, options));
  try {
    return await callDocuments(own, searchDocuments, request, { ...options, kind: 'control', headers });
  } catch (error) {
    // It changes nothing, whatever became of it.
    if (error instanceof UnknownOutcomeError && error.cause instanceof ImmuError) throw error.cause;
    throw error;
  }
}

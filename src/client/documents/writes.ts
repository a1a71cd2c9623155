// Writing documents, without proof.

import { ImmuError } from '../../errors.js';
import type { DocumentObject } from '../../proof/index.js';
import { DocumentServiceDefinition } from '../../wire/immudb/model/service.js';
import { callDocuments } from './call-documents.js';
import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { assertCollectionName } from './collection-names.js';
import { documentToSend } from './document-content.js';
import { type DocumentSearch, toWireQuery } from './query.js';
import { fromWireWrite, type UnverifiedDocumentWrite } from './unverified-documents.js';

const { deleteDocuments, insertDocuments, replaceDocuments } = DocumentServiceDefinition.methods;

/** What was inserted, as the server says. */
export interface UnverifiedInsert {
  readonly txId: bigint;
  /** The ids the server gave, hexadecimal, in the order of the documents. */
  readonly ids: readonly string[];
}

/** Which documents a change is about: `where: {}` for all of them, so that none is changed by leaving it out. */
export type DocumentChange = DocumentSearch & Required<Pick<DocumentSearch, 'where'>>;

/** The documents as they are sent. @throws ImmuError VALUE_REFUSED, INVALID_ARGUMENT */
export function documentsToSend(documents: readonly DocumentObject[]): DocumentObject[] {
  if (documents.length === 0)
    throw new ImmuError('INVALID_ARGUMENT', 'There are no documents to insert: give at least one.');
  return documents.map(documentToSend);
}

/**
 * Inserts documents in one transaction.
 *
 * @param documents as {@link documentsToSend} gives them
 */
export async function insertAll(
  connection: Connection,
  collectionName: string,
  documents: readonly DocumentObject[],
  options: OperationOptions,
): Promise<UnverifiedInsert> {
  assertCollectionName(collectionName);
  const request = { collectionName, documents: [...documents] };
  const answer = await callDocuments(connection, insertDocuments, request, { ...options, kind: 'write' });
  return { txId: answer.transactionId, ids: answer.documentIds };
}

/**
 * Replaces every document that fits in one transaction.
 *
 * @param document as `documentToSend` gives it
 */
export async function replaceAll(
  connection: Connection,
  collectionName: string,
  query: DocumentChange,
  document: DocumentObject,
  options: OperationOptions,
): Promise<UnverifiedDocumentWrite[]> {
  const request = { query: toWireChange(collectionName, query), document };
  const answer = await callDocuments(connection, replaceDocuments, request, { ...options, kind: 'write' });
  return answer.revisions.map(fromWireWrite);
}

/** Deletes every document that fits in one transaction. The server does not say how many those were. */
export async function deleteAll(
  connection: Connection,
  collectionName: string,
  query: DocumentChange,
  options: OperationOptions,
): Promise<void> {
  const request = { query: toWireChange(collectionName, query) };
  await callDocuments(connection, deleteDocuments, request, { ...options, kind: 'write' });
}

function toWireChange(collectionName: string, query: DocumentChange): ReturnType<typeof toWireQuery> {
  assertCollectionName(collectionName);
  const { where } = query as DocumentSearch;
  if (where === undefined)
    throw new TypeError('where is missing: name the documents to change, or give {} for all of them');
  return toWireQuery(collectionName, query);
}

// Writing documents, without proof.

import type { DocumentObject } from '../../proof/index.js';
import { DocumentServiceDefinition } from '../../wire/immudb/model/service.js';
import { callDocuments } from './call-documents.js';
import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { assertCollectionName } from './collection-names.js';
import type { AskedDocuments } from './query.js';
import { toWireQuery } from './wire-query.js';
import { fromWireWrite, type UnverifiedDocumentWrite } from './unverified-documents.js';

const { deleteDocuments, insertDocuments, replaceDocuments } = DocumentServiceDefinition.methods;

/** What was inserted, as the server says. */
export interface UnverifiedInsert {
  readonly txId: bigint;
  /** The ids the server gave, hexadecimal, in the order of the documents. */
  readonly ids: readonly string[];
}

/**
 * Inserts documents in one transaction.
 *
 * @param documents as `documentsToSend` gives them
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
 * @param asked as `changeToSend` gives it
 * @param document as `documentToSend` gives it
 */
export async function replaceAll(
  connection: Connection,
  asked: AskedDocuments,
  document: DocumentObject,
  options: OperationOptions,
): Promise<UnverifiedDocumentWrite[]> {
  const request = { query: toWireQuery(asked), document };
  const answer = await callDocuments(connection, replaceDocuments, request, { ...options, kind: 'write' });
  return answer.revisions.map(fromWireWrite);
}

/**
 * Deletes every document that fits in one transaction. The server does not say how many those were.
 *
 * @param asked as `changeToSend` gives it
 */
export async function deleteAll(
  connection: Connection,
  asked: AskedDocuments,
  options: OperationOptions,
): Promise<void> {
  const request = { query: toWireQuery(asked) };
  await callDocuments(connection, deleteDocuments, request, { ...options, kind: 'write' });
}

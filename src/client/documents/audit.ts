// The history of one document, without proof.

import { ImmuError } from '../../errors.js';
import { DocumentServiceDefinition } from '../../wire/immudb/model/service.js';
import type { DocumentAtRevision } from '../../wire/immudb/model/document.js';
import { requireDocumentId } from '../../proof/verify/verify-document.js';
import { callDocuments } from './call-documents.js';
import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { assertWholeNumber, MAX_PAGE_SIZE } from '../limits.js';
import { assertCollectionName } from './collection-names.js';
import { fromWireRevision, type UnverifiedDocumentRevision } from './unverified-documents.js';

const { auditDocument } = DocumentServiceDefinition.methods;

/** How to read a document's history. `timeoutMs` is of each call to the server. */
export interface AuditOptions extends OperationOptions {
  /** Newest first. Default false. */
  readonly desc?: boolean;
  /** Leave out the documents themselves. Default false. */
  readonly omitDocuments?: boolean;
  /** Revisions asked for at once, 1 to 2500. Default 100. */
  readonly pageSize?: number;
}

const DEFAULT_PAGE_SIZE = 100;

/**
 * Gives the revisions of a document, deletions included, each once: what is written meanwhile comes at the end of an
 * ascending history, and is left out of a descending one.
 */
export async function* audit(
  connection: Connection,
  collectionName: string,
  documentId: string,
  options: AuditOptions,
): AsyncGenerator<UnverifiedDocumentRevision, void, undefined> {
  assertCollectionName(collectionName);
  requireDocumentId(documentId);
  const {
    desc = false,
    omitDocuments: omitPayload = false,
    pageSize = DEFAULT_PAGE_SIZE,
    ...operation
  } = options;
  assertWholeNumber('pageSize', pageSize, 1, MAX_PAGE_SIZE);
  let last: bigint | undefined;
  for (let page = 1; ; page++) {
    const request = { collectionName, documentId, desc, page, pageSize, omitPayload };
    const revisions = await pageOf(connection, request, operation);
    for (const revision of revisions.map(fromWireRevision)) {
      // A revision written between two pages moves those of a descending history into the next page again.
      if (desc && last !== undefined && revision.revision >= last) continue;
      last = revision.revision;
      yield revision;
    }
    if (revisions.length < pageSize) return;
  }
}

type PageRequest = Parameters<(typeof auditDocument.requestType)['encode']>[0];

/** Behind the last revision the server has an error instead of an empty page. */
async function pageOf(
  connection: Connection,
  request: PageRequest,
  options: OperationOptions,
): Promise<DocumentAtRevision[]> {
  try {
    const answer = await callDocuments(connection, auditDocument, request, { ...options, kind: 'read' });
    return answer.revisions;
  } catch (error) {
    if (request.page > 1 && error instanceof ImmuError && error.code === 'KEY_NOT_FOUND') return [];
    throw error;
  }
}

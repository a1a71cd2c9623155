// What a transaction that is proven may hold, where documents were sent: exactly these, and nothing besides.

import { equalBytes } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import type { DocumentObject, ProvenDocument, ProvenTxEntry } from '../../proof/index.js';
import { DOCUMENT_KEY_START, documentIndexKeyStart } from '../../proof/layout/document-key.js';
import { hasOwnId, namedIds } from './named-ids.js';
import type { AskedDocuments } from './query.js';
import { sameValue } from './same-document.js';

/** One transaction of one collection. @throws VerificationError BINDING_MISMATCH */
export function requireSameTransaction(proven: ProvenDocument, first: ProvenDocument): void {
  const isSame =
    equalBytes(proven.alh, first.alh) &&
    proven.collectionId === first.collectionId &&
    proven.idField === first.idField;
  if (!isSame) throw refused(first.header.id, 'documents of one write are proven in two places');
}

/**
 * The server adds the id to the document, and nothing else. What the field of the id is called is its word: it must not
 * turn another field of the document into that one.
 *
 * @throws VerificationError BINDING_MISMATCH
 */
export function requireAsSent(
  { document, documentId, idField, header }: ProvenDocument,
  sent: DocumentObject | undefined,
): void {
  if (sent !== undefined && hasOwnId(sent, idField, documentId) && hasOwnId(document, idField, documentId)) {
    // An id that was sent is stored as it was sent, in capitals if it has them.
    if (sameValue(document, { [idField]: documentId, ...sent })) return;
  }
  throw refused(header.id, `document ${documentId} was not stored as it was sent`);
}

/** A document that was replaced is one of those that were named. @throws VerificationError BINDING_MISMATCH */
export function requireNamed({ documentId, idField, header }: ProvenDocument, asked: AskedDocuments): void {
  if (namedIds(asked, idField)?.has(documentId) === false)
    throw refused(header.id, `document ${documentId} is none of those that were to be replaced`);
}

/**
 * The transaction wrote nothing but rows of these documents, and, where documents are replaced, marked entries of the
 * collection's indexes as deleted. An insertion deletes none: one that does has replaced a document that was there.
 *
 * @param count of the documents, each proven to be a row of the transaction
 * @throws VerificationError BINDING_MISMATCH
 */
export function requireNothingElse(
  { entries, collectionId, header }: ProvenDocument,
  count: number,
  kind: 'insertion' | 'replacement',
): void {
  const rows = entries.filter(({ key }) => startsWith(key, DOCUMENT_KEY_START)).length;
  if (rows !== count) throw refused(header.id, `it wrote ${rows} documents, and ${count} were sent`);
  const index = documentIndexKeyStart(collectionId);
  const isTakenBack = ({ key, metadata }: ProvenTxEntry) =>
    startsWith(key, index) && metadata?.deleted === true;
  const others = entries.filter(({ key }) => !startsWith(key, DOCUMENT_KEY_START));
  if (kind === 'insertion' ? others.length === 0 : others.every(isTakenBack)) return;
  throw refused(header.id, `it holds more than the ${kind} of the documents that were sent`);
}

/** The error for an answer about a write that is not what was asked for. */
export function refused(txId: bigint, why: string): VerificationError {
  return new VerificationError(
    'BINDING_MISMATCH',
    `The server answered that the documents were written by transaction ${String(txId)}, but ${why}. The answer is refused.`,
    { details: { txId } },
  );
}

function startsWith(key: Uint8Array, start: Uint8Array): boolean {
  return equalBytes(key.subarray(0, start.length), start);
}

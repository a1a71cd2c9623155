// Documents as the server says they are.

import type { DocumentObject } from '../../proof/index.js';
import type { DocumentAtRevision } from '../../wire/immudb/model/document.js';
import { documentReceived } from './document-content.js';

/** A document as a search gives it. */
export interface UnverifiedDocument {
  /** Hexadecimal. */
  readonly id: string;
  /** As stored, the field of its id included. */
  readonly document: DocumentObject;
}

/** Where a document was written, as the server says. */
export interface UnverifiedDocumentWrite {
  /** Hexadecimal. */
  readonly id: string;
  readonly txId: bigint;
  /** How often it was written up to here. */
  readonly revision: bigint;
}

/** One revision of a document as its history lists it. */
export interface UnverifiedDocumentRevision extends UnverifiedDocumentWrite {
  readonly deleted: boolean;
  /** Undefined where it was deleted, or was not asked for. */
  readonly document: DocumentObject | undefined;
  /** Who wrote it. */
  readonly username: string;
  /** When the server committed it by its own clock, seconds since 1970. */
  readonly serverTime: bigint;
}

/** The wire's revision of a search in this client's form. */
export function fromWireDocument({ documentId, document }: DocumentAtRevision): UnverifiedDocument {
  return { id: documentId, document: documentReceived(document ?? {}) };
}

/** The wire's revision of a write in this client's form. */
export function fromWireWrite({
  documentId,
  transactionId,
  revision,
}: DocumentAtRevision): UnverifiedDocumentWrite {
  return { id: documentId, txId: transactionId, revision };
}

/** The wire's revision of a history in this client's form. */
export function fromWireRevision(found: DocumentAtRevision): UnverifiedDocumentRevision {
  const { document, metadata, username, ts } = found;
  return {
    ...fromWireWrite(found),
    deleted: metadata?.deleted === true,
    document: document === undefined ? undefined : documentReceived(document),
    username,
    serverTime: ts,
  };
}

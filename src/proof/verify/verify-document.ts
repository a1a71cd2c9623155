// One document read with proof: that exactly this document was written under exactly this id of exactly this collection.

import { equalBytes, fromHex, toHex } from '../../bytes.js';
import { documentKey, MAX_DOCUMENT_ID_BYTES } from '../layout/document-key.js';
import { sha256 } from '../layout/hash.js';
import type { TxHeader } from '../layout/tx-header.js';
import {
  type LedgerState,
  requireSameHeader,
  requireTrusted as requireSameHistory,
} from './against-trusted.js';
import type { DocumentObject } from './document-value.js';
import { type DualProofV2, parseDualProofV2, verifyDualProofV2 } from './dual-proof-v2.js';
import { failure, withContext } from './failure.js';
import { malformed, parseBytes, parseInteger, parseMessage } from './parse-fields.js';
import { parseDocumentRow } from './parse-document-row.js';
import { type HashedHeader, parseHeader } from './parse-header.js';
import type { ProvenTxEntry } from './proven.js';
import type { RawDocumentProof, RawVerifiableTxV2 } from './raw-document.js';
import { requireTrusted, requireTxId } from './request-fields.js';
import { type VerificationPolicy, verifySignature } from './signature.js';
import { requireValueLength, verifyAllEntries } from './tx-entries.js';

/** What was asked for, and what is known of the collection. */
export interface DocumentRequest {
  /** 2 to 64 hexadecimal digits. */
  readonly documentId: string;
  /** The transaction that wrote it, ≥ 1; left out for the latest write, which is then the server's word. */
  readonly atTx?: bigint | undefined;
  /** The collection's number. Left out where it is not known yet: which collection answers is then the server's word. */
  readonly collectionId?: number | undefined;
  /** What the collection calls the field of the id, where that is known. */
  readonly idField?: string | undefined;
}

/**
 * A proven write of a document. Proven against the trusted state where it is not newer; where it is newer, it is bound to
 * the trusted state by trees only: see dual-proof-v2.ts.
 */
export interface ProvenDocument {
  readonly header: TxHeader;
  /** Hash of the header, 32 bytes. */
  readonly alh: Uint8Array;
  /** All entries of its transaction, in order. */
  readonly entries: readonly ProvenTxEntry[];
  /** Position in the transaction, from 0. */
  readonly index: number;
  /** Lower-case hexadecimal. */
  readonly documentId: string;
  /** The number of the collection that answered: bound to the document, but not to a name. */
  readonly collectionId: number;
  /** What the server calls the field of the id: its word. */
  readonly idField: string;
  readonly document: DocumentObject;
}

/**
 * Checks the answer to a request for a document with proof, from or to the trusted transaction; on first contact from
 * transaction 1.
 *
 * Not proven: that it is the latest write (without `atTx`), and which collection the number stands for.
 *
 * The tree of neither transaction may lag behind. Where that of the trusted one may (`policy.linearAdvance`), check as on
 * first contact, and prove the document's transaction against the trusted state by `verifyTxHeader`.
 *
 * @param trusted undefined on first contact
 * @throws VerificationError DATABASE_MISMATCH; BINDING_MISMATCH for an answer to another question; FORK_DETECTED where
 *   everything holds, but about another history than the trusted one; otherwise the code of the check that failed
 */
export function verifyDocument(
  request: DocumentRequest,
  response: RawDocumentProof | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenDocument {
  const { documentId, atTx } = request;
  const id = requireDocumentId(documentId);
  if (atTx !== undefined) requireTxId(atTx, 'atTx');
  requireTrusted(trusted);
  return withContext({ trusted, evidence: response }, () => {
    const answer = parseMessage(response, 'proof');
    requireEqual('the field database', answer.database, policy.database, 'DATABASE_MISMATCH');
    const { collectionId, idField } = collectionOf(answer, request);
    const encoded = parseBytes(answer.encodedDocument, 'encodedDocument');
    const message = parseMessage(answer.verifiableTx, 'verifiableTx');
    const { header, alh } = verifyTxV2(message, atTx, trusted, policy);
    const tx = parseMessage(message.tx, 'tx');
    const entries = verifyAllEntries(tx, header);
    const index = entryOf(entries, documentKey(collectionId, id), encoded, header.id);
    requireValueLength(tx, index, encoded.length, header.id);
    const row = parseDocumentRow(encoded, header.id);
    requireEqual('id in the stored document', toHex(row.id), toHex(id), 'BINDING_MISMATCH');
    return {
      header,
      alh,
      entries,
      index,
      documentId: toHex(id),
      collectionId,
      idField,
      document: row.document,
    };
  });
}

/** The bytes of a document's id. @throws TypeError unless it is 2 to 64 hexadecimal digits, an even number of them */
export function requireDocumentId(documentId: unknown): Uint8Array {
  const id = typeof documentId === 'string' ? fromHex(documentId) : undefined;
  if (id !== undefined && id.length > 0 && id.length <= MAX_DOCUMENT_ID_BYTES) return id;
  throw new TypeError(
    `the id of a document is up to ${2 * MAX_DOCUMENT_ID_BYTES} hexadecimal digits, as insert gives it.`,
  );
}

function collectionOf(
  { collectionId: rawId, documentIdFieldName: idField }: RawDocumentProof,
  known: DocumentRequest,
): { readonly collectionId: number; readonly idField: string } {
  const collectionId = parseInteger(rawId, 'collectionId', 1, 0xffff_ffff);
  if (typeof idField !== 'string' || idField === '')
    throw malformed('documentIdFieldName', 'a name', idField);
  const hint =
    'If the collection was deleted and created anew, or its id field renamed, tell the client: documents.forgetCollection.';
  if (known.collectionId !== undefined)
    requireEqual('number of the collection', collectionId, known.collectionId, 'BINDING_MISMATCH', hint);
  if (known.idField !== undefined)
    requireEqual('name of the id field', idField, known.idField, 'BINDING_MISMATCH', hint);
  return { collectionId, idField };
}

/** The transaction, by its proof against the trusted one. */
function verifyTxV2(
  message: RawVerifiableTxV2,
  atTx: bigint | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): HashedHeader {
  const shown = parseHeader(parseMessage(message.tx, 'tx').header, 'tx.header');
  const txId = shown.header.id;
  if (atTx !== undefined) requireEqual('transaction of the document', txId, atTx, 'BINDING_MISMATCH');
  const proof = parseDualProofV2(message.dualProof);
  const known = trusted === undefined || trusted.txId === 0n ? undefined : trusted;
  const offered: LedgerState = { txId: proof.target.header.id, alh: proof.target.alh };
  return withContext({ offered }, () => {
    requireEnds(proof, txId, known?.txId ?? 1n);
    verifyDualProofV2(proof);
    verifySignature(message.signature, offered, policy);
    if (known !== undefined) requireSameHistory(proof, known);
    const proven = proof.target.header.id === txId ? proof.target : proof.source;
    requireSameHeader(shown, proven);
    return proven;
  });
}

/** The proof leads from the older of the trusted transaction and the document's to the newer. */
function requireEnds({ source, target }: DualProofV2, txId: bigint, since: bigint): void {
  const [older, newer] = since <= txId ? [since, txId] : [txId, since];
  requireEqual('source of the dual proof', source.header.id, older, 'BINDING_MISMATCH');
  requireEqual('target of the dual proof', target.header.id, newer, 'BINDING_MISMATCH');
}

/** Where the document stands among the entries; a deletion, which has metadata, is no document. */
function entryOf(
  entries: readonly ProvenTxEntry[],
  key: Uint8Array,
  encoded: Uint8Array,
  txId: bigint,
): number {
  const index = entries.findIndex((entry) => equalBytes(entry.key, key));
  const entry = entries[index];
  if (entry === undefined || entry.metadata !== undefined) {
    throw failure('BINDING_MISMATCH', {
      check: 'entry of the document',
      txId,
      expected: 'an entry under its key, without metadata',
      found: entry === undefined ? undefined : 'one with metadata',
    });
  }
  const found = sha256(encoded);
  if (!equalBytes(found, entry.hValue))
    throw failure('BINDING_MISMATCH', { check: 'hash of the document', txId, expected: entry.hValue, found });
  return index;
}

function requireEqual(
  check: string,
  found: unknown,
  expected: unknown,
  code: 'BINDING_MISMATCH' | 'DATABASE_MISMATCH',
  hint?: string,
): void {
  if (found !== expected)
    throw failure(code, { check, expected, found, ...(hint === undefined ? {} : { hint }) });
}

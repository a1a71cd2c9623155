// Documents with their proof: reading one.

import { equalBytes, fromUtf8 } from '../../bytes.js';
import { ImmuError, VerificationError } from '../../errors.js';
import type { DocumentObject, LedgerState, ProvenDocument, ProvenTx } from '../../proof/index.js';
import { verifyDocument } from '../../proof/verify/verify-document.js';
import type { ProofDocumentRequest, ProofDocumentResponse } from '../../wire/immudb/model/document.js';
import { DocumentServiceDefinition } from '../../wire/immudb/model/service.js';
import { callDocuments } from './call-documents.js';
import type { CallScope } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { leftOf } from '../verified/bounds.js';
import type { VerifiedContext } from '../verified/context.js';
import type { ReadProof } from '../verified/evidence.js';
import { checked } from '../verified/failures.js';
import { readProof } from '../verified/read-proof.js';
import { checkTx, requestTx } from '../verified/rpc.js';
import { settle } from '../verified/settle.js';
import type { CollectionPin, CollectionPins } from './pins.js';
import { queryToSend } from './query.js';
import { count } from './search.js';

const { proofDocument } = DocumentServiceDefinition.methods;

/** A document whose writing was proven. Not that it is the latest. */
export interface VerifiedDocument extends CollectionPin {
  /** Hexadecimal, lower case. */
  readonly id: string;
  /** As stored, the field of its id included. */
  readonly document: DocumentObject;
  /** The transaction that wrote it. */
  readonly txId: bigint;
  /** Position in the transaction, from 0. */
  readonly index: number;
  /** Unix seconds the server wrote into the header: bound to the hash, but the server's own claim. */
  readonly serverTime: bigint;
  /** The user who wrote it: bound to the hash, and the server's claim as well. Undefined where it noted none, or more. */
  readonly writer: string | undefined;
  /** What proves it. */
  readonly proof: ReadProof;
}

/** Which document to read. */
export interface WantedDocument {
  readonly collection: string;
  readonly id: string;
  readonly atTx?: bigint | undefined;
}

/** Reads one document and proves it. @returns undefined if the server says there is none, which cannot be proven */
export async function verifiedDocument(
  context: VerifiedContext,
  pins: CollectionPins,
  wanted: WantedDocument,
  scope: CallScope,
): Promise<VerifiedDocument | undefined> {
  return checked(context, 'documents.verifiedGet', async () => {
    const since = context.keeper.head;
    const proven = await absentIfNotFound(fetchDocument(context, pins, wanted, since, scope));
    if (proven === undefined) return undefined;
    const bound = await chained(context, proven, since, scope);
    pins.require(wanted.collection, proven);
    await settle(context, bound, scope);
    pins.learn(wanted.collection, proven);
    return documentOf(context, proven, since);
  });
}

/**
 * Fetches one document and checks its proof against `since`; where trees may lag behind, in itself only, as this form of
 * proof takes no header that does: {@link chained} then binds it to `since`. Moves nothing.
 *
 * @throws ImmuError DOCUMENT_NOT_FOUND, COLLECTION_NOT_FOUND · VerificationError
 */
export async function fetchDocument(
  context: VerifiedContext,
  pins: CollectionPins,
  { collection, id, atTx }: WantedDocument,
  since: LedgerState | undefined,
  scope: CallScope,
): Promise<ProvenDocument> {
  const pin = pins.get(collection);
  const base = mayLag(context) ? undefined : since;
  const request = {
    collectionName: collection,
    documentId: id,
    transactionId: atTx ?? 0n,
    proofSinceTransactionId: sinceTxOf(base),
  };
  const answer = await askForProof(context.connection, request, since, scope);
  return verifyDocument({ documentId: id, atTx, ...pin }, answer, base, context.policy);
}

/** Whether the header of the trusted state may be one whose tree lags behind. */
function mayLag({ policy }: VerifiedContext): boolean {
  return (policy.linearAdvance ?? 0) > 0;
}

/**
 * The server looks for the document in an index that may lag behind what was written, and does not wait for it (seen on
 * 1.11.1: 12 of 150 documents were "not found" right after their insertion). Counting waits, so that what is not found
 * after that is not there.
 */
async function askForProof(
  connection: Connection,
  request: ProofDocumentRequest,
  since: LedgerState | undefined,
  scope: CallScope,
): Promise<ProofDocumentResponse> {
  const ask = () =>
    callDocuments(connection, proofDocument, request, {
      ...leftOf(scope),
      kind: 'read',
      sinceTx: since?.txId,
    });
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'DOCUMENT_NOT_FOUND') throw error;
    await count(connection, queryToSend(request.collectionName, { limit: 1 }), leftOf(scope));
    return ask();
  }
}

/** On first contact the proof begins with the first transaction. */
function sinceTxOf(since: LedgerState | undefined): bigint {
  return since === undefined || since.txId === 0n ? 1n : since.txId;
}

/**
 * What of a document's transaction may be settled. Where it is newer than what is trusted, trees alone do not bind the chain
 * of hashes, and where trees may lag behind it was not held against what is trusted: the same transaction is proven again
 * by both, and must be the same.
 */
export async function chained(
  context: VerifiedContext,
  { header, alh }: Pick<ProvenDocument, 'header' | 'alh'>,
  since: LedgerState | undefined,
  scope: CallScope,
): Promise<ProvenTx> {
  if (since !== undefined && header.id <= since.txId && !mayLag(context))
    return { header, alh, trusted: since, state: since, nextRoot: undefined };
  const answer = await requestTx(context, header.id, since?.txId, scope);
  const proven = checkTx(context, header.id, since, answer);
  if (equalBytes(proven.alh, alh)) return proven;
  throw new VerificationError(
    'BINDING_MISMATCH',
    `The server proved two hashes for transaction ${String(header.id)}: one with the document, another with the transaction. The answer is refused.`,
    { trusted: since, offered: { txId: header.id, alh }, evidence: answer, details: { txId: header.id } },
  );
}

/** The evidence handed out. */
export function documentOf(
  context: VerifiedContext,
  { header, alh, index, documentId, collectionId, idField, document }: ProvenDocument,
  since: LedgerState | undefined,
): VerifiedDocument {
  return {
    id: documentId,
    document,
    collectionId,
    idField,
    txId: header.id,
    index,
    serverTime: header.ts,
    writer: writerOf(header.metadata.extra),
    proof: readProof(context, { header, alh }, index, since ?? { txId: header.id, alh }),
  };
}

/** Documents are written with the bare name of the user; a server told to note more notes it in a form of its own. */
function writerOf(extra: Uint8Array | undefined): string | undefined {
  const text = extra === undefined ? undefined : fromUtf8(extra);
  return text !== undefined && /^\w{1,63}$/.test(text) ? text : undefined;
}

async function absentIfNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'DOCUMENT_NOT_FOUND') return undefined;
    throw error;
  }
}

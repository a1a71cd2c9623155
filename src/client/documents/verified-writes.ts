// Documents with their proof: writing them, and proving that exactly these were committed.

import { ImmuError } from '../../errors.js';
import type { DocumentObject, LedgerState } from '../../proof/index.js';
import { requireDocumentId } from '../../proof/verify/verify-document.js';
import type { CallScope } from '../call-scope.js';
import { concurrently } from '../concurrently.js';
import { leftOf } from '../verified/bounds.js';
import type { VerifiedContext } from '../verified/context.js';
import { checked } from '../verified/failures.js';
import { settle } from '../verified/settle.js';
import type { CollectionPins } from './pins.js';
import type { AskedDocuments } from './query.js';
import {
  refused,
  requireAsSent,
  requireNamed,
  requireNothingElse,
  requireSameTransaction,
} from './requested-writes.js';
import { chained, documentOf, fetchDocument, type VerifiedDocument } from './verified-document.js';
import { insertAll, replaceAll } from './writes.js';

/** Proofs under way at once for one write: they share the server's slots with every writer of the database. */
const PROOFS_AT_ONCE = 8;

/** What the server says it wrote, and what it was given to write. */
interface Claim {
  readonly collection: string;
  readonly txId: bigint;
  /** Lower-case hexadecimal, all different. */
  readonly ids: readonly string[];
  /** In the order of `ids`. */
  readonly documents: readonly DocumentObject[];
  /** Which documents were to be replaced; undefined where they were inserted. */
  readonly change: AskedDocuments | undefined;
}

/** Inserts documents and proves what was committed. @param documents as they are sent */
export async function verifiedInsert(
  context: VerifiedContext,
  pins: CollectionPins,
  collection: string,
  documents: readonly DocumentObject[],
  scope: CallScope,
): Promise<VerifiedDocument[]> {
  return checked(context, 'documents.verifiedInsert', async () => {
    const since = context.keeper.head;
    const { txId, ids } = await insertAll(context.connection, collection, documents, leftOf(scope));
    return committed({ txId, ids }, async () =>
      prove(context, pins, claimOf(collection, [txId], ids, documents, undefined), since, scope),
    );
  });
}

/** Replaces documents and proves what was committed. @param asked, document as they are sent */
export async function verifiedReplace(
  context: VerifiedContext,
  pins: CollectionPins,
  asked: AskedDocuments,
  document: DocumentObject,
  scope: CallScope,
): Promise<VerifiedDocument[]> {
  return checked(context, 'documents.verifiedReplace', async () => {
    const since = context.keeper.head;
    const writes = await replaceAll(context.connection, asked, document, leftOf(scope));
    const [first] = writes;
    if (first === undefined) return [];
    const ids = writes.map(({ id }) => id);
    return committed({ txId: first.txId, ids }, async () => {
      const documents = writes.map(() => document);
      const txIds = writes.map(({ txId }) => txId);
      const claim = claimOf(asked.collection, txIds, ids, documents, asked);
      return prove(context, pins, claim, since, scope);
    });
  });
}

/** What the server says, as far as it can be right. */
function claimOf(
  collection: string,
  txIds: readonly bigint[],
  answered: readonly string[],
  documents: readonly DocumentObject[],
  change: AskedDocuments | undefined,
): Claim {
  const [txId = 0n] = txIds;
  if (txId < 1n || txId >= 1n << 63n || txIds.some((other) => other !== txId))
    throw refused(txId, 'there can be no such transaction, or it is not one');
  if (answered.length !== documents.length)
    throw refused(txId, `it has ${answered.length} ids for ${documents.length} documents`);
  const ids = answered.map((id) => idOf(id, txId));
  if (new Set(ids).size !== ids.length) throw refused(txId, 'it has one id for two documents');
  return { collection, txId, ids, documents, change };
}

function idOf(id: string, txId: bigint): string {
  try {
    requireDocumentId(id);
    return id.toLowerCase();
  } catch {
    throw refused(txId, 'it has an id that can be none');
  }
}

async function prove(
  context: VerifiedContext,
  pins: CollectionPins,
  claim: Claim,
  since: LedgerState | undefined,
  scope: CallScope,
): Promise<VerifiedDocument[]> {
  const { collection, txId, ids, documents, change } = claim;
  if (since !== undefined && txId <= since.txId)
    throw refused(txId, 'that transaction was there before the documents were sent');
  const proofs = await concurrently(ids, PROOFS_AT_ONCE, (id) =>
    fetchDocument(context, pins, { collection, id, atTx: txId }, since, scope),
  );
  const [first] = proofs;
  if (first === undefined) return [];
  proofs.forEach((proven, index) => {
    requireSameTransaction(proven, first);
    requireAsSent(proven, documents[index]);
    if (change !== undefined) requireNamed(proven, change);
  });
  requireNothingElse(first, ids.length, change === undefined ? 'insertion' : 'replacement');
  const bound = await chained(context, first, since, scope);
  pins.require(collection, first);
  await settle(context, bound, scope);
  pins.learn(collection, first);
  return proofs.map((proven) => documentOf(context, proven, since));
}

/** Runs what follows a write that is committed: a failure to fetch its proof is none of the write. */
async function committed<T>(
  { txId, ids }: { readonly txId: bigint; readonly ids: readonly string[] },
  follow: () => Promise<T>,
): Promise<T> {
  try {
    return await follow();
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    throw new ImmuError(
      error.code,
      `The server answered that the documents were written by transaction ${String(txId)}, but their proof could not be had: ` +
        `${error.message} Do not write them again: read them by verifiedGet with atTx.`,
      { cause: error, details: { ...error.details, txId, documentIds: ids, executed: 'yes' } },
    );
  }
}

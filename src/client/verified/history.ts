// All revisions of a key the server shows, each one proven. That none is missing is for the reader's own chain to say.

import { equalBytes, toMapKey } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import {
  entryDigest,
  kvKey,
  kvValue,
  parseKeyMetadata,
  parseReferenceValue,
  type ProvenEntries,
  sha256,
} from '../../proof/index.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import { type Entry, HistoryRequest } from '../../wire/immudb/schema/kv.js';
import { printableKey } from '../printable-key.js';
import type { OperationOptions } from '../call-scope.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedRevision } from './evidence.js';
import { absentIfNotFound, checked } from './failures.js';
import { omission } from './floors.js';
import type { ProvenDigests } from './proven-cache.js';
import { proveAll, proveTx } from './prove.js';

/** Revisions asked for in one round trip: below the server's 2,500, so that large values still fit a message. */
const PAGE = 500;

/**
 * Reads and proves every revision of a key the server shows, oldest first.
 *
 * @returns empty if the server shows none
 */
export async function verifiedHistory(
  context: VerifiedContext,
  key: Uint8Array,
  options: OperationOptions = {},
): Promise<VerifiedRevision[]> {
  return checked(context, 'verifiedHistory', async () => {
    const floor = context.floors.of(key);
    const answers: Entry[] = [];
    for (let page = PAGE; page === PAGE;) {
      const entries = await historyPage(
        context,
        key,
        { offset: BigInt(answers.length), limit: PAGE, desc: false },
        options,
      );
      answers.push(...entries);
      page = entries.length;
    }
    assertAscending(key, answers);
    const last = answers.at(-1);
    if (floor !== undefined && (last === undefined || last.tx < floor.txId)) throw omission(key, floor);
    return proveRevisions(context, key, answers, options);
  });
}

/** The newest revision the server shows, proven; undefined if it shows none. */
export async function newestRevision(
  context: VerifiedContext,
  key: Uint8Array,
  options: OperationOptions,
): Promise<VerifiedRevision | undefined> {
  const [answer] = await historyPage(context, key, { offset: 0n, limit: 1, desc: true }, options);
  if (answer === undefined) return undefined;
  const [revision] = await proveRevisions(context, key, [answer], options);
  return revision;
}

/** One page of unproven revisions. */
export async function historyPage(
  context: VerifiedContext,
  key: Uint8Array,
  page: { readonly offset: bigint; readonly limit: number; readonly desc: boolean },
  options: OperationOptions,
): Promise<readonly Entry[]> {
  const { history } = ImmuServiceDefinition.methods;
  const request = HistoryRequest.create({ key, ...page });
  const answer = await absentIfNotFound(
    callService(context.connection, history, request, { ...options, kind: 'read' }),
  );
  return answer?.entries ?? [];
}

async function proveRevisions(
  context: VerifiedContext,
  key: Uint8Array,
  answers: readonly Entry[],
  options: OperationOptions,
): Promise<VerifiedRevision[]> {
  const proven = await proveAll(context, new Set(answers.map((answer) => answer.tx)), options);
  const revisions: VerifiedRevision[] = [];
  for (const answer of answers) {
    const digests = proven.get(answer.tx);
    if (digests === undefined) throw unproven(key, answer.tx);
    revisions.push(
      answer.expired
        ? await expiredRevision(context, key, answer, options)
        : provenRevision(context, key, answer, digests),
    );
  }
  return revisions;
}

/** What history answers as a value may have been stored as one, as a reference, or as a bare deletion. */
function provenRevision(
  context: VerifiedContext,
  key: Uint8Array,
  answer: Entry,
  proven: ProvenDigests,
): VerifiedRevision {
  const metadata = parseKeyMetadata(answer.metadata);
  const { header } = proven;
  const positionOf = (stored: Uint8Array): number | undefined =>
    proven.positions.get(toMapKey(entryDigest(header.version, kvKey(key), metadata, sha256(stored))));
  const at = (index: number) => ({ key, metadata, ...standing(context, proven, index) });
  const asValue = positionOf(kvValue(answer.value));
  const deleted = metadata?.deleted === true;
  if (asValue !== undefined)
    return { kind: deleted ? 'deleted' : 'value', value: answer.value, ...at(asValue) };
  const asDeletion = deleted && answer.value.length === 0 ? positionOf(answer.value) : undefined;
  if (asDeletion !== undefined) return { kind: 'deleted', value: answer.value, ...at(asDeletion) };
  const reference = parseReferenceValue(answer.value);
  const asReference = reference === undefined ? undefined : positionOf(reference.stored);
  if (reference === undefined || asReference === undefined) throw unproven(key, header.id);
  return { kind: 'reference', target: reference.key, atTx: reference.atTx, ...at(asReference) };
}

/** The value is gone from the answer, but the transaction still lists the key with its expiry and its value's hash. */
async function expiredRevision(
  context: VerifiedContext,
  key: Uint8Array,
  answer: Entry,
  options: OperationOptions,
): Promise<VerifiedRevision> {
  const transaction: ProvenEntries = await proveTx(context, answer.tx, options);
  const digests = context.cache.add(transaction);
  const stored = kvKey(key);
  const index = transaction.entries.findIndex((entry) => equalBytes(entry.key, stored));
  const metadata = transaction.entries[index]?.metadata;
  if (metadata?.expiresAt === undefined) throw unproven(key, answer.tx);
  return { kind: 'expired', key, metadata, ...standing(context, digests, index) };
}

function standing(context: VerifiedContext, proven: ProvenDigests, index: number) {
  const { header, alh } = proven;
  const checkedAgainst = context.keeper.head ?? { txId: header.id, alh };
  return {
    txId: header.id,
    index,
    serverTime: header.ts,
    proof: { ...context.identity, txId: header.id, alh, index, checkedAgainst },
  };
}

function assertAscending(key: Uint8Array, answers: readonly Entry[]): void {
  answers.forEach((answer, index) => {
    const before = answers[index - 1];
    if (before === undefined || before.tx < answer.tx) return;
    throw new VerificationError(
      'BINDING_MISMATCH',
      `The history of key ${printableKey(key)} is not in order: transaction ${String(answer.tx)} after ${String(before.tx)}.`,
      { details: { key, txId: answer.tx, afterTxId: before.tx } },
    );
  });
}

function unproven(key: Uint8Array, txId: bigint): VerificationError {
  return new VerificationError(
    'BINDING_MISMATCH',
    `The history of key ${printableKey(key)} names transaction ${String(txId)}, but no entry of that transaction has this key, ` +
      'value and metadata.',
    { details: { key, txId } },
  );
}

// Proving transactions: one or many at once, at most one advance of the trusted state, and a memory of what is proven.

import { ImmuError, VerificationError } from '../../errors.js';
import type { LedgerState, ProvenEntries } from '../../proof/index.js';
import type { CallScope } from '../call-scope.js';
import { concurrently } from '../concurrently.js';
import type { VerifiedContext } from './context.js';
import { digestsOf, type ProvenDigests } from './proven-cache.js';
import { checkTx, requestTx } from './rpc.js';
import { settle } from './settle.js';

/** Proofs under way at once for one operation: they share the server's slots with every writer of the database. */
const PROOFS_AT_ONCE = 16;

/** Proves one transaction and makes it part of the trusted history. */
export async function proveTx(
  context: VerifiedContext,
  txId: bigint,
  scope: CallScope,
): Promise<ProvenEntries> {
  const since = context.keeper.head;
  const proven = checkTx(context, txId, since, await requestTx(context, txId, since?.txId, scope));
  await settle(context, proven, scope);
  return proven;
}

/**
 * Proves the transactions that plain answers claim to be from, those proven before excepted, and holds the answers
 * against them. Only then do the proofs become part of the trusted history: an answer that is refused moves nothing.
 *
 * @param read holds the answers against the digests of every transaction claimed
 * @returns what `read` made of them
 * @throws VerificationError BINDING_MISMATCH if the server has no such transaction; what `read` throws
 */
export async function proveClaimed<Result>(
  context: VerifiedContext,
  txIds: ReadonlySet<bigint>,
  scope: CallScope,
  read: (proven: ReadonlyMap<bigint, ProvenDigests>) => Result,
): Promise<Result> {
  const known = new Map<bigint, ProvenDigests>();
  const missing: bigint[] = [];
  for (const txId of txIds) {
    const digests = context.cache.get(txId);
    if (digests === undefined) missing.push(txId);
    else known.set(txId, digests);
  }
  const proofs = await gatherProofs(context, missing, scope);
  const digests = proofs.map(digestsOf);
  for (const proven of digests) known.set(proven.header.id, proven);
  const result = read(known);
  await settleNewest(context, proofs, scope);
  for (const proven of digests) context.cache.add(proven);
  return result;
}

/**
 * Proves several transactions that the server claims to have, and makes them part of the trusted history.
 *
 * @param txIds distinct
 * @returns newest first
 * @throws VerificationError BINDING_MISMATCH if the server has no such transaction
 */
export async function proveEntries(
  context: VerifiedContext,
  txIds: readonly bigint[],
  scope: CallScope,
): Promise<ProvenEntries[]> {
  const proofs = await gatherProofs(context, txIds, scope);
  await settleNewest(context, proofs, scope);
  return proofs;
}

/** Of proofs gathered together, only the newest can move the trusted state: the others were checked against it or older. */
async function settleNewest(
  context: VerifiedContext,
  [newest]: readonly ProvenEntries[],
  scope: CallScope,
): Promise<void> {
  if (newest !== undefined) await settle(context, newest, scope);
}

/**
 * Fetches and checks proofs. The newest transaction is checked against the trusted state, the others against the newest
 * of both; all requests are sent together, and nothing is returned before all checks hold.
 *
 * @returns newest first; not settled
 */
async function gatherProofs(
  context: VerifiedContext,
  txIds: readonly bigint[],
  scope: CallScope,
): Promise<ProvenEntries[]> {
  const [newest, ...older] = [...txIds].sort((a, b) => (a > b ? -1 : 1));
  if (newest === undefined) return [];
  const since = context.keeper.head;
  const moves = since === undefined || newest > since.txId;
  const anchorTxId = moves ? newest : since.txId;
  const newestProof = requestTx(context, newest, since?.txId, scope).then((answer) =>
    checkTx(context, newest, since, answer),
  );
  const anchor: Promise<LedgerState> = moves
    ? newestProof.then((proven) => ({ txId: proven.header.id, alh: proven.alh }))
    : Promise.resolve(since);
  // Nobody may be waiting for it when it fails; `newestProof` reports the same failure.
  anchor.catch(() => undefined);
  const olderProofs = concurrently(older, PROOFS_AT_ONCE, async (txId) => {
    const answer = await requestTx(context, txId, anchorTxId, scope);
    return checkTx(context, txId, await anchor, answer);
  });
  const [first, rest] = await claimed(newest, moves, Promise.all([newestProof, olderProofs]));
  return [first, ...rest];
}

/** The server that named a transaction a moment ago contradicts itself if it does not have it. */
async function claimed<T>(newest: bigint, moves: boolean, proofs: Promise<T>): Promise<T> {
  try {
    return await proofs;
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    const behindItself = moves && error.code === 'SERVER_BEHIND' && error.details.sinceTx === newest;
    if (error.code !== 'TX_NOT_FOUND' && !behindItself) throw error;
    throw new VerificationError(
      'BINDING_MISMATCH',
      `The server answered from transactions up to ${String(newest)} and then did not have all of them. The answer is refused.`,
      { cause: error, details: { txId: newest } },
    );
  }
}

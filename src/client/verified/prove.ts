// Proving transactions: one or many at once, at most one advance of the trusted state, and a memory of what is proven.

import { ImmuError, VerificationError } from '../../errors.js';
import type { LedgerState, ProvenEntries } from '../../proof/index.js';
import type { CallScope } from '../call-scope.js';
import { concurrently } from '../concurrently.js';
import type { VerifiedContext } from './context.js';
import type { ProvenDigests } from './proven-cache.js';
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
 * Proves the transactions that plain answers claim to be from; those proven before are not proven again.
 *
 * @returns the digests of every transaction claimed
 * @throws VerificationError BINDING_MISMATCH if the server has no such transaction
 */
export async function proveClaimed(
  context: VerifiedContext,
  txIds: ReadonlySet<bigint>,
  scope: CallScope,
): Promise<ReadonlyMap<bigint, ProvenDigests>> {
  const known = new Map<bigint, ProvenDigests>();
  const missing: bigint[] = [];
  for (const txId of txIds) {
    const digests = context.cache.get(txId);
    if (digests === undefined) missing.push(txId);
    else known.set(txId, digests);
  }
  for (const proven of await proveEntries(context, missing, scope)) {
    known.set(proven.header.id, context.cache.add(proven));
  }
  return known;
}

/**
 * Proves several transactions that the server claims to have. The newest is checked against the trusted state, the
 * others against the newest of both; all requests are sent together and nothing is released before all checks hold.
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
  await settle(context, first, scope);
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

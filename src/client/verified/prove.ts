// Proving transactions: one or many at once, at most one advance of the trusted state, and a memory of what is proven.

import { ImmuError, VerificationError } from '../../errors.js';
import type { LedgerState, ProvenEntries, ProvenTxEntry } from '../../proof/index.js';
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

/** A proven transaction that plain answers claim to be from. */
export interface ClaimedTx extends ProvenDigests {
  /** Its entries; undefined where only their digests are remembered from an earlier proof. */
  readonly entries: readonly ProvenTxEntry[] | undefined;
}

/** Which transactions plain answers claim to be from. */
export interface Claims {
  readonly txIds: ReadonlySet<bigint>;
  /** Those of them whose entries are needed, not just their digests. */
  readonly inFull?: ReadonlySet<bigint>;
}

/**
 * Proves the transactions that plain answers claim to be from, those proven before excepted, and judges the answers by
 * them. Only then does the trusted state move: a refused answer leaves it where it was.
 *
 * @param judge holds the answers against the transactions; throws to refuse them
 * @returns what `judge` returned
 * @throws VerificationError BINDING_MISMATCH if the server does not have a transaction it answered from
 */
export async function proveClaimed<T>(
  context: VerifiedContext,
  { txIds, inFull }: Claims,
  scope: CallScope,
  judge: (transactions: ReadonlyMap<bigint, ClaimedTx>) => T,
): Promise<T> {
  const transactions = new Map<bigint, ClaimedTx>();
  const missing: bigint[] = [];
  for (const txId of txIds) {
    const known = inFull?.has(txId) === true ? undefined : context.cache.get(txId);
    if (known === undefined) missing.push(txId);
    else transactions.set(txId, { ...known, entries: undefined });
  }
  const proofs = await proveMissing(context, missing, scope);
  const digests = proofs.map(digestsOf);
  digests.forEach((proven, index) => {
    transactions.set(proven.header.id, { ...proven, entries: proofs[index]?.entries });
  });
  const judged = judge(transactions);
  // Only the newest can move the state: the others were checked against it, or against what is older.
  const [newest] = proofs;
  if (newest !== undefined) await settle(context, newest, scope);
  for (const proven of digests) context.cache.add(proven);
  return judged;
}

/**
 * The newest is checked against the trusted state, the others against the newest of both; all requests are sent
 * together.
 *
 * @returns newest first, not settled
 */
async function proveMissing(
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

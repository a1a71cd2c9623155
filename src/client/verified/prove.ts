// Proving transactions: one or many at once, at most one advance of the trusted state, and a memory of what is proven.

import type { LedgerState, ProvenEntries } from '../../proof/index.js';
import { concurrently } from '../concurrently.js';
import type { OperationOptions } from '../call-scope.js';
import type { VerifiedContext } from './context.js';
import type { ProvenDigests } from './proven-cache.js';
import { checkTx, requestTx } from './rpc.js';

/** Proofs under way at once for one operation: they share the server's slots with every writer of the database. */
const PROOFS_AT_ONCE = 16;

/** Proves one transaction and makes it part of the trusted history. */
export async function proveTx(
  context: VerifiedContext,
  txId: bigint,
  options: OperationOptions,
): Promise<ProvenEntries> {
  const since = context.keeper.head;
  const proven = await checkTx(context, txId, since, await requestTx(context, txId, since?.txId, options));
  await context.keeper.settle(proven);
  return proven;
}

/**
 * Proves several transactions. The newest is checked against the trusted state, the others against the newest of
 * both; all requests are sent together and nothing is released before all checks hold.
 *
 * @returns the digests of every transaction asked for
 */
export async function proveAll(
  context: VerifiedContext,
  txIds: ReadonlySet<bigint>,
  options: OperationOptions,
): Promise<ReadonlyMap<bigint, ProvenDigests>> {
  const known = new Map<bigint, ProvenDigests>();
  const missing: bigint[] = [];
  for (const txId of txIds) {
    const digests = context.cache.get(txId);
    if (digests === undefined) missing.push(txId);
    else known.set(txId, digests);
  }
  for (const proven of await proveMissing(context, missing, options)) {
    known.set(proven.header.id, context.cache.add(proven));
  }
  return known;
}

async function proveMissing(
  context: VerifiedContext,
  missing: readonly bigint[],
  options: OperationOptions,
): Promise<ProvenEntries[]> {
  const [newest, ...older] = [...missing].sort((a, b) => (a > b ? -1 : 1));
  if (newest === undefined) return [];
  const since = context.keeper.head;
  const moves = since === undefined || newest > since.txId;
  const anchorTxId = moves ? newest : since.txId;
  const newestProof = requestTx(context, newest, since?.txId, options).then((answer) =>
    checkTx(context, newest, since, answer),
  );
  const anchor: Promise<LedgerState> = moves
    ? newestProof.then((proven) => ({ txId: proven.header.id, alh: proven.alh }))
    : Promise.resolve(since);
  const [first, rest] = await Promise.all([
    newestProof,
    concurrently(older, PROOFS_AT_ONCE, async (txId) => {
      const answer = await requestTx(context, txId, anchorTxId, options);
      return checkTx(context, txId, await anchor, answer);
    }),
  ]);
  await context.keeper.settle(first);
  return [first, ...rest];
}

// A Merkle path: which write is meant, its transaction with proof, and the way from the one to the other.

import { verifyPath } from '../../proof/verify/verify-path.js';
import type { CallScope } from '../call-scope.js';
import type { VerifiedContext } from '../verified/context.js';
import { checkedRead } from '../verified/fail-over.js';
import { readOne } from '../verified/get.js';
import type { VerifiedOperation } from '../verified/operation.js';
import { digestsOf } from '../verified/proven-cache.js';
import { stateCopy } from '../verified/read-proof.js';
import { requestTx } from '../verified/rpc.js';
import { settle } from '../verified/settle.js';
import type { MerklePath } from './merkle-path.js';

/**
 * Proves a write of a key and lays its path open. The trusted state moves as with every verified read.
 *
 * @param key in memory that nobody changes
 * @param atTx the transaction that wrote it; undefined for the latest
 */
export function provePath(
  { context, scope }: VerifiedOperation,
  key: Uint8Array,
  atTx: bigint | undefined,
): Promise<MerklePath | undefined> {
  return checkedRead(context, 'proofs.merklePath', scope, async () => {
    const txId = atTx ?? (await latestWriteOf(context, key, scope));
    return txId === undefined ? undefined : pathIn(context, key, txId, scope);
  });
}

/** The transaction of the latest live write; where that is a reference, its own. */
async function latestWriteOf(
  context: VerifiedContext,
  key: Uint8Array,
  scope: CallScope,
): Promise<bigint | undefined> {
  const found = await readOne(context, { key }, scope);
  return found?.via?.txId ?? found?.txId;
}

async function pathIn(
  context: VerifiedContext,
  key: Uint8Array,
  txId: bigint,
  scope: CallScope,
): Promise<MerklePath | undefined> {
  const since = context.keeper.head;
  const answer = await requestTx(context, txId, since?.txId, scope);
  const proven = verifyPath({ key, txId }, answer, since, context.policy);
  await settle(context, proven, scope);
  context.cache.add(digestsOf(proven));
  const { path, trusted, state } = proven;
  if (path === undefined) return undefined;
  return { ...path, ...context.identity, checkedAgainst: stateCopy(trusted ?? state) };
}

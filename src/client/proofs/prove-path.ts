// A Merkle path: the write that is meant, its transaction with proof, and the way from the one to the other. One round trip.

import type { LedgerState, ProvenEntryPath } from '../../proof/index.js';
import { verifyEntry } from '../../proof/verify/verify-entry.js';
import { verifyPath } from '../../proof/verify/verify-path.js';
import type { CallScope } from '../call-scope.js';
import type { VerifiedContext } from '../verified/context.js';
import { checkedRead } from '../verified/fail-over.js';
import { assertNotStale } from '../verified/floors.js';
import { confirmAbsent } from '../verified/get.js';
import { hasExpired } from '../verified/member.js';
import type { VerifiedOperation } from '../verified/operation.js';
import { digestsOf } from '../verified/proven-cache.js';
import { stateCopy } from '../verified/read-proof.js';
import { requestEntry, requestTx } from '../verified/rpc.js';
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
  return checkedRead(context, 'proofs.merklePath', scope, () =>
    atTx === undefined ? pathOfLatest(context, key, scope) : pathAt(context, key, atTx, scope),
  );
}

/** By the whole transaction, which has what no get answers with: deletions, and what has expired or is not indexed. */
async function pathAt(
  context: VerifiedContext,
  key: Uint8Array,
  txId: bigint,
  scope: CallScope,
): Promise<MerklePath | undefined> {
  const since = context.keeper.head;
  const answer = await requestTx(context, txId, since?.txId, scope);
  return settled(context, verifyPath({ key, txId }, answer, since, context.policy), scope);
}

/** Of a reference, its own. */
async function pathOfLatest(
  context: VerifiedContext,
  key: Uint8Array,
  scope: CallScope,
): Promise<MerklePath | undefined> {
  const { keeper, floors, policy } = context;
  const since: LedgerState | undefined = keeper.head;
  const floor = floors.of(key);
  const answer = await requestEntry(context, { key }, since, scope);
  if (answer === undefined) return confirmAbsent(context, { key, atTx: undefined, floor, scope });
  const { header, metadata } = verifyEntry({ key }, answer, since, policy);
  assertNotStale(key, header.id, floor);
  const proven = verifyPath({ key, txId: header.id }, answer.verifiableTx, since, policy);
  const path = await settled(context, proven, scope);
  floors.raise(key, { txId: header.id, metadata });
  return hasExpired(metadata) ? undefined : path;
}

async function settled(
  context: VerifiedContext,
  proven: ProvenEntryPath,
  scope: CallScope,
): Promise<MerklePath | undefined> {
  await settle(context, proven, scope);
  context.cache.add(digestsOf(proven));
  const { path, trusted, state } = proven;
  if (path === undefined) return undefined;
  return { ...path, ...context.identity, checkedAgainst: stateCopy(trusted ?? state) };
}

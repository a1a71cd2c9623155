// What a replica proves above the trusted state stands on its word alone where no key is pinned: a copy with writes of its
// own proves them as well as the primary proves its own. There the primary has the last word, before anything moves.

import { equalBytes, toHex } from '../../bytes.js';
import { ImmuError, VerificationError } from '../../errors.js';
import type { ProvenEntries, ProvenTx } from '../../proof/index.js';
import { scopeOf } from '../call.js';
import type { CallScope } from '../call-scope.js';
import type { Replica } from '../servers/node.js';
import { routeOf } from '../servers/read-route.js';
import type { VerifiedContext } from './context.js';
import { checked } from './failures.js';
import { checkTx, requestTx } from './rpc.js';

/**
 * The replica whose word a result stands on alone.
 *
 * @returns undefined where it moves no state, a pinned key has signed it, or the primary answered
 */
export function unconfirmedBy(
  { policy }: VerifiedContext,
  { trusted, state }: ProvenTx,
  scope: CallScope,
): Replica | undefined {
  const replica = routeOf(scope)?.answeredBy;
  if (replica === undefined) return undefined;
  const moves = trusted === undefined || state.txId > trusted.txId;
  return moves && policy.keys === undefined ? replica : undefined;
}

/**
 * Has the primary prove the transaction that a replica proved.
 *
 * @param wait waits within the operation's time; the call is shared by all who wait for the same transaction
 * @returns the primary's proof
 * @throws VerificationError BINDING_MISMATCH where the primary does not have it, FORK_DETECTED where it has another: both name
 *   the replica
 */
export async function confirmed(
  context: VerifiedContext,
  offered: ProvenTx,
  { address }: Replica,
  wait: <T>(promise: Promise<T>) => Promise<T>,
): Promise<ProvenEntries> {
  const txId = offered.header.id;
  let proof: ProvenEntries;
  try {
    proof = await wait(proofAtPrimary(context, txId));
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'TX_NOT_FOUND') throw error;
    throw madeUp(offered, address, error);
  }
  if (!equalBytes(proof.alh, offered.alh)) throw fork(offered, proof, address);
  return proof;
}

function proofAtPrimary(context: VerifiedContext, txId: bigint): Promise<ProvenEntries> {
  const { confirmations } = context;
  const known = confirmations.get(txId);
  if (known !== undefined) return known;
  const proof = checked(context, 'settle', async () => {
    const scope = scopeOf(context.connection, 'VerifiableTxById', {});
    const since = context.keeper.head;
    return checkTx(context, txId, since, await requestTx(context, txId, since?.txId, scope));
  }).finally(() => confirmations.delete(txId));
  confirmations.set(txId, proof);
  return proof;
}

function madeUp({ header, alh, trusted }: ProvenTx, replica: string, cause: ImmuError): VerificationError {
  const txId = header.id;
  return new VerificationError(
    'BINDING_MISMATCH',
    `The replica at ${replica} answered from transaction ${String(txId)}, which the primary does not have. The answer is refused. ` +
      'Find out who writes to that replica, and take it out of `replicas` until then.',
    { cause, trusted, offered: { txId, alh }, evidence: header, details: { txId, replica } },
  );
}

function fork(offered: ProvenTx, { alh, trusted }: ProvenTx, replica: string): VerificationError {
  const txId = offered.header.id;
  return new VerificationError(
    'FORK_DETECTED',
    `The replica at ${replica} and the primary show two histories: transaction ${String(txId)} has hash ${toHex(offered.alh)} at the ` +
      `replica and ${toHex(alh)} at the primary. Keep the evidence and compare with other clients of this ledger.`,
    {
      trusted: trusted ?? { txId, alh },
      offered: { txId, alh: offered.alh },
      evidence: offered.header,
      details: { txId, replica },
    },
  );
}

// The trusted state against the server's newest: the audit step that needs no key.

import { equalBytes, toHex } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import type { CheckedState, LedgerState, ProvenTx } from '../../proof/index.js';
import { verifyState } from '../../proof/verify/verify-state.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { ImmutableState } from '../../wire/immudb/schema/state.js';
import { callService } from '../call.js';
import type { CallScope } from '../call-scope.js';
import { leftOf } from './bounds.js';
import type { VerifiedContext } from './context.js';
import { checked } from './failures.js';
import { stateCopy } from './read-proof.js';
import { checkTx, requestTx } from './rpc.js';
import { settle } from './settle.js';

/**
 * Asks the server for its newest state and proves that it continues the trusted one.
 *
 * @returns the trusted state afterwards; undefined while the database has no transaction at all
 * @throws VerificationError ROLLBACK_DETECTED if the server is behind, FORK_DETECTED if it shows another history
 */
export async function verifiedState(
  context: VerifiedContext,
  scope: CallScope,
): Promise<LedgerState | undefined> {
  return checked(context, 'verifiedState', async () => {
    // What the server must have is what was trusted when it was asked, not what other results added meanwhile.
    const since = context.keeper.head;
    const { currentState } = ImmuServiceDefinition.methods;
    const answer = await callService(
      context.connection,
      currentState,
      {},
      { ...leftOf(scope), kind: 'read' },
    );
    const offered = verifyState(answer, since, context.policy);
    if (offered.state.txId > (since?.txId ?? 0n)) await trust(context, answer, offered, scope);
    const settled = context.keeper.head;
    return settled === undefined ? undefined : stateCopy(settled);
  });
}

/** Proves that a newer state continues the trusted one. */
async function trust(
  context: VerifiedContext,
  answer: ImmutableState,
  offered: CheckedState,
  scope: CallScope,
): Promise<void> {
  const { txId } = offered.state;
  const since = context.keeper.head;
  const proven = checkTx(context, txId, since, await requestTx(context, txId, since?.txId, scope));
  if (!equalBytes(offered.state.alh, proven.alh)) throw twoHashes(answer, offered, proven);
  await settle(context, proven, scope);
}

/** One hash stated and another proven. Where both are signed, that is proof of two histories. */
function twoHashes(
  evidence: ImmutableState,
  { state: offered, signed }: CheckedState,
  { alh }: ProvenTx,
): VerificationError {
  const { txId } = offered;
  return new VerificationError(
    signed ? 'FORK_DETECTED' : 'BINDING_MISMATCH',
    `The server states transaction ${String(txId)} with hash ${toHex(offered.alh)} as its newest and proves it with hash ` +
      `${toHex(alh)}. Keep the evidence and compare with other clients of this ledger.`,
    { trusted: { txId, alh }, offered, evidence, details: { txId } },
  );
}

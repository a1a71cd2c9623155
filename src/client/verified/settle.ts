// Settling a proven result within the time of its operation. What a replica alone vouches for, the primary proves first.

import { ImmuError } from '../../errors.js';
import type { ProvenTx } from '../../proof/index.js';
import type { Flight } from '../../trust/settle-queue.js';
import { CallScope } from '../call-scope.js';
import { confirmed, unconfirmedBy } from './confirm.js';
import type { VerifiedContext } from './context.js';
import { checked } from './failures.js';

/** Closing the client does not end this wait: the answer is here already, and a write would seem lost. */
const NEVER = new AbortController().signal;

/**
 * Makes a proven result part of the trusted history.
 *
 * @param flight the operation it came from, if one was entered
 * @throws ImmuError ABORTED or DEADLINE_EXCEEDED if the operation's time ends first; settling itself goes on
 * @throws VerificationError FORK_DETECTED and others; BINDING_MISMATCH for what a replica has and the primary has not
 */
export async function settle(
  context: VerifiedContext,
  proven: ProvenTx,
  scope: CallScope,
  flight?: Flight,
): Promise<void> {
  const rest = new CallScope('settle', Math.max(1, scope.remainingMs), NEVER, scope.signal);
  const { keeper } = context;
  const replica = unconfirmedBy(context, proven, scope);
  try {
    if (replica === undefined) await rest.wait(keeper.settle(proven, flight));
    else {
      const proof = await confirmed(context, proven, replica, (answer) => rest.wait(answer));
      // What contradicts itself from here on is the primary.
      await rest.wait(checked(context, 'settle', () => keeper.settle(proof, flight)));
    }
  } catch (error) {
    if (!(error instanceof ImmuError) || error.details.rpc !== 'settle') throw error;
    throw unsettled(proven.header.id, error, scope);
  }
}

function unsettled(txId: bigint, { code, cause, retryable }: ImmuError, scope: CallScope): ImmuError {
  const why =
    code === 'ABORTED'
      ? "the operation was aborted by the caller's signal"
      : `the operation's ${scope.timeoutMs} ms were over`;
  return new ImmuError(
    code,
    `Transaction ${String(txId)} came with a valid proof, but ${why} before it was part of the trusted state. Nothing is returned.`,
    { cause, retryable, details: { txId, timeoutMs: scope.timeoutMs, executed: 'yes' } },
  );
}

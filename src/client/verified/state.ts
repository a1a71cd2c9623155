// The trusted state against the server's newest: the audit step that needs no key.

import { type LedgerState, verifyState } from '../../proof/index.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import type { OperationOptions } from '../call-scope.js';
import type { VerifiedContext } from './context.js';
import { checked } from './failures.js';
import { proveTx } from './prove.js';

/**
 * Asks the server for its newest state and proves that it continues the trusted one.
 *
 * @returns the trusted state afterwards; undefined while the database has no transaction at all
 * @throws VerificationError ROLLBACK_DETECTED if the server is behind, FORK_DETECTED if it shows another history
 */
export async function verifiedState(
  context: VerifiedContext,
  options: OperationOptions = {},
): Promise<LedgerState | undefined> {
  return checked(context, 'verifiedState', async () => {
    // What the server must have is what was trusted when it was asked, not what other results added meanwhile.
    const since = context.keeper.head;
    const { currentState } = ImmuServiceDefinition.methods;
    const answer = await callService(context.connection, currentState, {}, { ...options, kind: 'read' });
    const offered = verifyState(answer, since, context.policy);
    const head = context.keeper.head;
    if (offered.state.txId > (head?.txId ?? 0n)) await proveTx(context, offered.state.txId, options);
    const settled = context.keeper.head;
    return settled === undefined ? undefined : { txId: settled.txId, alh: settled.alh };
  });
}

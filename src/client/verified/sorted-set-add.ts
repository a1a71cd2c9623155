// Verified additions to sorted sets.

import { verifySortedSetAdd } from '../../proof/verify/verify-sorted-set.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import type { CallScope } from '../call-scope.js';
import type { MemberToAdd } from '../key-value/operations.js';
import { toWireMember } from '../key-value/sorted-sets.js';
import { type CommittedMember, committed, type VerifiedTransaction } from './committed.js';
import type { VerifiedContext } from './context.js';
import { checked } from './failures.js';
import { findAmongTransactions } from './find-write.js';
import { isMadeOf } from './made-of.js';
import type { OperationsRequest } from './operations-request.js';
import { writeProven } from './proven-write.js';

const { verifiableZAdd } = ImmuServiceDefinition.methods;

/**
 * Adds a member to a sorted set and proves that exactly it was committed.
 *
 * @param request of nothing but the member
 */
export function verifiedZAdd(
  context: VerifiedContext,
  request: OperationsRequest,
  scope: CallScope,
): Promise<VerifiedTransaction<CommittedMember>> {
  const [member] = request.operations as readonly [MemberToAdd];
  return checked(context, 'verifiedZAdd', async () => {
    const proven = await writeProven({
      name: 'verifiedZAdd',
      context,
      request,
      scope,
      look: findAmongTransactions((txId, transaction) => isMadeOf(request, txId, transaction)),
      send: async (since, left) => {
        const message = { zAddRequest: toWireMember(member), proveSinceTx: since?.txId ?? 0n };
        const options = { ...left, kind: 'proven-write', sinceTx: since?.txId } as const;
        const answer = await callService(context.connection, verifiableZAdd, message, options);
        const { set, score, key, atTx } = member;
        const added = { set, score, key, atTx: typeof atTx === 'bigint' ? atTx : 0n };
        return verifySortedSetAdd(added, answer, since, context.policy);
      },
    });
    return committed(context, request, proven) as VerifiedTransaction<CommittedMember>;
  });
}

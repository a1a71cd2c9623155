// Verified additions to sorted sets.

import { verifySortedSetAdd } from '../../proof/index.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import type { CallScope } from '../call-scope.js';
import { assertOperations } from '../key-value/operations.js';
import { toWireMember, type ZAddOptions } from '../key-value/sorted-sets.js';
import { type CommittedMember, committed, type VerifiedTransaction } from './committed.js';
import type { VerifiedContext } from './context.js';
import { checked } from './failures.js';
import { findAmongTransactions } from './find-write.js';
import { isMadeOf, operationsRequest } from './operations-request.js';
import { writeProven } from './proven-write.js';

/** A member to add. */
export interface MemberWrite extends Pick<ZAddOptions, 'atTx' | 'negativeScore'> {
  readonly set: Uint8Array;
  readonly score: number;
  readonly key: Uint8Array;
}

/**
 * Checks a member before anything is sent, and copies it.
 *
 * @returns what adds it and proves that exactly it was committed
 */
export function memberWrite({ set, score, key, atTx, negativeScore }: MemberWrite) {
  const member = { kind: 'zAdd', set, score, key, atTx, negativeScore } as const;
  assertOperations([member]);
  const request = operationsRequest([member], []);
  const [copy] = request.operations as readonly [typeof member];
  const { verifiableZAdd } = ImmuServiceDefinition.methods;

  return (context: VerifiedContext, scope: CallScope): Promise<VerifiedTransaction<CommittedMember>> =>
    checked(context, 'verifiedZAdd', async () => {
      const proven = await writeProven({
        name: 'verifiedZAdd',
        context,
        request,
        scope,
        look: findAmongTransactions((txId, transaction) => isMadeOf(request, txId, transaction)),
        send: async (since, left) => {
          const message = { zAddRequest: toWireMember(copy), proveSinceTx: since?.txId ?? 0n };
          const options = { ...left, kind: 'proven-write', sinceTx: since?.txId } as const;
          const answer = await callService(context.connection, verifiableZAdd, message, options);
          return verifySortedSetAdd({ ...copy, atTx: copy.atTx ?? 0n }, answer, since, context.policy);
        },
      });
      return committed(context, request, proven) as VerifiedTransaction<CommittedMember>;
    });
}

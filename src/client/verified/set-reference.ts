// Verified writes of references.

import { verifySetReference } from '../../proof/verify/verify-reference.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import type { CallScope } from '../call-scope.js';
import type { ReferenceToSet } from '../key-value/operations.js';
import { toWireReference } from '../key-value/references.js';
import { type CommittedReference, committed, type VerifiedTransaction } from './committed.js';
import type { VerifiedContext } from './context.js';
import { checked } from './failures.js';
import { findAmongTransactions } from './find-write.js';
import { isMadeOf } from './made-of.js';
import type { OperationsRequest } from './operations-request.js';
import { writeProven } from './proven-write.js';

const { verifiableSetReference } = ImmuServiceDefinition.methods;

/**
 * Writes a reference and proves that exactly it was committed.
 *
 * @param request of nothing but the reference
 */
export function verifiedSetReference(
  context: VerifiedContext,
  request: OperationsRequest,
  scope: CallScope,
): Promise<VerifiedTransaction<CommittedReference>> {
  const [reference] = request.operations as readonly [ReferenceToSet];
  return checked(context, 'verifiedSetReference', async () => {
    const proven = await writeProven({
      name: 'verifiedSetReference',
      context,
      request,
      scope,
      look: findAmongTransactions((txId, transaction) => isMadeOf(request, txId, transaction)),
      send: async (since, left) => {
        const message = {
          referenceRequest: toWireReference(reference, request.preconditions),
          proveSinceTx: since?.txId ?? 0n,
        };
        const options = { ...left, kind: 'proven-write', sinceTx: since?.txId } as const;
        const answer = await callService(context.connection, verifiableSetReference, message, options);
        const { key, referencedKey, atTx } = reference;
        const written = { key, referencedKey, atTx: typeof atTx === 'bigint' ? atTx : 0n };
        return verifySetReference(written, answer, since, context.policy);
      },
    });
    return committed(context, request, proven) as VerifiedTransaction<CommittedReference>;
  });
}

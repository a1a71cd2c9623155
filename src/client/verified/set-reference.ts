// Verified writes of references.

import { verifySetReference } from '../../proof/index.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import type { CallScope } from '../call-scope.js';
import { assertOperations } from '../key-value/operations.js';
import { type SetReferenceOptions, toWireReference } from '../key-value/references.js';
import { type CommittedReference, committed, type VerifiedTransaction } from './committed.js';
import type { VerifiedContext } from './context.js';
import { checked } from './failures.js';
import { findAmongTransactions } from './find-write.js';
import { isMadeOf, operationsRequest } from './operations-request.js';
import { writeProven } from './proven-write.js';

/** A reference to write, and under which conditions. */
export interface ReferenceWrite extends Pick<SetReferenceOptions, 'atTx' | 'preconditions'> {
  readonly key: Uint8Array;
  readonly referencedKey: Uint8Array;
}

/**
 * Checks a reference before anything is sent, and copies it.
 *
 * @returns what writes it and proves that exactly it was committed
 */
export function referenceWrite({ key, referencedKey, atTx, preconditions = [] }: ReferenceWrite) {
  const reference = { kind: 'setReference', key, referencedKey, atTx } as const;
  assertOperations([reference], preconditions);
  const request = operationsRequest([reference], preconditions);
  const [copy] = request.operations as readonly [typeof reference];
  const { verifiableSetReference } = ImmuServiceDefinition.methods;

  return (context: VerifiedContext, scope: CallScope): Promise<VerifiedTransaction<CommittedReference>> =>
    checked(context, 'verifiedSetReference', async () => {
      const proven = await writeProven({
        name: 'verifiedSetReference',
        context,
        request,
        scope,
        look: findAmongTransactions((txId, transaction) => isMadeOf(request, txId, transaction)),
        send: async (since, left) => {
          const message = {
            referenceRequest: toWireReference(copy, request.preconditions),
            proveSinceTx: since?.txId ?? 0n,
          };
          const options = { ...left, kind: 'proven-write', sinceTx: since?.txId } as const;
          const answer = await callService(context.connection, verifiableSetReference, message, options);
          return verifySetReference({ ...copy, atTx: copy.atTx ?? 0n }, answer, since, context.policy);
        },
      });
      return committed(context, request, proven) as VerifiedTransaction<CommittedReference>;
    });
}

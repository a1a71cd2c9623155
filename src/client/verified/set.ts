// Verified writes: one atomic transaction, proven to hold exactly what was asked for, and settled if its answer was lost.

import type { ProvenEntries } from '../../proof/index.js';
import { verifySet } from '../../proof/verify/verify-set.js';
import { SetRequest } from '../../wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { VerifiableSetRequest, type VerifiableTx } from '../../wire/immudb/schema/verifiable.js';
import { callService } from '../call.js';
import type { CallScope, OperationOptions } from '../call-scope.js';
import { type Precondition, toWireEntry, toWirePrecondition } from '../writes.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedWrite } from './evidence.js';
import { checked } from './failures.js';
import { writeProven } from './proven-write.js';
import { readProof, writtenIn } from './read-proof.js';
import type { WriteRequest } from './write-request.js';

/** Conditions and limits of a verified write. */
export interface VerifiedSetOptions extends OperationOptions {
  /** All must hold, or nothing is written. That the server evaluated them cannot be proven. */
  readonly preconditions?: readonly Precondition[];
}

/**
 * Writes entries in one transaction and proves that exactly these were committed.
 *
 * @throws ImmuError PRECONDITION_FAILED if a condition did not hold; nothing was written
 * @throws UnknownOutcomeError if the answer was lost and looking found no trace
 */
export async function verifiedSet(
  context: VerifiedContext,
  request: WriteRequest,
  scope: CallScope,
): Promise<VerifiedWrite> {
  return checked(context, 'verifiedSet', async () => {
    const proven = await writeProven({
      name: 'verifiedSet',
      context,
      request,
      scope,
      send: async (since, left) => {
        const answer = await send(context, request, since?.txId, left);
        return verifySet({ entries: request.entries }, answer, since, context.policy);
      },
    });
    return writeOf(context, request, proven);
  });
}

function send(
  context: VerifiedContext,
  { entries, preconditions }: WriteRequest,
  sinceTx: bigint | undefined,
  options: OperationOptions,
): Promise<VerifiableTx> {
  const { verifiableSet } = ImmuServiceDefinition.methods;
  const message = VerifiableSetRequest.create({
    setRequest: SetRequest.create({
      KVs: entries.map(toWireEntry),
      preconditions: preconditions.map(toWirePrecondition),
    }),
    proveSinceTx: sinceTx ?? 0n,
  });
  return callService(context.connection, verifiableSet, message, {
    ...options,
    kind: 'proven-write',
    sinceTx,
  });
}

function writeOf(context: VerifiedContext, request: WriteRequest, proven: ProvenEntries): VerifiedWrite {
  const { header } = proven;
  const checkedAgainst = proven.trusted ?? proven.state;
  const entries = request.entries.map((entry, index) => {
    const metadata = proven.entries[index]?.metadata;
    context.floors.raise(entry.key, { txId: header.id, metadata });
    return {
      key: entry.key,
      value: entry.value,
      metadata,
      txId: header.id,
      index,
      serverTime: header.ts,
      proof: readProof(context, proven, index, checkedAgainst),
    };
  });
  return { ...writtenIn(proven), entries };
}

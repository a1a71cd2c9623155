// Verified transactions of several operations. The server proves nothing of them by itself: the transaction it made is fetched
// with its proof, and must be exactly what was asked for.

import { ImmuError, UnknownOutcomeError, VerificationError } from '../../errors.js';
import type { LedgerState, ProvenEntries } from '../../proof/index.js';
import { verifyExecAll } from '../../proof/verify/verify-exec-all.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import type { CallScope, OperationOptions } from '../call-scope.js';
import { toWireExecAll } from '../key-value/exec-all.js';
import { committed, type VerifiedTransaction } from './committed.js';
import type { VerifiedContext } from './context.js';
import { checked } from './failures.js';
import { findAmongTransactions } from './find-write.js';
import { isMadeOf } from './made-of.js';
import type { OperationsRequest } from './operations-request.js';
import { writeProven } from './proven-write.js';
import { requestTx } from './rpc.js';

/** Executes operations in one transaction and proves that exactly they were committed. */
export function verifiedExecAll(
  context: VerifiedContext,
  request: OperationsRequest,
  scope: CallScope,
): Promise<VerifiedTransaction> {
  return checked(context, 'verifiedExecAll', async () => {
    const proven = await writeProven({
      name: 'verifiedExecAll',
      context,
      request,
      scope,
      // The server takes a place among its writes before it commits, and builds no proof in the same call.
      busyIsHarmless: true,
      look: findAmongTransactions((txId, transaction) => isMadeOf(request, txId, transaction)),
      send: async (since, left) => {
        const txId = await execute(context, request, left);
        return prove(context, request, txId, since?.txId ?? 0n, scope);
      },
    });
    return committed(context, request, proven);
  });
}

/** @returns the transaction the server says it made */
async function execute(
  { connection }: VerifiedContext,
  { operations, preconditions }: OperationsRequest,
  left: OperationOptions,
): Promise<bigint> {
  const { execAll } = ImmuServiceDefinition.methods;
  const message = toWireExecAll(operations, preconditions);
  // Its proof follows: until then, nothing but the server's word says what it did.
  return (await callService(connection, execAll, message, { ...left, kind: 'proven-write' })).id;
}

/** @param after the newest transaction known before the write was sent */
async function prove(
  context: VerifiedContext,
  { operations, description }: OperationsRequest,
  txId: bigint,
  after: bigint,
  scope: CallScope,
): Promise<ProvenEntries> {
  if (txId < 1n || txId >= 1n << 63n) throw noSuchTx(txId);
  const since: LedgerState | undefined = context.keeper.head;
  try {
    const answer = await requestTx(context, txId, since?.txId, scope);
    return verifyExecAll({ operations, txId, after }, answer, since, context.policy);
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    if (error.code === 'TX_NOT_FOUND') throw noSuchTx(txId, error);
    if (error.code === 'ABORTED' || error.code === 'TRUST_LATCHED') throw error;
    throw new UnknownOutcomeError(
      `${description ?? 'The write'}: the server says it was committed in transaction ${String(txId)}, but the proof of it could ` +
        `not be fetched. Do not write again: prove that transaction first. ${error.message}`,
      // No `reason`: what kept the proof from coming says nothing about the write, which must not be made again for it.
      { cause: error, details: { txId } },
    );
  }
}

function noSuchTx(txId: bigint, cause?: ImmuError): VerificationError {
  return new VerificationError(
    'BINDING_MISMATCH',
    `The server answered a write with transaction ${String(txId)} and then had none with that id. The answer is refused.`,
    { cause, details: { txId } },
  );
}

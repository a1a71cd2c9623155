// Verified writes: one atomic transaction, proven to hold exactly what was asked for, and settled if its answer was lost.

import { ImmuError, UnknownOutcomeError, VerificationError } from '../../errors.js';
import { type LedgerState, type ProvenEntries, verifySet } from '../../proof/index.js';
import type { Flight } from '../../trust/settle-queue.js';
import { SetRequest } from '../../wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { VerifiableSetRequest, type VerifiableTx } from '../../wire/immudb/schema/verifiable.js';
import { Backoff } from '../backoff.js';
import { callService, inTurn } from '../call.js';
import type { CallScope, OperationOptions } from '../call-scope.js';
import { type Precondition, toWireEntry, toWirePrecondition } from '../writes.js';
import { leftForSending } from './bounds.js';
import type { VerifiedContext } from './context.js';
import { digestsOf } from './proven-cache.js';
import type { VerifiedWrite } from './evidence.js';
import { checked } from './failures.js';
import { readProof } from './read-proof.js';
import { settle } from './settle.js';
import { isOutcomeUnknown, type SentWrite, settleOutcome } from './unknown-outcome.js';
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
    const write: SentWrite = { context, request, baseline: context.keeper.head?.txId ?? 0n, scope };
    const proven = await writeAndSettle(write);
    context.cache.add(digestsOf(proven));
    return writeOf(context, request, proven);
  });
}

async function writeAndSettle(write: SentWrite): Promise<ProvenEntries> {
  try {
    return await writeOnce(write);
  } catch (error) {
    if (!isOutcomeUnknown(error) || isCommitted(error)) throw error;
    return settleOutcome(write, error, () => writeOnce(write));
  }
}

/** Sends the write once. Its proof has settled when this returns. */
async function writeOnce(write: SentWrite): Promise<ProvenEntries> {
  const { context, scope } = write;
  let flight: Flight | undefined;
  try {
    const proven = await inTurn(context.connection, 'verifiedSet', leftForSending(scope), async (left) => {
      // The state to prove against is the one trusted now, not the one trusted before waiting for the turn.
      const since = context.keeper.head;
      flight = context.keeper.enter();
      return sendAndClaim(write, since, left);
    });
    await settleCommitted(write, proven, flight);
    return proven;
  } finally {
    flight?.end();
  }
}

/** Sends the write and checks that the answer is a transaction of its own. */
async function sendAndClaim(
  { context, request }: SentWrite,
  since: LedgerState | undefined,
  left: OperationOptions,
): Promise<ProvenEntries> {
  const answered = context.claims.sending(request);
  try {
    const answer = await send(context, request, since?.txId, left);
    const proven = verifySet({ entries: request.entries }, answer, since, context.policy);
    if (!context.claims.claim(proven.header.id, request)) throw alreadyAnother(proven.header.id);
    return proven;
  } finally {
    answered();
  }
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

/** The write is committed: what keeps it from settling must not look as if it could be made again. */
async function settleCommitted(
  { context, scope }: SentWrite,
  proven: ProvenEntries,
  flight: Flight | undefined,
): Promise<void> {
  const backoff = new Backoff(scope);
  for (;;) {
    try {
      await settle(context, proven, scope, flight);
      return;
    } catch (error) {
      if (!(error instanceof ImmuError) || error.code === 'TRUST_LATCHED' || error.code === 'ABORTED')
        throw error;
      if (!error.retryable || !(await backoff.wait())) throw unsettled(proven.header.id, error);
    }
  }
}

function unsettled(txId: bigint, cause: ImmuError): UnknownOutcomeError {
  return new UnknownOutcomeError(
    `The write was committed in transaction ${String(txId)}, with a valid proof, but that transaction could not be made part ` +
      `of the trusted state. Do not write again: read it once this is repaired. ${cause.message}`,
    { cause, details: { txId, reason: cause.code, executed: 'yes' } },
  );
}

function isCommitted(error: ImmuError): boolean {
  return error.details.executed === 'yes';
}

/** One transaction is one write: answering two with it would hide that the second was never made. */
function alreadyAnother(txId: bigint): VerificationError {
  return new VerificationError(
    'BINDING_MISMATCH',
    `The server answered a write with transaction ${String(txId)}, which was shown to be another write of this client.`,
    { details: { txId } },
  );
}

function writeOf(context: VerifiedContext, request: WriteRequest, proven: ProvenEntries): VerifiedWrite {
  const { header, alh } = proven;
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
  return { txId: header.id, alh: new Uint8Array(alh), serverTime: header.ts, entries };
}

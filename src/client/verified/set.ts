// Verified writes: one atomic transaction, proven to hold exactly what was asked for, and settled if its answer was lost.

import { type ProvenEntries, verifySet } from '../../proof/index.js';
import type { Flight } from '../../trust/settle-queue.js';
import { SetRequest } from '../../wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { VerifiableSetRequest, type VerifiableTx } from '../../wire/immudb/schema/verifiable.js';
import { callService, inTurn } from '../call.js';
import type { OperationOptions } from '../call-scope.js';
import {
  assertWritable,
  type EntryToWrite,
  type Precondition,
  toWireEntry,
  toWirePrecondition,
} from '../writes.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedWrite } from './evidence.js';
import { checked } from './failures.js';
import { isOutcomeUnknown, settleOutcome } from './unknown-outcome.js';
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
  entries: readonly EntryToWrite[],
  options: VerifiedSetOptions = {},
): Promise<VerifiedWrite> {
  const request: WriteRequest = { entries, preconditions: options.preconditions ?? [] };
  assertWritable(request.entries, request.preconditions);
  return checked(context, 'verifiedSet', async () => {
    const baseline = context.keeper.head?.txId ?? 0n;
    let proven: ProvenEntries;
    try {
      proven = await writeOnce(context, request, options);
    } catch (error) {
      if (!isOutcomeUnknown(error)) throw error;
      proven = await settleOutcome(context, request, baseline, error, options, writeOnce);
    }
    context.cache.add(proven);
    return writeOf(context, request, proven);
  });
}

/** Sends the write once. Its proof has settled when this returns. */
async function writeOnce(
  context: VerifiedContext,
  request: WriteRequest,
  options: OperationOptions,
): Promise<ProvenEntries> {
  let flight: Flight | undefined;
  try {
    const proven = await inTurn(context.connection, 'verifiedSet', options, async (left) => {
      // The state to prove against is the one trusted now, not the one trusted before waiting for the turn.
      const since = context.keeper.head;
      flight = context.keeper.enter();
      const answer = await send(context, request, since?.txId, left);
      return verifySet({ entries: request.entries }, answer, since, context.policy);
    });
    await context.keeper.settle(proven, flight);
    return proven;
  } finally {
    flight?.end();
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
      proof: { ...context.identity, txId: header.id, alh, index, checkedAgainst },
    };
  });
  return { txId: header.id, alh, serverTime: header.ts, entries };
}

// The way of every verified write: in its turn, proven to be a transaction of its own, settled where its answer was lost, and
// part of the trusted history before anything is returned.

import { ImmuError, UnknownOutcomeError, VerificationError } from '../../errors.js';
import type { LedgerState, ProvenEntries } from '../../proof/index.js';
import type { Flight } from '../../trust/settle-queue.js';
import { Backoff } from '../backoff.js';
import { inTurn } from '../call.js';
import type { CallScope, OperationOptions } from '../call-scope.js';
import { leftForSending } from './bounds.js';
import type { VerifiedContext } from './context.js';
import { digestsOf } from './proven-cache.js';
import { settle } from './settle.js';
import { isOutcomeUnknown, type SentWrite, settleOutcome } from './unknown-outcome.js';
import type { WriteRequest } from './write-request.js';

/** A verified write. */
export interface ProvenWrite {
  /** The operation's name, for errors. */
  readonly name: string;
  readonly context: VerifiedContext;
  readonly request: WriteRequest;
  /** The bounds of the whole operation. */
  readonly scope: CallScope;
  /**
   * Sends the write once, and checks the answer.
   *
   * @param since the state trusted now: the write's transaction is a later one
   * @throws ImmuError UNKNOWN_OUTCOME if it may have been committed
   */
  readonly send: (since: LedgerState | undefined, left: OperationOptions) => Promise<ProvenEntries>;
  /** Finds its transaction if the answer is lost. Default: by the history of its first key. */
  readonly look?: SentWrite['look'];
  /** Whether a server that is busy has done nothing: where the proof is not built by the same call. Default false. */
  readonly busyIsHarmless?: boolean;
}

/**
 * Makes a verified write.
 *
 * @returns the transaction, part of the trusted history
 * @throws ImmuError PRECONDITION_FAILED and others: nothing was written
 * @throws UnknownOutcomeError if the answer was lost and looking found no trace
 */
export async function writeProven(write: ProvenWrite): Promise<ProvenEntries> {
  const proven = await writeWhenFree(write);
  write.context.cache.add(digestsOf(proven));
  return proven;
}

async function writeWhenFree(write: ProvenWrite): Promise<ProvenEntries> {
  const { context, request, scope, look } = write;
  const baseline = context.keeper.head?.txId ?? 0n;
  const backoff = new Backoff(scope);
  for (;;) {
    try {
      return await writeOnce(write);
    } catch (error) {
      if (!isOutcomeUnknown(error) || isCommitted(error)) throw error;
      const busy = write.busyIsHarmless === true ? busyOf(error) : undefined;
      if (busy === undefined) {
        const sent: SentWrite = {
          context,
          request,
          baseline,
          scope,
          ...(look === undefined ? {} : { look }),
        };
        return settleOutcome(sent, error, () => writeOnce(write));
      }
      if (!(await backoff.wait())) throw busy;
    }
  }
}

/** The refusal behind an outcome that is called unknown, where it is one. */
function busyOf({ details, cause }: ImmuError): ImmuError | undefined {
  return details.reason === 'SERVER_BUSY' && cause instanceof ImmuError ? cause : undefined;
}

/** Sends the write once. Its proof has settled when this returns. */
async function writeOnce(write: ProvenWrite): Promise<ProvenEntries> {
  const { context, name, scope } = write;
  let flight: Flight | undefined;
  try {
    const proven = await inTurn(context.connection, name, leftForSending(scope), async (left) => {
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
  { context, request, send }: ProvenWrite,
  since: LedgerState | undefined,
  left: OperationOptions,
): Promise<ProvenEntries> {
  const answered = context.claims.sending(request);
  try {
    const proven = await send(since, left);
    claimOwn(context, request, proven);
    return proven;
  } finally {
    answered();
  }
}

/**
 * Notes that a transaction is this write. One transaction is one write: answering two with it would hide that the second was
 * never made.
 *
 * @throws VerificationError BINDING_MISMATCH if it is another one's already
 */
export function claimOwn(context: VerifiedContext, request: WriteRequest, { header }: ProvenEntries): void {
  if (context.claims.claim(header.id, request)) return;
  throw new VerificationError(
    'BINDING_MISMATCH',
    `The server answered a write with transaction ${String(header.id)}, which was shown to be another write of this client.`,
    { details: { txId: header.id } },
  );
}

/**
 * Makes a write part of the trusted history. It is committed: what keeps it from settling must not look as if it could be made
 * again.
 *
 * @throws UnknownOutcomeError that says so · ImmuError TRUST_LATCHED, ABORTED
 */
export async function settleCommitted(
  { context, scope }: Pick<ProvenWrite, 'context' | 'scope'>,
  proven: ProvenEntries,
  flight?: Flight,
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

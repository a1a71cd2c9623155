// What a failed check means for the ledger: a fork latches it, a replaced server is named as such, and a server
// that is behind the trusted state is asked once how far it is.

import {
  ImmuError,
  UnknownOutcomeError,
  VerificationError,
  type VerificationErrorCode,
} from '../../errors.js';
import { verifyState } from '../../proof/verify/verify-state.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import { OPERATIONS, traced } from '../telemetry/channels.js';
import { serverNameOf, type VerifiedContext } from './context.js';

/** Failures that a different server behind the same address would cause as well. */
const ALSO_OF_ANOTHER_SERVER: ReadonlySet<VerificationErrorCode> = new Set([
  'PROOF_INVALID',
  'FORK_DETECTED',
  'ROLLBACK_DETECTED',
  'SIGNATURE_INVALID',
  'SIGNATURE_MISSING',
  'STALE_READ',
  'OMISSION_DETECTED',
]);

/** How long the server may take to say how far it is, in milliseconds: the operation has failed already. */
const EXPLANATION_TIMEOUT_MS = 5_000;

/** Errors looked into, and what they were found to mean, so that all operations they end tell of them once. */
const diagnosed = new WeakMap<object, Promise<unknown>>();

/** Whether an operation looked into this error already. */
export function isDiagnosed(error: object): boolean {
  return diagnosed.has(error);
}

/**
 * Runs a verified operation and turns its failure into what it means for this ledger.
 *
 * @param operation its name, for the event
 */
export async function checked<T>(
  context: VerifiedContext,
  operation: string,
  run: () => T | Promise<T>,
): Promise<T> {
  context.keeper.assertUsable();
  const { ledgerId, database } = context.identity;
  return traced(
    OPERATIONS,
    () => ({ operation, database, ledgerId }),
    () => explained(context, operation, run),
  );
}

async function explained<T>(
  context: VerifiedContext,
  operation: string,
  run: () => T | Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    let meant = diagnosed.get(error);
    if (meant === undefined) {
      meant = diagnose(context, operation, error);
      diagnosed.set(error, meant);
    }
    throw await meant;
  }
}

/** `undefined` where the server answers that the key was not found. */
export async function absentIfNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'KEY_NOT_FOUND') return undefined;
    throw error;
  }
}

async function diagnose(context: VerifiedContext, operation: string, error: Error): Promise<unknown> {
  const meant = (await explainServerBehind(context, error)) ?? error;
  if (!(meant instanceof VerificationError)) return meant;
  const failure = asAnotherServer(context, meant);
  // Before it reaches the others that wait: a latch ends them all by this error.
  diagnosed.set(failure, Promise.resolve(failure));
  if (failure.code === 'FORK_DETECTED') await context.keeper.latch(failure);
  context.events.emit('tampered', { operation, error: failure });
  return failure;
}

/** A server that does not have the state we trust was rolled back, or is another one: its own state tells. */
async function explainServerBehind(
  context: VerifiedContext,
  error: unknown,
): Promise<VerificationError | undefined> {
  const isAbout = error instanceof VerificationError || error instanceof UnknownOutcomeError;
  const told = isAbout ? error.cause : error;
  if (!(told instanceof ImmuError)) return undefined;
  if (told.code !== 'SERVER_BEHIND' && told.code !== 'TX_NOT_FOUND') return undefined;
  const trusted = context.keeper.head;
  const { connection, policy } = context;
  const timeoutMs = Math.min(EXPLANATION_TIMEOUT_MS, connection.options.timeoutMs);
  try {
    const { currentState } = ImmuServiceDefinition.methods;
    const answer = await callService(connection, currentState, {}, { timeoutMs, kind: 'read' });
    verifyState(answer, trusted, policy);
  } catch (found) {
    if (found instanceof VerificationError) return found;
  }
  return undefined;
}

/** Where the server's own name changed as well, it is more likely another server than a tampered one. */
function asAnotherServer(context: VerifiedContext, error: VerificationError): VerificationError {
  // A replica has a name of its own: the primary's tells nothing of it.
  if (error.details.replica !== undefined) return error;
  const known = context.keeper.record?.serverUuid;
  const found = serverNameOf(context.connection);
  if (known === undefined || found === undefined || known === found) return error;
  if (!ALSO_OF_ANOTHER_SERVER.has(error.code)) return error;
  return new VerificationError(
    'SERVER_IDENTITY_CHANGED',
    `The server at ${context.connection.address} calls itself ${found}, the one this ledger was trusted on is ${known}, and ` +
      `the new one cannot show the history trusted here (${error.code}). If it replaces the old one on purpose, restore the ` +
      'same history there first; if it holds another ledger, give this connection a `ledgerId` of its own.',
    {
      cause: error,
      trusted: error.trusted ?? context.keeper.head,
      offered: error.offered,
      details: { knownUuid: known, foundUuid: found },
    },
  );
}

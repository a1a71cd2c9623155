// A read at a replica. It must have what is known here already; and what it does not answer is asked of the primary,
// which tells whether the replica was only behind.

import { ImmuError, type ImmuErrorCode } from '../../errors.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { sendTo, type Call, type Outcome } from '../attempt.js';
import { CallScope } from '../call-scope.js';
import type { Connection } from '../connection.js';
import type { Replica } from './node.js';
import type { ReadRoute } from './read-route.js';
import { unaryMethod } from '../rpc.js';
import type { FailedAttempt } from '../rpc-error.js';

/** How long a replica may take, in milliseconds, and never more than half of the time: the rest is the primary's. */
const LONGEST_MS = 5_000;

/** Errors that are the caller's own doing: no other server is asked. */
const OVER: ReadonlySet<ImmuErrorCode> = new Set(['ABORTED', 'CLOSED']);
/** What a replica says of something the primary may have. */
const MISSING: ReadonlySet<ImmuErrorCode> = new Set(['SERVER_BEHIND', 'TX_NOT_FOUND', 'KEY_NOT_FOUND']);

const CURRENT_STATE = unaryMethod(ImmuServiceDefinition.methods.currentState);

/** Makes a read on its way: at the replica, if it takes one, and at the primary where that does not answer. */
export async function sendOn<Req, Res>(call: Call<Req, Res>, route: ReadRoute): Promise<Outcome<Res>> {
  const { replica } = route;
  if (replica === undefined || route.node !== replica) return sendTo(call, call.connection.primary);
  const outcome = await tryReplica(call, route, replica);
  if ('message' in outcome) {
    replica.answered();
    route.answered();
    return outcome;
  }
  if (OVER.has(outcome.error.code)) return outcome;
  route.toPrimary();
  const answer = await sendTo(call, call.connection.primary);
  judge(call, replica, outcome.error, 'message' in answer);
  return answer;
}

/** Tells that a replica lacks what it should have, and spares it for a while. @param operation what was asked of it */
export function tellBehind(
  { events }: Pick<Connection, 'events'>,
  replica: Replica,
  operation: string,
  error: Error,
): void {
  replica.rest();
  events.emit('replica-behind', { address: replica.address, operation, error });
}

async function tryReplica<Req, Res>(
  whole: Call<Req, Res>,
  route: ReadRoute,
  replica: Replica,
): Promise<Outcome<Res>> {
  const { connection, options, scope, site } = whole;
  scope.throwIfOver();
  const timeoutMs = Math.max(0.001, Math.min(LONGEST_MS, scope.remainingMs / 2));
  const call = { ...whole, scope: new CallScope(site.rpc, timeoutMs, connection.closing, options.signal) };
  try {
    const behind = await findBehind(call, route, replica);
    return behind ?? (await sendTo(call, replica));
  } catch (error) {
    if (error instanceof ImmuError) return { error, executed: 'no' };
    throw error;
  }
}

/** @returns why the replica cannot be asked: it does not have the newest transaction known here, or does not say */
async function findBehind<Req, Res>(
  call: Call<Req, Res>,
  { floor }: ReadRoute,
  replica: Replica,
): Promise<FailedAttempt | undefined> {
  if (replica.has(floor)) return undefined;
  const told = await sendTo({ ...call, method: CURRENT_STATE, request: {} }, replica);
  if ('error' in told) return told;
  replica.noteState(told.message.txId);
  if (replica.has(floor)) return undefined;
  const { rpc, database } = call.site;
  const error = new ImmuError(
    'SERVER_BEHIND',
    `${rpc}: the replica at ${replica.address} has database "${database}" up to transaction ${String(told.message.txId)} only, ` +
      `and transaction ${String(floor)} is known here.`,
    { retryable: true, details: { rpc, address: replica.address, database, sinceTx: floor } },
  );
  return { error, executed: 'no' };
}

/** What it says of a replica that the primary was asked instead. */
function judge<Req, Res>(
  call: Call<Req, Res>,
  replica: Replica,
  error: ImmuError,
  primaryAnswered: boolean,
): void {
  if (MISSING.has(error.code)) {
    // What the primary does not have either is nothing to be behind with.
    if (primaryAnswered) tellBehind(call.connection, replica, call.site.rpc, error);
    return;
  }
  const { rpc } = call.site;
  call.connection.events.emit('retry', { rpc, address: replica.address, attempts: 1, code: error.code });
  // A lost session is opened again with the next read, and what the circuit refuses it will let through in time.
  if (error.code !== 'SESSION_EXPIRED' && error.details.circuit === undefined) replica.rest();
}

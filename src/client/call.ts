// The one way to make a call: session, deadline, cap on writes, and what to do when it fails. A request is made again
// only where making it twice cannot be seen: it never arrived, was refused before anything was done, or only reads.

import { ImmuError } from '../errors.js';
import {
  sendTo,
  siteOf,
  unlessLate,
  type Call,
  type CallKind,
  type Outcome,
  type ServiceCallOptions,
} from './attempt.js';
import { Backoff } from './backoff.js';
import { CallScope, type OperationOptions } from './call-scope.js';
import type { Connection } from './connection.js';
import { sendOn } from './servers/replica-read.js';
import { unaryMethod, type MethodDefinition } from './rpc.js';
import { unknownOutcome, type CallSite, type FailedAttempt } from './rpc-error.js';
import { CALLS, traced, type CallTrace } from './telemetry/channels.js';

export { siteOf, type CallKind, type ServiceCallOptions } from './attempt.js';

/** What is told of a call to those who trace. */
export function traceOf({ rpc, database, address }: CallSite, kind: string): CallTrace {
  return { rpc, kind, database, address };
}

/**
 * The bounds of an operation of several calls.
 *
 * @param name the operation's, for errors
 */
export function scopeOf(connection: Connection, name: string, options: OperationOptions): CallScope {
  const { timeoutMs = connection.options.timeoutMs, signal } = options;
  return new CallScope(name, timeoutMs, connection.closing, signal);
}

/**
 * Makes a call and returns its answer.
 *
 * @param method of the generated definitions: `ImmuServiceDefinition.methods.get`
 * @throws ImmuError with a code of server-errors.ts; `retryable` says whether the same call may succeed later
 * @throws UnknownOutcomeError where a write may have been committed
 */
export async function callService<Req, Res>(
  connection: Connection,
  method: MethodDefinition<Req, Res>,
  request: Req,
  options: ServiceCallOptions,
): Promise<Res> {
  const site = siteOf(connection, method.name, options);
  const scope = scopeOf(connection, method.name, options);
  scope.throwIfOver();
  const call = { connection, method: unaryMethod(method), request, options, scope, site };
  return connection.track(
    traced(
      CALLS,
      () => traceOf(site, options.kind),
      (trace) => repeat(call, trace),
    ),
  );
}

/**
 * Waits for a turn among the writes of the database, then does one write, which may be several calls.
 *
 * @param write is given what is left of the time
 * @throws what `write` throws · ImmuError ABORTED, CLOSED or DEADLINE_EXCEEDED while it waits: nothing was sent
 */
export async function inTurn<T>(
  connection: Connection,
  name: string,
  options: OperationOptions,
  write: (left: OperationOptions) => Promise<T>,
): Promise<T> {
  const scope = scopeOf(connection, name, options);
  const endTurn = await connection.gate.enter(scope);
  let refused = false;
  try {
    return await write({ signal: options.signal, timeoutMs: Math.max(1, scope.remainingMs) });
  } catch (error) {
    refused = error instanceof ImmuError && (error.details.reason ?? error.code) === 'SERVER_BUSY';
    throw error;
  } finally {
    endTurn(refused);
  }
}

async function repeat<Req, Res>(call: Call<Req, Res>, trace: CallTrace | undefined): Promise<Res> {
  const backoff = new Backoff(call.scope);
  let sessionRefused = false;
  let failed: FailedAttempt | undefined;
  for (let attempts = 1; ; attempts++) {
    const outcome = await unlessLate(failed, () => sendInTurn(call));
    if (trace !== undefined) trace.attempts = attempts;
    if ('message' in outcome) return outcome.message;
    if (outcome === failed) throw finalError(failed, call, attempts - 1);
    failed = outcome;
    const isExpired = failed.error.code === 'SESSION_EXPIRED';
    // That it did nothing only the server says: what is proven is looked for before it is made again.
    if (isExpired && call.options.kind === 'proven-write') throw unknownOutcome(failed.error, call.site);
    // A session that was opened for this very call and is unknown again will not become known by opening more.
    if (isExpired && !sessionRefused && call.options.headers === undefined) {
      sessionRefused = true;
      continue;
    }
    sessionRefused = false;
    if (!mayRepeat(failed, call.options.kind) || !(await mayWait(call, backoff))) {
      throw finalError(failed, call, attempts);
    }
    const { rpc, address } = call.site;
    call.connection.events.emit('retry', { rpc, address, attempts, code: failed.error.code });
  }
}

/** Waits before another attempt. @returns false where there is no time for it, or no place to wait */
async function mayWait<Req, Res>({ connection }: Call<Req, Res>, backoff: Backoff): Promise<boolean> {
  try {
    return await connection.queue.hold('another attempt', () => backoff.wait());
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'QUEUE_FULL') return false;
    throw error;
  }
}

async function sendInTurn<Req, Res>(call: Call<Req, Res>): Promise<Outcome<Res>> {
  if (call.options.kind !== 'write') return send(call);
  const endTurn = await call.connection.gate.enter(call.scope);
  let refused = false;
  try {
    const outcome = await send(call);
    refused = 'error' in outcome && outcome.error.code === 'SERVER_BUSY';
    return outcome;
  } finally {
    endTurn(refused);
  }
}

function send<Req, Res>(call: Call<Req, Res>): Promise<Outcome<Res>> {
  const { connection, options } = call;
  const route = options.route ?? (options.spread === true ? connection.readRoute() : undefined);
  return route === undefined ? sendTo(call, connection.primary) : sendOn(call, route);
}

/** Whether the same request may be sent again without anybody being able to tell. */
function mayRepeat({ error, executed }: FailedAttempt, kind: CallKind): boolean {
  if (error.code !== 'UNREACHABLE' && error.code !== 'SERVER_BUSY') return false;
  // The server has been away for so long that who calls is to be told.
  if (error.details.circuit !== undefined) return false;
  return kind === 'read' || !isUncertain(executed, kind);
}

function isUncertain(executed: FailedAttempt['executed'], kind: CallKind): boolean {
  return executed === 'maybe' || (executed === 'maybe-if-proven' && kind !== 'write');
}

function finalError<Req, Res>(failed: FailedAttempt, call: Call<Req, Res>, attempts: number): ImmuError {
  const { error, executed } = failed;
  const { kind } = call.options;
  // The caller who aborts was told that it may have taken effect, and looks for ABORTED.
  const certain = kind === 'read' || error.code === 'ABORTED' || !isUncertain(executed, kind);
  // An error nobody knows may come after the commit of a write. What a control call answers is told as it is.
  if (certain || (kind === 'control' && error.code === 'SERVER_ERROR')) return withAttempts(error, attempts);
  return unknownOutcome(error, call.site);
}

function withAttempts(error: ImmuError, attempts: number): ImmuError {
  if (attempts === 1) return error;
  const { code, message, retryable, cause, details } = error;
  return new ImmuError(code, `${message} (${attempts} attempts)`, {
    retryable,
    cause,
    details: { ...details, attempts },
  });
}

// The one way to make a call: session, deadline, cap on writes, and what to do when it fails. A request is made again
// only where making it twice cannot be seen: it never arrived, was refused before anything was done, or only reads.

import { ImmuError } from '../errors.js';
import { Backoff } from './backoff.js';
import { CallScope, isLate, type OperationOptions } from './call-scope.js';
import type { Connection } from './connection.js';
import type { AuthHeaders } from './login.js';
import { unaryMethod, type MethodDefinition } from './rpc.js';
import { failedAttempt, unknownOutcome, type CallSite, type FailedAttempt } from './rpc-error.js';
import { CALLS, traced, type CallTrace } from './telemetry/channels.js';
import { RpcFailure, type UnaryMethod } from './transport.js';

/**
 * What a call does, which decides when it may be made again.
 *
 * - `read`: changes nothing
 * - `write`: commits one transaction, and nothing when the server says it is busy; waits for its turn by itself
 * - `proven-write`: commits, then builds a proof: it may have committed when the server says it is busy. Its request
 *   names a trusted state, so whoever builds it waits for the turn first: {@link inTurn}
 * - `control`: changes something else than data: databases, users
 */
export type CallKind = 'read' | 'write' | 'proven-write' | 'control';

/** How a call is to be made. */
export interface ServiceCallOptions extends OperationOptions {
  readonly kind: CallKind;
  /** False for the calls that need no session: health and server info. Default true. */
  readonly authenticated?: boolean;
  /** The transaction the request wants the server to have (sinceTx, proveSinceTx), to be named when it has not. */
  readonly sinceTx?: bigint | undefined;
  /**
   * The headers to call with instead of the connection's own: for what lives in one session of the server and ends with
   * it. A lost session is then not replaced by another. Secrets.
   */
  readonly headers?: AuthHeaders;
  /** The database the call is about, for errors. Default: the connection's. */
  readonly database?: string;
}

/** One call with its bounds: what all its attempts share. */
interface Call<Req, Res> {
  readonly connection: Connection;
  readonly method: UnaryMethod<Req, Res>;
  readonly request: Req;
  readonly options: ServiceCallOptions;
  readonly scope: CallScope;
  readonly site: CallSite;
}

/** What errors say of a call of `rpc`. */
export function siteOf(
  connection: Connection,
  rpc: string,
  { database, sinceTx }: Pick<ServiceCallOptions, 'database' | 'sinceTx'>,
): CallSite {
  const { options, transport } = connection;
  return {
    rpc,
    address: transport.address,
    database: database ?? connection.database,
    user: options.credentials.user,
    tls: options.tls,
    sinceTx,
  };
}

/** What is told of a call to those who trace. */
export function traceOf({ rpc, database, address }: CallSite, kind: string): CallTrace {
  return { rpc, kind, database, address };
}

/** What an attempt came to. */
type Outcome<Res> = { readonly message: Res } | FailedAttempt;

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
    const outcome = await attempt(call, failed);
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
    if (!mayRepeat(failed, call.options.kind) || !(await backoff.wait())) {
      throw finalError(failed, call, attempts);
    }
  }
}

/** Running out of time before another attempt is sent is no news: what failed `before` is, and is returned again. */
async function attempt<Req, Res>(
  call: Call<Req, Res>,
  before: FailedAttempt | undefined,
): Promise<Outcome<Res>> {
  try {
    const outcome = await sendInTurn(call);
    return before !== undefined && 'error' in outcome && isLate(outcome.error) ? before : outcome;
  } catch (error) {
    if (before !== undefined && isLate(error)) return before;
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

async function send<Req, Res>(call: Call<Req, Res>): Promise<Outcome<Res>> {
  const { connection, method, request, options, scope, site } = call;
  const { session, transport } = connection;
  let metadata: AuthHeaders = options.headers ?? {};
  if (options.authenticated !== false && options.headers === undefined) {
    try {
      metadata = session.useHeaders() ?? (await session.ready(scope));
    } catch (error) {
      if (!(error instanceof ImmuError)) throw error;
      return { error, executed: 'no' };
    }
  }
  scope.throwIfOver();
  try {
    const deadlineMs = scope.remainingMs;
    const answer = await transport.unary(method, request, { metadata, deadlineMs, signal: options.signal });
    connection.noteServer(answer.serverUuid);
    return answer;
  } catch (error) {
    if (!(error instanceof RpcFailure)) throw error;
    if (options.signal?.aborted === true) return aborted(error, call);
    const failed = failedAttempt(error, site);
    if (failed.error.code === 'SESSION_EXPIRED') session.lost(metadata);
    return failed;
  }
}

function aborted<Req, Res>(failure: RpcFailure, { options, site }: Call<Req, Res>): FailedAttempt {
  const executed = failure.sent ? 'maybe' : 'no';
  const effect = options.kind !== 'read' && failure.sent ? ' It may have taken effect all the same.' : '';
  const error = new ImmuError('ABORTED', `${site.rpc}: aborted by the caller's signal.${effect}`, {
    cause: options.signal?.reason,
    details: { rpc: site.rpc, executed },
  });
  return { error, executed };
}

/** Whether the same request may be sent again without anybody being able to tell. */
function mayRepeat({ error, executed }: FailedAttempt, kind: CallKind): boolean {
  if (error.code !== 'UNREACHABLE' && error.code !== 'SERVER_BUSY') return false;
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

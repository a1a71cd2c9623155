// One attempt of a call at one server: its session there, what is left of the time, and what the failure means.

import { ImmuError } from '../errors.js';
import { isLate, type CallScope, type OperationOptions } from './call-scope.js';
import type { Connection } from './connection.js';
import type { AuthHeaders } from './login.js';
import type { Node } from './servers/node.js';
import type { ReadRoute } from './servers/read-route.js';
import { failedAttempt, type CallSite, type FailedAttempt } from './rpc-error.js';
import { RpcFailure, type UnaryMethod } from './transport.js';

/**
 * What a call does, which decides when it may be made again.
 *
 * - `read`: changes nothing
 * - `write`: commits one transaction, and nothing when the server says it is busy; waits for its turn by itself
 * - `proven-write`: commits, then builds a proof: it may have committed when the server says it is busy. Its request
 *   names a trusted state, so whoever builds it waits for the turn first: `inTurn`
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
  /**
   * Of a read of committed data that is an operation by itself: it may be answered by any server that is up to date.
   * Default: only by the primary.
   */
  readonly spread?: boolean;
  /** Of a read that is part of an operation: the way the operation takes. Default: to the primary. */
  readonly route?: ReadRoute | undefined;
}

/** One call with its bounds: what all its attempts share. */
export interface Call<Req, Res> {
  readonly connection: Connection;
  readonly method: UnaryMethod<Req, Res>;
  readonly request: Req;
  readonly options: ServiceCallOptions;
  readonly scope: CallScope;
  readonly site: CallSite;
}

/** What an attempt came to. */
export type Outcome<Res> = { readonly message: Res } | FailedAttempt;

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

/** Makes a call once, at one server. @throws ImmuError ABORTED, CLOSED or DEADLINE_EXCEEDED before it was sent */
export async function sendTo<Req, Res>(call: Call<Req, Res>, node: Node): Promise<Outcome<Res>> {
  const { connection, method, request, options, scope } = call;
  const { session, transport, address } = node;
  const site = node.isPrimary ? call.site : { ...call.site, address };
  let metadata: AuthHeaders = options.headers ?? {};
  if (options.authenticated !== false && options.headers === undefined) {
    try {
      metadata =
        session.useHeaders() ?? (await connection.queue.hold('a session', () => session.ready(scope)));
    } catch (error) {
      if (!(error instanceof ImmuError)) throw error;
      return { error, executed: 'no' };
    }
  }
  scope.throwIfOver();
  try {
    const deadlineMs = scope.remainingMs;
    const answer = await transport.unary(method, request, { metadata, deadlineMs, signal: options.signal });
    if (node.isPrimary) noteAnswer(call, answer);
    return answer;
  } catch (error) {
    if (!(error instanceof RpcFailure)) throw error;
    if (options.signal?.aborted === true) return aborted(error, call);
    const failed = failedAttempt(error, site);
    if (failed.error.code === 'SESSION_EXPIRED') session.lost(metadata);
    return failed;
  }
}

/** Running out of time before another attempt is sent is no news: what failed `before` is, and is returned again. */
export async function unlessLate<Res>(
  before: FailedAttempt | undefined,
  send: () => Promise<Outcome<Res>>,
): Promise<Outcome<Res>> {
  try {
    const outcome = await send();
    return before !== undefined && 'error' in outcome && isLate(outcome.error) ? before : outcome;
  } catch (error) {
    if (before !== undefined && isLate(error)) return before;
    throw error;
  }
}

function noteAnswer<Req, Res>(
  { connection, options }: Call<Req, Res>,
  { message, serverUuid }: { readonly message: Res; readonly serverUuid: string | undefined },
): void {
  connection.noteServer(serverUuid);
  if (options.kind === 'read' || connection.replicas.length === 0) return;
  // A header, or an answer with one inside: of keys and values, plain and verifiable.
  const { id, tx } = message as { id?: unknown; tx?: { header?: { id?: unknown } } };
  const txId = id ?? tx?.header?.id;
  if (typeof txId === 'bigint') connection.noteWrite(txId);
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

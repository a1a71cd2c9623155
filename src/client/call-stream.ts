// The one way to make a call of many messages: session, silence that lasts too long, and what to do when it fails. A
// stream that reads may begin again until its first message has come; one that writes is sent once.

import type { ImmuError } from '../errors.js';
import { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';
import { Backoff } from './backoff.js';
import { callService, scopeOf, siteOf, traceOf, type ServiceCallOptions } from './call.js';
import type { OperationOptions } from './call-scope.js';
import type { Connection } from './connection.js';
import type { AuthHeaders } from './login.js';
import { streamMethod, type StreamDefinition } from './rpc.js';
import { failedAttempt, unknownOutcome, type CallSite } from './rpc-error.js';
import { Silence } from './silence.js';
import { CALLS, tracedUntil } from './telemetry/channels.js';
import { RpcFailure } from './transport.js';

/** Options of every operation of many messages. */
export interface StreamOptions extends Pick<OperationOptions, 'signal'> {
  /**
   * How long the server may be silent while something is expected of it, in milliseconds. Time the program takes to give
   * or to take messages does not count. Default: the connection's `timeoutMs`.
   */
  readonly timeoutMs?: number | undefined;
}

/** How a call of many messages is to be made. */
export interface StreamServiceCallOptions
  extends StreamOptions, Pick<ServiceCallOptions, 'headers' | 'sinceTx'> {
  /** `read`: changes nothing, and its requests can be sent again. `write`: is sent once. */
  readonly kind: 'read' | 'write';
}

/** What of a call stays the same in each attempt. */
interface Call<Req, Res> {
  readonly connection: Connection;
  readonly method: StreamDefinition<Req, Res>;
  readonly requests: AsyncIterable<Req> | Iterable<Req>;
  readonly options: StreamServiceCallOptions;
  readonly site: CallSite;
}

/**
 * Makes a call of many messages and gives its answers as they come. Giving up the iteration cancels the call.
 *
 * @param method of the generated definitions: `ImmuServiceDefinition.methods.streamGet`
 * @param requests of a `read` an array, as they may be sent again
 * @throws ImmuError with a code of server-errors.ts, from the iteration · UnknownOutcomeError where a write may have been
 *   committed · what `requests` throws, as it is: the call was then cancelled
 */
export async function* callStream<Req, Res>(
  connection: Connection,
  method: StreamDefinition<Req, Res>,
  requests: AsyncIterable<Req> | Iterable<Req>,
  options: StreamServiceCallOptions,
): AsyncGenerator<Res, void, undefined> {
  const site = siteOf(connection, method.name, options);
  const call = { connection, method, requests, options, site };
  const scope = scopeOf(connection, method.name, options);
  scope.throwIfOver();
  // What is sent once must not meet a session that the server has forgotten.
  if (options.kind === 'write' && options.headers === undefined) await confirmSession(connection, options);
  const ended = tracedUntil(CALLS, () => traceOf(site, options.kind));
  let failure: unknown;
  try {
    yield* repeat(call, new Backoff(scope));
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    ended(failure);
  }
}

async function* repeat<Req, Res>(
  call: Call<Req, Res>,
  backoff: Backoff,
): AsyncGenerator<Res, void, undefined> {
  const { options, site } = call;
  for (;;) {
    const failure = yield* attempt(call);
    if (failure === undefined) return;
    const { error } = failedAttempt(failure, site);
    const renews = error.code === 'SESSION_EXPIRED' && options.headers === undefined;
    const repeats = options.kind === 'read' && (renews || mayRepeat(error));
    if (!repeats || !(await backoff.wait())) throw error;
  }
}

async function confirmSession(connection: Connection, options: OperationOptions): Promise<void> {
  await callService(connection, ImmuServiceDefinition.methods.keepAlive, {}, { ...options, kind: 'read' });
}

/** A call that was refused because the server is away fails at once, as its error says. */
function mayRepeat({ code, details }: ImmuError): boolean {
  if (details.circuit !== undefined) return false;
  return code === 'UNREACHABLE' || code === 'SERVER_BUSY';
}

/** @returns the failure of a call of which no message came, and which did not write: it may be made again */
async function* attempt<Req, Res>(
  call: Call<Req, Res>,
): AsyncGenerator<Res, RpcFailure | undefined, undefined> {
  const { connection, method, options, site } = call;
  const metadata = options.headers ?? (await headersOf(call));
  const silence = new Silence(options.timeoutMs ?? connection.options.timeoutMs, [
    options.signal,
    // What is being written is waited for when the connection closes; what is being read is not.
    options.kind === 'read' ? connection.closing : undefined,
  ]);
  let answered = false;
  const finished = connection.trackUntil(options.kind === 'write');
  try {
    const answers = connection.transport.stream(streamMethod(method), silence.requests(call.requests), {
      metadata,
      signal: silence.signal,
      onServer: (serverUuid) => {
        connection.noteServer(serverUuid);
      },
    });
    for await (const message of silence.answers(answers)) {
      answered = true;
      yield message;
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof RpcFailure)) throw error;
    const failed = failedAttempt(error, site);
    if (failed.error.code === 'SESSION_EXPIRED') connection.session.lost(metadata);
    const ended = silence.endedBecause(site) ?? failed.error;
    if (options.kind === 'write' && error.sent && failed.executed !== 'no' && ended.code !== 'ABORTED')
      throw unknownOutcome(ended, site);
    if (answered || ended !== failed.error) throw ended;
    return error;
  } finally {
    silence.stop();
    finished();
  }
}

async function headersOf<Req, Res>({ connection, method, options }: Call<Req, Res>): Promise<AuthHeaders> {
  const { session } = connection;
  return session.useHeaders() ?? (await session.ready(scopeOf(connection, method.name, options)));
}

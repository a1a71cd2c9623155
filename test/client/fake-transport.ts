// A transport whose server is a few functions: what was asked is recorded, what is answered is the test's to say.
import { type Connection, openConnection } from '../../src/client/connection.js';
import type { ConnectionOptions } from '../../src/client/connection-options.js';
import {
  GrpcStatus,
  RpcFailure,
  type CallOptions,
  type CallResult,
  type FailureDetails,
  type StreamCallOptions,
  type StreamMethod,
  type Transport,
  type UnaryMethod,
} from '../../src/client/transport.js';

/** A call as it arrived. */
export interface RecordedCall extends CallOptions {
  readonly name: string;
  readonly path: string;
  readonly request: unknown;
}

/** Answers a call: a message, or a promise of one, or throws. One that streams: an iterable of messages. */
export type Handler = (call: RecordedCall, count: number) => unknown;

/** The failures a test speaks of most. */
export const failures = {
  sessionLost: () =>
    new RpcFailure(GrpcStatus.PERMISSION_DENIED, 'session not found', { details: { code: '08001' } }),
  busy: () => new RpcFailure(GrpcStatus.UNKNOWN, 'max concurrency limit exceeded'),
  dropped: () => new RpcFailure(GrpcStatus.UNAVAILABLE, 'Connection dropped'),
  notConnected: () =>
    new RpcFailure(
      GrpcStatus.UNAVAILABLE,
      'No connection established. Last error: Error: connect ECONNREFUSED. Resolution note: ',
      {
        sent: false,
      },
    ),
  late: () => new RpcFailure(GrpcStatus.DEADLINE_EXCEEDED, 'Deadline exceeded after 1s'),
  text: (status: number, text: string, details: FailureDetails = {}) =>
    new RpcFailure(status, text, { details }),
};

/** A server of functions. Sessions are opened, kept and closed without being asked. */
export class FakeTransport implements Transport {
  readonly address: string = 'fake:3322';
  readonly calls: RecordedCall[] = [];
  closed = 0;
  /** Session ids given out so far. */
  sessions = 0;
  serverUuid: string | undefined = 'uuid-1';
  readonly #handlers = new Map<string, Handler>([
    ['OpenSession', () => ({ sessionID: `session-${++this.sessions}`, serverUUID: 'uuid-1' })],
    ['KeepAlive', () => ({})],
    ['CloseSession', () => ({})],
  ]);

  /** Answers calls of an RPC from now on. */
  on(name: string, handler: Handler): this {
    this.#handlers.set(name, handler);
    return this;
  }

  /** The calls of one RPC, in order. */
  callsOf(name: string): RecordedCall[] {
    return this.calls.filter((call) => call.name === name);
  }

  async unary<Req, Res>(
    method: UnaryMethod<Req, Res>,
    request: Req,
    options: CallOptions,
  ): Promise<CallResult<Res>> {
    const call = { ...options, name: method.name, path: method.path, request };
    this.calls.push(call);
    await Promise.resolve();
    const handler = this.#handlers.get(method.name);
    if (handler === undefined)
      throw new RpcFailure(GrpcStatus.UNIMPLEMENTED, `unknown method ${method.name}`);
    const message = (await handler(call, this.callsOf(method.name).length)) as Res;
    return { message, serverUuid: this.serverUuid };
  }

  /** The handler is given all requests as a list. */
  async *stream<Req, Res>(
    method: StreamMethod<Req, Res>,
    requests: AsyncIterable<Req> | Iterable<Req>,
    options: StreamCallOptions,
  ): AsyncGenerator<Res, void, undefined> {
    const request: Req[] = [];
    for await (const one of requests) request.push(one);
    const call = { deadlineMs: Infinity, ...options, name: method.name, path: method.path, request };
    this.calls.push(call as RecordedCall);
    const handler = this.#handlers.get(method.name);
    if (handler === undefined)
      throw new RpcFailure(GrpcStatus.UNIMPLEMENTED, `unknown method ${method.name}`);
    yield* (await handler(call as RecordedCall, this.callsOf(method.name).length)) as AsyncIterable<Res>;
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }
}

/** A connection over the fake, logged in. */
export function connectFake(transport: FakeTransport, options: ConnectionOptions = {}): Promise<Connection> {
  return openConnection({ timeoutMs: 2_000, ...options }, { transport });
}

/** Resolves when a promise has had every chance to settle without time passing. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** A promise and the means to settle it. */
export function deferred<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

/** The error a promise rejects with; fails the test where it does not. */
export async function rejection(
  promise: Promise<unknown>,
): Promise<Error & { code?: string; retryable?: boolean; details?: Record<string, unknown> }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error('rejected with something that is no error', { cause: error });
  }
  throw new Error('expected a rejection, and it resolved');
}

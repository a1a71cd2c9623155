// The transport to a server in this process. Messages pass as they are, without being encoded; what the server says in
// refusal means what it would mean over the network.

import { onAbort } from './on-abort.js';
import {
  GrpcStatus,
  RpcFailure,
  type CallOptions,
  type CallResult,
  type StreamCallOptions,
  type StreamMethod,
  type Transport,
  type UnaryMethod,
} from './transport.js';

/** A server in this process, as far as a transport cares. */
export interface LocalService {
  /** The name it gives itself in every answer. */
  readonly uuid: string;
  /**
   * Answers one call. Fails with an error that has a gRPC `status`, and the `code` of immudb's ErrorInfo if there is one.
   */
  unary(
    call: { readonly path: string; readonly headers: Readonly<Record<string, string>> },
    request: unknown,
  ): Promise<unknown>;
  /** Answers a call of many messages, from the iteration. Fails as `unary` does. */
  stream(
    call: { readonly path: string; readonly headers: Readonly<Record<string, string>> },
    requests: AsyncIterable<unknown>,
  ): AsyncIterable<unknown>;
}

/** Where the service is and what ends with the transport. */
export interface LocalTransportOptions {
  /** What errors call it. */
  readonly address: string;
  /** Ends the service, once all calls have been answered. */
  readonly close: () => Promise<void>;
}

/** Calls to a server in this process. */
export class LocalTransport implements Transport {
  readonly address: string;
  readonly #service: LocalService;
  readonly #end: () => Promise<void>;
  readonly #inFlight = new Set<Promise<unknown>>();
  #closed = false;

  /** @param service which answers */
  constructor(service: LocalService, { address, close }: LocalTransportOptions) {
    this.address = address;
    this.#service = service;
    this.#end = close;
  }

  /** {@inheritDoc Transport.unary} */
  async unary<Req, Res>(
    method: UnaryMethod<Req, Res>,
    request: Req,
    options: CallOptions,
  ): Promise<CallResult<Res>> {
    if (options.signal?.aborted === true) throw unsent(GrpcStatus.CANCELLED, 'aborted before it was sent');
    if (this.#closed) throw unsent(GrpcStatus.UNAVAILABLE, 'the transport is closed');
    const answer = this.#service.unary({ path: method.path, headers: options.metadata }, request);
    this.#inFlight.add(answer);
    try {
      // Of a method's own service: its answers are of the method's type.
      const message = (await inTime(answer, options)) as Res;
      return { message, serverUuid: this.#service.uuid };
    } catch (error) {
      throw failureOf(error);
    } finally {
      this.#inFlight.delete(answer);
    }
  }

  /** {@inheritDoc Transport.stream} */
  async *stream<Req, Res>(
    method: StreamMethod<Req, Res>,
    requests: AsyncIterable<Req> | Iterable<Req>,
    options: StreamCallOptions,
  ): AsyncGenerator<Res, void, undefined> {
    if (options.signal?.aborted === true) throw unsent(GrpcStatus.CANCELLED, 'aborted before it was sent');
    if (this.#closed) throw unsent(GrpcStatus.UNAVAILABLE, 'the transport is closed');
    options.onServer?.(this.#service.uuid);
    const source = new Source(requests);
    const answers = this.#service.stream({ path: method.path, headers: options.metadata }, source);
    const iterator = answers[Symbol.asyncIterator]();
    const endsAt = performance.now() + (options.deadlineMs ?? Infinity);
    try {
      for (;;) {
        const { done, value } = (await this.#next(iterator, endsAt, options.signal)) as IteratorResult<
          unknown,
          undefined
        >;
        if (done === true) return;
        // Of a method's own service: its answers are of the method's type.
        yield value as Res;
      }
    } catch (error) {
      throw source.failed ? source.failure : failureOf(error);
    } finally {
      // A call that is given up while it waits ends by itself; nobody waits for that.
      void iterator.return?.().catch(() => undefined);
    }
  }

  #next(
    iterator: AsyncIterator<unknown>,
    endsAt: number,
    signal: AbortSignal | undefined,
  ): Promise<IteratorResult<unknown>> {
    const next = iterator.next();
    this.#inFlight.add(next);
    const done = () => this.#inFlight.delete(next);
    next.then(done, done);
    return inTime(next, {
      deadlineMs: endsAt === Infinity ? undefined : Math.max(0, endsAt - performance.now()),
      signal,
    });
  }

  /** {@inheritDoc Transport.close} */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#inFlight);
    await this.#end();
  }
}

/** Requests on their way, and what their source failed with, which is no failure of the call. */
class Source implements AsyncIterable<unknown> {
  failed = false;
  failure: unknown;
  readonly #requests: AsyncIterable<unknown> | Iterable<unknown>;

  constructor(requests: AsyncIterable<unknown> | Iterable<unknown>) {
    this.#requests = requests;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    try {
      yield* this.#requests;
    } catch (error) {
      this.failed = true;
      this.failure = error;
      throw error;
    }
  }
}

/** The answer, unless the caller's time is over or he gives up first. The call itself goes on. */
function inTime<T>(
  answer: Promise<T>,
  { deadlineMs, signal }: Pick<StreamCallOptions, 'deadlineMs' | 'signal'>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => {
      reject(new RpcFailure(GrpcStatus.DEADLINE_EXCEEDED, `no answer within ${String(deadlineMs)} ms`));
    };
    const timer = deadlineMs === undefined ? undefined : setTimeout(late, deadlineMs);
    const ignoreSignal = onAbort(signal, () => {
      reject(new RpcFailure(GrpcStatus.CANCELLED, 'aborted'));
    });
    answer.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      ignoreSignal();
    });
  });
}

function unsent(status: number, message: string): RpcFailure {
  return new RpcFailure(status, message, { sent: false });
}

function failureOf(error: unknown): RpcFailure {
  if (error instanceof RpcFailure) return error;
  const { status, code, message }: { status?: unknown; code?: unknown; message?: unknown } = Object(
    error,
  ) as object;
  return new RpcFailure(
    typeof status === 'number' ? status : GrpcStatus.INTERNAL,
    typeof message === 'string' ? message : String(error),
    typeof code === 'string' ? { details: { code } } : {},
  );
}

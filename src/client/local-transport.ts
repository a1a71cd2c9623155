// The transport to a server in this process. Messages pass as they are, without being encoded; what the server says in
// refusal means what it would mean over the network.

import { onAbort } from './on-abort.js';
import {
  GrpcStatus,
  RpcFailure,
  type CallOptions,
  type CallResult,
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

  /** {@inheritDoc Transport.close} */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#inFlight);
    await this.#end();
  }
}

/** The answer, unless the caller's time is over or he gives up first. The call itself goes on. */
function inTime(answer: Promise<unknown>, { deadlineMs, signal }: CallOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new RpcFailure(GrpcStatus.DEADLINE_EXCEEDED, `no answer within ${deadlineMs} ms`));
    }, deadlineMs);
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

// The seam between the client and whatever carries its calls: grpc-js, an engine in this process, a fake in a test.
// A transport moves messages and reports failures in neutral terms; it knows nothing of sessions, retries or errors' meaning.

import type { BinaryReader } from '@bufbuild/protobuf/wire';

/** How one message type is turned into bytes and back. Generated message types satisfy it. */
export interface MessageType<T> {
  /** The message's protobuf encoding. */
  encode(message: T): { finish(): Uint8Array };
  /** The message in the bytes; throws on malformed ones. Byte fields may be views of `bytes`. */
  decode(bytes: Uint8Array | BinaryReader): T;
}

/** One call of one request and one response. */
export interface UnaryMethod<Req, Res> {
  /** The RPC's name, for errors: `VerifiableGet`. */
  readonly name: string;
  /** Its full path: `/immudb.schema.ImmuService/VerifiableGet`. */
  readonly path: string;
  readonly requestType: MessageType<Req>;
  readonly responseType: MessageType<Res>;
}

/** One call in which either side may send any number of messages: `streamSet`, `SQLQuery`. */
export type StreamMethod<Req, Res> = UnaryMethod<Req, Res>;

/** What one call carries besides its request. */
export interface CallOptions {
  /** Request headers. They hold secrets: a transport must not keep, print or attach them to an error. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What remains until the call must have ended, in milliseconds, > 0. */
  readonly deadlineMs: number;
  /** Ends the call early. What was already sent may still be executed. */
  readonly signal?: AbortSignal | undefined;
}

/** What a call of many messages carries besides them. */
export interface StreamCallOptions extends Omit<CallOptions, 'deadlineMs'> {
  /** What remains until the call must have ended, in milliseconds, > 0. Default: it may go on. */
  readonly deadlineMs?: number | undefined;
  /** Told the server's own name for itself, once it is known; unauthenticated. */
  readonly onServer?: (serverUuid: string) => void;
}

/** What a call brought back. */
export interface CallResult<Res> {
  readonly message: Res;
  /** The server's own name for itself, unauthenticated; absent where it gave none. */
  readonly serverUuid: string | undefined;
}

/** Carries calls to one server. Safe for any number of calls at once. */
export interface Transport {
  /** Where it leads, for errors: `host:port`. */
  readonly address: string;
  /**
   * Makes one call, once. Never repeats a request that may have reached the server.
   *
   * @throws RpcFailure for every failure
   */
  unary<Req, Res>(
    method: UnaryMethod<Req, Res>,
    request: Req,
    options: CallOptions,
  ): Promise<CallResult<Res>>;
  /**
   * Makes one call of any number of messages either way, once. Requests are taken from `requests` no faster than they
   * can be sent, answers are read no faster than they are taken. A failure of `requests` cancels the call, so that the
   * server does not take what it got so far for everything; giving up the iteration (`return`) cancels it as well.
   *
   * @param requests all there is to send; one that answers a single request takes one
   * @returns the answers; of a call with a single answer, one
   * @throws RpcFailure from the iteration for every failure of the call; what `requests` throws as it is
   */
  stream<Req, Res>(
    method: StreamMethod<Req, Res>,
    requests: AsyncIterable<Req> | Iterable<Req>,
    options: StreamCallOptions,
  ): AsyncGenerator<Res, void, undefined>;
  /** Ends every connection. Calls made afterwards fail, unsent. */
  close(): Promise<void>;
}

/** The gRPC status codes this client meets. */
export const GrpcStatus = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** What immudb attaches to some of its errors. */
export interface FailureDetails {
  /** A code modelled on SQLSTATE, like `23000`. */
  readonly code?: string;
  /** More text. On a failed login it tells whether the user exists: never shown. */
  readonly cause?: string;
}

/** A call that failed, as the transport saw it. What it means is for the error table to say. */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure';
  /** The gRPC status code. */
  readonly status: number;
  /** False only where the request provably never left this process. */
  readonly sent: boolean;
  readonly #details: FailureDetails;

  /**
   * @param status the gRPC status code
   * @param message the status text as received, untrusted
   * @param options `sent`: whether the request may have reached the server, default true
   */
  constructor(status: number, message: string, options: { sent?: boolean; details?: FailureDetails } = {}) {
    super(message);
    this.status = status;
    this.sent = options.sent ?? true;
    this.#details = options.details ?? {};
  }

  /** What the server attached. Not a plain field, so that printing the error does not print it. */
  get details(): FailureDetails {
    return this.#details;
  }
}

// The engine as a server: calls by path in, messages or failures out. What carries them (a transport of this process,
// or gRPC) is not its concern.

/** One call, besides its messages. */
export interface Call {
  /** `/immudb.schema.ImmuService/VerifiableGet`. */
  readonly path: string;
  /** Request headers, in lower case: `sessionid`, `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A call that failed, as it goes over the wire. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';
  /** The gRPC status code. */
  readonly status: number;
  /** The code of immudb's ErrorInfo, like `23000`; absent where 1.11.1 attaches none. */
  readonly code: string | undefined;

  /**
   * @param status the gRPC status code
   * @param message the status text, as 1.11.1 has it
   * @param code of immudb's ErrorInfo, if it attaches one
   */
  constructor(status: number, message: string, code?: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Answers calls. Safe for any number at once. */
export interface LedgerService {
  /** The name it gives itself in every answer: 20 characters. */
  readonly uuid: string;
  /**
   * Answers a call of one request and one response, both as the generated message types have them. The bytes in an
   * answer belong to the caller; those in a request are copied where they are kept.
   *
   * @throws ServiceFailure
   */
  unary(call: Call, request: unknown): Promise<unknown>;
  /**
   * Answers a call that streams in either direction or both. A method with one request reads one; one with one
   * response yields one.
   *
   * @throws ServiceFailure from the iteration
   */
  stream(call: Call, requests: AsyncIterable<unknown>): AsyncIterable<unknown>;
}

// The engine as a server: calls by path in, messages or failures out. What carries them (a transport of this process,
// or gRPC) is not its concern.

/** One call, besides its messages. */
export interface Call {
  /** `/immudb.schema.ImmuService/VerifiableGet`. */
  readonly path: string;
  /** Request headers, in lower case: `sessionid`, `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
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

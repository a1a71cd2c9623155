// How the engine refuses a call: in immudb's own words and codes, so that any client of immudb understands it.

/** The gRPC status codes the engine answers with. */
export const Status = {
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

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

/** What immudb's store and index say: a text without a code of its own. @param message as 1.11.1 has it */
export function refused(message: string): ServiceFailure {
  return new ServiceFailure(Status.UNKNOWN, message);
}

/** The bare `illegal arguments`, which has a status of its own. With more text it is an ordinary refusal. */
export function illegalArguments(more?: string): ServiceFailure {
  return more === undefined
    ? new ServiceFailure(Status.INVALID_ARGUMENT, 'illegal arguments')
    : refused(`illegal arguments: ${more}`);
}

// What calls over grpc-js have in common: bytes, headers, and failures in neutral terms.

import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { parseStatusDetails } from './status-details.js';
import { GrpcStatus, RpcFailure } from './transport.js';

/** The server's name for itself, in the response headers. */
const SERVER_UUID_HEADER = 'immudb-uuid';
const STATUS_DETAILS_TRAILER = 'grpc-status-details-bin';

/** Texts by which grpc-js 1.14 says that a call ended before its request was given to a connection, by status. */
const NOT_SENT: Readonly<Record<number, RegExp>> = {
  [GrpcStatus.UNAVAILABLE]:
    /^No connection established|^Name resolution failed|^Channel closed before call started/,
  [GrpcStatus.DEADLINE_EXCEEDED]: /,waiting for (?:LB pick|name resolution|metadata filters)/i,
  [GrpcStatus.INTERNAL]: /^Request message serialization failure/,
  [GrpcStatus.RESOURCE_EXHAUSTED]: /^Attempted to send message with a size larger/,
};

/** A call's end as grpc-js reports it, as a failure. */
export function failureOf(error: ServiceError): RpcFailure {
  const [trailer] = error.metadata.get(STATUS_DETAILS_TRAILER);
  // A status that a server sent has trailers: its text must not pass for grpc-js's own word that nothing was sent.
  const local = Object.keys(error.metadata.getMap()).length === 0;
  return new RpcFailure(error.code, error.details, {
    sent: !(local && NOT_SENT[error.code]?.test(error.details) === true),
    ...(trailer instanceof Uint8Array ? { details: parseStatusDetails(trailer) } : {}),
  });
}

/** The server's name for itself, if it gave one. */
export function serverUuidOf(metadata: Metadata): string | undefined {
  const [value] = metadata.get(SERVER_UUID_HEADER);
  return typeof value === 'string' ? value : undefined;
}

/** Request headers as grpc-js wants them. */
export function headers(metadata: Readonly<Record<string, string>>): Metadata {
  const out = new Metadata();
  for (const [key, value] of Object.entries(metadata)) out.set(key, value);
  return out;
}

/** The same bytes without a copy, as the class that must be given to grpc-js. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The same bytes without a copy, as a class that may reach applications, which Buffer must not. */
export const asBytes = (buffer: Buffer): Uint8Array =>
  new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);

/**
 * Runs grpc-js's start of a call without recording where it was called from. grpc-js 1.14 makes an `Error` for every
 * call, to be able to show the caller's stack should it fail, and walking a chain of awaits for that costs 40 µs, as
 * much as a fifth of a read. Our errors have stacks of their own. To be removed once grpc-js does that only on failure.
 */
export function withoutStackTrace<T>(start: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return start();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

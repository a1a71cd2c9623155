// A request as it came over the wire: a message, or the reason why it is none. grpc-js has a text of its own for what
// it cannot decode, so that decoding here never throws.

import { ServiceFailure, Status } from '../service-failure.js';
import type { MessageType } from './methods.js';

/** immudb's own limit: 32 MiB for a request. */
export const MAX_REQUEST_BYTES = 32 * 1024 * 1024;

/** A decoded request, or how it is refused. */
export type Received = { readonly message: unknown } | { readonly failure: ServiceFailure };

/** Decodes a request, in grpc-go's words where that cannot be done. @param bytes from the caller */
export function receive(type: MessageType<unknown>, bytes: Uint8Array): Received {
  if (bytes.length > MAX_REQUEST_BYTES) {
    const text = `grpc: received message larger than max (${bytes.length} vs. ${MAX_REQUEST_BYTES})`;
    return { failure: new ServiceFailure(Status.RESOURCE_EXHAUSTED, text) };
  }
  try {
    return { message: type.decode(bytes) };
  } catch {
    const text = 'grpc: error unmarshalling request: proto: cannot parse invalid wire-format data';
    return { failure: new ServiceFailure(Status.INTERNAL, text) };
  }
}

/** The message. @throws ServiceFailure where there is none */
export function messageOf(received: Received): unknown {
  if ('failure' in received) throw received.failure;
  return received.message;
}

/** The messages of a stream. @throws ServiceFailure from the iteration */
export async function* messagesOf(
  received: AsyncIterable<unknown>,
): AsyncGenerator<unknown, void, undefined> {
  for await (const item of received) yield messageOf(item as Received);
}

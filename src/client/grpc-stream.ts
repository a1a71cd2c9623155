// Calls of many messages over grpc-js. On the wire all kinds of calls look alike, so that one form does for those that
// stream requests, those that stream answers, and those that do both.

import type { Client, ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import { decodeAnswer } from './decode-answer.js';
import { asBuffer, asBytes, failureOf, headers, serverUuidOf, withoutStackTrace } from './grpc-call.js';
import { onAbort } from './on-abort.js';
import type { StreamCallOptions, StreamMethod } from './transport.js';

/**
 * Makes a call of many messages.
 *
 * @throws RpcFailure from the iteration for every failure of the call; what `requests` throws as it is
 */
export async function* grpcStream<Req, Res>(
  client: Client,
  method: StreamMethod<Req, Res>,
  requests: AsyncIterable<Req> | Iterable<Req>,
  { metadata, deadlineMs, signal, onServer }: StreamCallOptions,
): AsyncGenerator<Res, void, undefined> {
  const call = withoutStackTrace(() =>
    client.makeBidiStreamRequest<Req, Res>(
      method.path,
      (message) => asBuffer(method.requestType.encode(message).finish()),
      (buffer) => decodeAnswer(method.responseType, asBytes(buffer)),
      headers(metadata),
      deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs },
    ),
  );
  call.on('metadata', (received) => {
    const serverUuid = serverUuidOf(received);
    if (serverUuid !== undefined) onServer?.(serverUuid);
  });
  const ignoreSignal = onAbort(signal, () => {
    call.cancel();
  });
  const sending = new Sending(call, requests);
  let ended = false;
  try {
    for await (const message of call as AsyncIterable<Res>) yield message;
    ended = true;
  } catch (error) {
    ended = true;
    throw sending.failed ? sending.failure : failureOf(error as ServiceError);
  } finally {
    ignoreSignal();
    if (!ended) call.cancel();
    // The source is told that nobody wants more of it.
    await sending.stop();
  }
}

/** Gives requests to a call as fast as it takes them, until there are no more, one cannot be had, or the call is over. */
class Sending<Req> {
  /** Whether the source of the requests failed; the call was then cancelled. */
  failed = false;
  /** What the source failed with. */
  failure: unknown;
  readonly #call: ClientDuplexStream<Req, unknown>;
  readonly #done: Promise<void>;
  #over = false;
  #goOn: () => void = () => undefined;

  constructor(call: ClientDuplexStream<Req, unknown>, requests: AsyncIterable<Req> | Iterable<Req>) {
    this.#call = call;
    call.on('drain', () => {
      this.#goOn();
    });
    for (const end of ['end', 'error', 'close'] as const) {
      call.on(end, () => {
        this.#over = true;
        this.#goOn();
      });
    }
    this.#done = this.#send(requests);
  }

  /** Waits until the source has been let go of. A source that is just waiting for data is let go of when it has some. */
  async stop(): Promise<void> {
    this.#over = true;
    this.#goOn();
    if (this.failed) await this.#done;
  }

  async #send(requests: AsyncIterable<Req> | Iterable<Req>): Promise<void> {
    try {
      for await (const request of requests) {
        if (this.#isOver()) return;
        if (!this.#call.write(request)) await this.#drained();
        if (this.#isOver()) return;
      }
      this.#call.end();
    } catch (error) {
      this.failed = true;
      this.failure = error;
      this.#call.cancel();
    }
  }

  #isOver(): boolean {
    return this.#over;
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }
}

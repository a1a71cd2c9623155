// A transport behind a circuit: every call to the server, logins included, tells whether it is there, and is refused
// while it is not.

import type { Circuit, Reached } from './circuit.js';
import { errorRowOf } from '../server-errors.js';
import {
  RpcFailure,
  type CallOptions,
  type CallResult,
  type StreamCallOptions,
  type StreamMethod,
  type Transport,
  type UnaryMethod,
} from '../transport.js';

/** Carries calls as another transport does, while the server is there. */
export class GuardedTransport implements Transport {
  readonly address: string;
  readonly #inner: Transport;
  readonly #circuit: Circuit;
  readonly #redact: (text: string) => string;

  /**
   * @param inner carries the calls
   * @param redact takes secrets out of what a server says: the circuit repeats it to later calls
   */
  constructor(inner: Transport, circuit: Circuit, redact: (text: string) => string) {
    this.#redact = redact;
    this.address = inner.address;
    this.#inner = inner;
    this.#circuit = circuit;
  }

  /** {@inheritDoc Transport.unary} */
  async unary<Req, Res>(
    method: UnaryMethod<Req, Res>,
    request: Req,
    options: CallOptions,
  ): Promise<CallResult<Res>> {
    const ended = this.#circuit.enter();
    try {
      const answer = await this.#inner.unary(method, request, options);
      ended('yes');
      return answer;
    } catch (error) {
      ended(reachedBy(error, options.signal), this.#reasonOf(error));
      throw error;
    }
  }

  /** {@inheritDoc Transport.stream} */
  async *stream<Req, Res>(
    method: StreamMethod<Req, Res>,
    requests: AsyncIterable<Req> | Iterable<Req>,
    options: StreamCallOptions,
  ): AsyncGenerator<Res, void, undefined> {
    const ended = this.#circuit.enter();
    let reached: Reached = 'unclear';
    let reason = '';
    try {
      for await (const message of this.#inner.stream(method, requests, options)) {
        if (reached !== 'yes') ended('yes');
        reached = 'yes';
        yield message;
      }
      reached = 'yes';
    } catch (error) {
      reached = reachedBy(error, options.signal);
      reason = this.#reasonOf(error);
      throw error;
    } finally {
      ended(reached, reason);
    }
  }

  /** {@inheritDoc Transport.close} */
  close(): Promise<void> {
    return this.#inner.close();
  }

  #reasonOf(error: unknown): string {
    return error instanceof Error ? this.#redact(error.message) : '';
  }
}

/** What a failure says of the server being there. One that is late, or refused by this side, says nothing. */
function reachedBy(error: unknown, signal: AbortSignal | undefined): Reached {
  if (!(error instanceof RpcFailure) || signal?.aborted === true) return 'unclear';
  const { code } = errorRowOf(error);
  if (code === 'UNREACHABLE') return 'no';
  return code === 'DEADLINE_EXCEEDED' || code === 'TLS_FAILED' || !error.sent ? 'unclear' : 'yes';
}

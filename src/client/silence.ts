// How long a stream may be silent. What is expected of the program (to give the next request, to take the next answer)
// does not count as the server's silence.

import { ImmuError } from '../errors.js';
import { onAbort } from './on-abort.js';
import type { CallSite } from './rpc-error.js';

/** The bounds of one call of many messages. */
export class Silence {
  readonly #timeoutMs: number;
  readonly #signals: readonly (AbortSignal | undefined)[];
  readonly #controller = new AbortController();
  readonly #ignoreSignals: (() => void)[];
  #timer: NodeJS.Timeout | undefined;
  #late = false;
  /** Whether a request is being waited for that the program has not given yet. */
  #programGives = false;
  /** Whether the program waits for an answer. */
  #programTakes = false;

  /**
   * @param timeoutMs how long the server may be silent, > 0
   * @param signals the caller's, then the connection's: each ends the call
   */
  constructor(
    timeoutMs: number,
    signals: readonly [caller: AbortSignal | undefined, closing: AbortSignal | undefined],
  ) {
    this.#timeoutMs = timeoutMs;
    this.#signals = signals;
    const abort = () => {
      this.#controller.abort();
    };
    this.#ignoreSignals = signals.map((signal) => onAbort(signal, abort));
    if (signals.some((signal) => signal?.aborted === true)) abort();
  }

  /** Aborted when the call must end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The requests, with the time the program takes to give them left out. */
  async *requests<T>(requests: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, void, undefined> {
    this.#programGives = true;
    this.#count();
    try {
      for await (const request of requests) {
        this.#programGives = false;
        this.#count();
        yield request;
        this.#programGives = true;
        this.#count();
      }
    } finally {
      this.#programGives = false;
      this.#count();
    }
  }

  /** The answers, with the time the program takes to use them left out. */
  async *answers<T>(answers: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    this.#programTakes = true;
    this.#count();
    try {
      for await (const answer of answers) {
        this.#programTakes = false;
        this.#count();
        yield answer;
        this.#programTakes = true;
        this.#count();
      }
    } finally {
      this.#programTakes = false;
      this.#count();
    }
  }

  /** Why the call was ended from here, if it was. */
  endedBecause({ rpc, address, database }: CallSite): ImmuError | undefined {
    const [caller, closing] = this.#signals;
    const details = { rpc, address, database };
    if (caller?.aborted === true)
      return new ImmuError(
        'ABORTED',
        `${rpc}: aborted by the caller's signal. What was sent completely may have taken effect.`,
        {
          cause: caller.reason,
          details,
        },
      );
    if (closing?.aborted === true)
      return new ImmuError('CLOSED', `${rpc}: this client was closed. Connect again.`, { details });
    if (!this.#late) return undefined;
    return new ImmuError(
      'DEADLINE_EXCEEDED',
      `${rpc}: immudb at ${address} was silent for ${this.#timeoutMs} ms. Give it a larger timeoutMs, or look at the server's load.`,
      { details: { ...details, timeoutMs: this.#timeoutMs }, retryable: true },
    );
  }

  /** Ends the counting. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const ignore of this.#ignoreSignals) ignore();
  }

  #count(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#programGives || !this.#programTakes) return;
    this.#timer = setTimeout(() => {
      this.#late = true;
      this.#controller.abort();
    }, this.#timeoutMs);
  }
}

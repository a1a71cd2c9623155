// The bounds of one call: how long it may take in all, and who may end it sooner. Everything a call waits for, it
// waits for through its scope.

import { ImmuError } from '../errors.js';
import { onAbort } from './on-abort.js';

/** Options that every operation takes. */
export interface OperationOptions {
  /** Ends the operation early. A write that was already sent may still be committed. */
  readonly signal?: AbortSignal | undefined;
  /** How long the operation may take in all, waiting and retries included, in milliseconds. Default: the connection's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** One call's bounds. */
export class CallScope {
  readonly #endsAt: number;
  readonly #rpc: string;
  /** The time the call was given, in milliseconds. */
  readonly timeoutMs: number;
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  readonly #closing: AbortSignal;

  /**
   * @param rpc what is called, for errors
   * @param timeoutMs > 0
   * @param closing aborted when the connection closes: waiting ends, what was sent goes on
   * @param signal the caller's
   * @throws TypeError for a timeout that is not a positive number
   */
  constructor(rpc: string, timeoutMs: number, closing: AbortSignal, signal?: AbortSignal) {
    if (!(timeoutMs > 0 && timeoutMs < 2 ** 31)) {
      throw new TypeError(`${rpc}: timeoutMs must be a number of milliseconds above 0 and below 2^31`);
    }
    this.#rpc = rpc;
    this.timeoutMs = timeoutMs;
    this.#endsAt = performance.now() + timeoutMs;
    this.#closing = closing;
    this.signal = signal;
  }

  /** What is left of the time, in milliseconds; negative once it is over. */
  get remainingMs(): number {
    return this.#endsAt - performance.now();
  }

  /** @throws ImmuError ABORTED, CLOSED or DEADLINE_EXCEEDED where the call must not go on */
  throwIfOver(): void {
    const reason = this.#overBecause();
    if (reason !== undefined) throw reason;
  }

  /**
   * The promise, or the reason to stop waiting for it. Its own later failure is then nobody's.
   *
   * @throws ImmuError ABORTED, CLOSED or DEADLINE_EXCEEDED, whichever comes first
   */
  wait<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const stop = () => {
        cleanUp();
        reject(this.#overBecause() ?? this.#late());
      };
      const timer = setTimeout(stop, Math.max(0, this.remainingMs));
      const ignoreSignal = onAbort(this.signal, stop);
      const ignoreClosing = onAbort(this.#closing, stop);
      const cleanUp = () => {
        clearTimeout(timer);
        ignoreSignal();
        ignoreClosing();
      };
      if (this.#overBecause() !== undefined) stop();
      promise.finally(cleanUp).then(resolve, reject);
    });
  }

  /** Lets `ms` milliseconds pass. @throws as {@link wait} */
  async sleep(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await this.wait(new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))));
    } finally {
      clearTimeout(timer);
    }
  }

  #overBecause(): ImmuError | undefined {
    if (this.signal?.aborted === true) {
      return new ImmuError('ABORTED', `${this.#rpc}: aborted by the caller's signal before it was sent.`, {
        cause: this.signal.reason,
        details: { rpc: this.#rpc, executed: 'no' },
      });
    }
    if (this.#closing.aborted) {
      return new ImmuError('CLOSED', `${this.#rpc}: this client is closed. Connect again.`, {
        details: { rpc: this.#rpc },
      });
    }
    return this.remainingMs > 0 ? undefined : this.#late();
  }

  #late(): ImmuError {
    return new ImmuError(
      'DEADLINE_EXCEEDED',
      `${this.#rpc}: not sent within ${this.timeoutMs} ms. Give it a larger timeoutMs.`,
      {
        details: { rpc: this.#rpc, timeoutMs: this.timeoutMs, executed: 'no' },
        retryable: true,
      },
    );
  }
}

/** Whether an error says that a call's time was over before it was sent. */
export function isLate(error: unknown): error is ImmuError {
  return error instanceof ImmuError && error.code === 'DEADLINE_EXCEEDED' && error.details.executed === 'no';
}

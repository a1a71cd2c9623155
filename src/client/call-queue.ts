// How many calls may wait at once. A program that makes calls faster than they can be served is told, instead of
// filling the memory until it dies.

import { ImmuError } from '../errors.js';

/** How many calls may wait where nothing else is configured. */
export const DEFAULT_QUEUED_CALLS = 10_000;

/** Counts the calls to one database that wait: for a session, for their turn to write, for another attempt. */
export class CallQueue {
  readonly #database: string;
  readonly #most: number;
  #waiting = 0;

  /**
   * @param database for errors
   * @param most how many may wait at once, ≥ 1
   */
  constructor(database: string, most = DEFAULT_QUEUED_CALLS) {
    this.#database = database;
    this.#most = most;
  }

  /** How many wait now. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Counts a call while it waits.
   *
   * @param waitingFor what for, for the error: `a session`
   * @throws ImmuError QUEUE_FULL, retryable: nothing was sent
   */
  async hold<T>(waitingFor: string, wait: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#most) throw this.#full(waitingFor);
    this.#waiting++;
    try {
      return await wait();
    } finally {
      this.#waiting--;
    }
  }

  #full(waitingFor: string): ImmuError {
    return new ImmuError(
      'QUEUE_FULL',
      `Database "${this.#database}": ${this.#most} calls wait already, so this one was refused instead of waiting for ${waitingFor}; ` +
        'nothing was sent. Make fewer calls at once, or raise the option maxQueuedCalls.',
      { retryable: true, details: { database: this.#database, maxQueuedCalls: this.#most, executed: 'no' } },
    );
  }
}

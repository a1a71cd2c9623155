// How long to wait before the next attempt.

import { isLate, type CallScope } from './call-scope.js';

const BASE_MS = 25;
const LONGEST_MS = 2_000;

/** A wait before attempt `attempts + 1`: anything between nothing and a bound that doubles per attempt, in milliseconds. */
export function jitteredMs(attempts: number): number {
  return Math.random() * Math.min(LONGEST_MS, BASE_MS * 2 ** Math.min(attempts, 16));
}

/**
 * Exponential back-off with full jitter: each wait is anything between nothing and a bound that doubles per attempt
 * up to two seconds, so that many clients do not come back at once.
 */
export class Backoff {
  readonly #scope: CallScope;
  #attempts = 1;

  /** @param scope within which all attempts must end */
  constructor(scope: CallScope) {
    this.#scope = scope;
  }

  /**
   * Waits before the next attempt.
   *
   * @returns false where the time left does not suffice, at once if that can be told before
   * @throws ImmuError ABORTED or CLOSED
   */
  async wait(): Promise<boolean> {
    const delayMs = jitteredMs(this.#attempts);
    if (delayMs >= this.#scope.remainingMs) return false;
    try {
      await this.#scope.sleep(delayMs);
    } catch (error) {
      if (isLate(error)) return false;
      throw error;
    }
    this.#attempts++;
    return true;
  }
}

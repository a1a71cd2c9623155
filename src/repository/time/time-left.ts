// The time of an operation that makes several calls of the client one after the other: what one call takes, the next
// does not have.

import type { ImmuClient, OperationOptions } from '../../client/index.js';
import { ImmuError } from '../../errors.js';

/** Gives the options of the next call. @throws ImmuError DEADLINE_EXCEEDED when no time is left for one */
export type TimeLeft = () => OperationOptions;

/**
 * Starts the clock of an operation.
 *
 * @param operation its name, for the error
 * @param options its bounds; the time is the client's own where none is given
 */
export function timeLeft(client: ImmuClient, operation: string, options: OperationOptions): TimeLeft {
  const { signal, timeoutMs = client.connection.options.timeoutMs } = options;
  const endsAt = performance.now() + timeoutMs;
  return () => {
    const leftMs = endsAt - performance.now();
    // A timeout that is none is left to the client, which names the mistake.
    if (!(timeoutMs > 0) || leftMs > 0) return { signal, timeoutMs: Math.min(timeoutMs, leftMs) };
    throw new ImmuError(
      'DEADLINE_EXCEEDED',
      `${operation}: not finished within ${timeoutMs} ms. It takes several calls: give it a larger timeoutMs.`,
      { details: { operation, timeoutMs }, retryable: true },
    );
  };
}

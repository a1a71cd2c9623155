// The time of a verified operation, shared by all its calls.

import type { CallScope, OperationOptions } from '../call-scope.js';
import { type ReadRoute, routeOf } from '../servers/read-route.js';

/** The bounds of one call of an operation, and the way it takes. */
export interface CallBounds extends OperationOptions {
  readonly route: ReadRoute | undefined;
}

/**
 * What is left of an operation's time, for its next call.
 *
 * @throws ImmuError DEADLINE_EXCEEDED, ABORTED or CLOSED when it is over
 */
export function leftOf(scope: CallScope): CallBounds {
  scope.throwIfOver();
  return { signal: scope.signal, timeoutMs: Math.max(1, scope.remainingMs), route: routeOf(scope) };
}

/** Of the time of a write, a quarter is kept to find out what became of it if no answer comes, and no more than this. */
const LONGEST_RESERVE_MS = 5_000;

/** What is left for sending a write, so that time remains to settle a lost one. @throws as {@link leftOf} */
export function leftForSending(scope: CallScope): OperationOptions {
  const { signal, timeoutMs = 0 } = leftOf(scope);
  return { signal, timeoutMs: Math.max(timeoutMs * 0.75, timeoutMs - LONGEST_RESERVE_MS) };
}

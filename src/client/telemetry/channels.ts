// What this library tells `node:diagnostics_channel`: calls of the server, operations made of them, and what happens to
// connections. Nothing is made or measured while nobody listens.

import { channel, tracingChannel, type Channel, type TracingChannel } from 'node:diagnostics_channel';

/** One call of the server, retries included, as subscribers of `immurepo:call` see it. No secret, no data. */
export interface CallTrace {
  /** The RPC's name: `VerifiableGet`. */
  readonly rpc: string;
  /** `read`, `write`, `proven-write` or `control`. */
  readonly kind: string;
  readonly database: string;
  /** `host:port`. */
  readonly address: string;
  /** How many times it was sent; known at the end. */
  attempts?: number;
  /** Set by Node where it failed: an ImmuError. */
  readonly error?: unknown;
}

/** One verified operation, as subscribers of `immurepo:operation` see it. */
export interface OperationTrace {
  /** The operation's name: `verifiedGet`. */
  readonly operation: string;
  readonly database: string;
  readonly ledgerId: string;
  /** Set by Node where it failed. */
  readonly error?: unknown;
}

/** Something that happened to a connection, as subscribers of `immurepo:event` see it. */
export interface EventTrace {
  /** The event's name: `session-lost`. */
  readonly name: string;
  /** The event, as listeners of the client are given it. */
  readonly event: object;
}

/** The channels, under the names they are subscribed to by. */
export const CALLS: TracingChannel<CallTrace, CallTrace> = tracingChannel('immurepo:call');
/** Verified operations. */
export const OPERATIONS: TracingChannel<OperationTrace, OperationTrace> =
  tracingChannel('immurepo:operation');
/** The name of the channel of events. */
export const EVENT_CHANNEL = 'immurepo:event';
/** Events of connections and of trust: messages are {@link EventTrace}. */
export const EVENTS: Channel = channel(EVENT_CHANNEL);

/**
 * Runs a call or an operation, told of on `traced` if anybody listens.
 *
 * @param describe what is told; called only if anybody listens
 */
export function traced<Trace extends object, T>(
  to: TracingChannel<Trace, Trace>,
  describe: () => Trace,
  run: (trace: Trace | undefined) => Promise<T>,
): Promise<T> {
  // Absent from Node 20's types and present in its code, or the other way round: asked of the channels themselves.
  if (!isHeard(to)) return run(undefined);
  const trace = describe();
  return withoutResult(to, trace, run);
}

/** Node hands subscribers what the promise resolves to, which is data and none of their business. */
async function withoutResult<Trace extends object, T>(
  to: TracingChannel<Trace, Trace>,
  trace: Trace,
  run: (trace: Trace) => Promise<T>,
): Promise<T> {
  const results: T[] = [];
  await to.tracePromise(async () => {
    results.push(await run(trace));
  }, trace);
  return results[0] as T;
}

/**
 * As {@link traced}, for what is no single promise.
 *
 * @returns to be called when it is over, with the error if it failed
 */
export function tracedUntil<Trace extends object>(
  to: TracingChannel<Trace, Trace>,
  describe: () => Trace,
): (failure: unknown) => void {
  let settle: (failure: unknown) => void = () => undefined;
  const over = new Promise<void>((resolve, reject) => {
    settle = (failure) => {
      if (failure === undefined) resolve();
      else reject(failure instanceof Error ? failure : new Error('failed', { cause: failure }));
    };
  });
  // Who called is told of the failure himself.
  traced(to, describe, () => over).catch(() => undefined);
  return settle;
}

const FIVE = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const;

/** Whether anybody listens to any of the channel's five. */
function isHeard(channels: Readonly<Record<(typeof FIVE)[number], Channel>>): boolean {
  return FIVE.some((name) => channels[name].hasSubscribers);
}

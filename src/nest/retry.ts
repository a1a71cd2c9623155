// Opening a ledger whose server is not there yet: a service and its server are often started at the same time.

import { setTimeout as pause } from 'node:timers/promises';
import { ImmuError } from '../errors.js';

/** How often, and how long apart, a ledger is tried to be opened. */
export interface RetryOptions {
  /** How often in all, 1 to 1,000. Default 10. */
  readonly attempts?: number;
  /** The pause after the first time in milliseconds, 0 to 3,600,000. Each further is twice as long; of each, half is left to chance. Default 500. */
  readonly delayMs?: number;
  /** The longest pause in milliseconds, 0 to 3,600,000. Default 10,000. */
  readonly maxDelayMs?: number;
}

/**
 * The same, with every default filled in.
 */
export type RetryRules = Required<RetryOptions>;

const DEFAULTS: RetryRules = { attempts: 10, delayMs: 500, maxDelayMs: 10_000 };
const LIMITS: Readonly<Record<keyof RetryRules, readonly [number, number]>> = {
  attempts: [1, 1000],
  delayMs: [0, 3_600_000],
  maxDelayMs: [0, 3_600_000],
};

/**
 * What was said, checked, and the defaults.
 *
 * @throws TypeError for what is out of range or unknown
 */
export function retryRules(given: RetryOptions | false | undefined): RetryRules {
  if (given === false) return { ...DEFAULTS, attempts: 1 };
  if (given === undefined) return DEFAULTS;
  if (typeof given !== 'object' || (given as unknown) === null)
    throw new TypeError('Option "retry" must be false, or an object of attempts, delayMs and maxDelayMs.');
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    const limits = Object.hasOwn(LIMITS, name) ? LIMITS[name as keyof RetryRules] : undefined;
    if (limits === undefined) throw new TypeError(`Option "retry.${name}" is not known.`);
    if (value === undefined) continue;
    if (!Number.isInteger(value) || (value as number) < limits[0] || (value as number) > limits[1])
      throw new TypeError(`Option "retry.${name}" must be a whole number from ${limits[0]} to ${limits[1]}.`);
  }
  const { attempts, delayMs, maxDelayMs } = given;
  return {
    attempts: attempts ?? DEFAULTS.attempts,
    delayMs: delayMs ?? DEFAULTS.delayMs,
    maxDelayMs: maxDelayMs ?? DEFAULTS.maxDelayMs,
  };
}

/**
 * One time that was in vain, and what comes next.
 */
interface VainAttempt {
  readonly error: ImmuError;
  /** How often it was tried. */
  readonly attempt: number;
  readonly nextInMs: number;
}

/**
 * Tries until it succeeds, fails for good, or has been tried often enough.
 *
 * @param signal ends a pause, and is for `work` to heed
 * @param onVain told before each pause
 * @returns what `work` returns
 * @throws what `work` throws last; the reason of `signal`
 */
export async function retrying<Result>(
  work: () => Promise<Result>,
  rules: RetryRules,
  signal: AbortSignal,
  onVain: (vain: VainAttempt) => void,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      const helps = error instanceof ImmuError && error.retryable && attempt < rules.attempts;
      if (!helps) throw error;
      const full = Math.min(rules.delayMs * 2 ** (attempt - 1), rules.maxDelayMs);
      const nextInMs = full / 2 + (Math.random() * full) / 2;
      onVain({ error, attempt, nextInMs });
      await pause(nextInMs, undefined, { signal }).catch(() => {
        signal.throwIfAborted();
      });
    }
  }
}

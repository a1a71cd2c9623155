// One operation under attack, and whether what came of it is what must come of it.

import type { ImmuErrorCode, VerificationErrorCode } from '../../src/errors.js';
import { ImmuError, VerificationError } from '../../src/errors.js';
import { type Subject, textOf, type Trusted } from './subject.js';

/** What must come of an attack. */
export type Expectation =
  /** A verdict on the server, with one of these codes. FORK_DETECTED must latch, and nothing else may. */
  | { readonly kind: 'refused'; readonly codes: readonly VerificationErrorCode[] }
  /** No verdict and no result: it could not be done, or could not be checked. */
  | { readonly kind: 'failed'; readonly codes: readonly ImmuErrorCode[] }
  /** What was forged means nothing: the result is the honest one. */
  | { readonly kind: 'same'; readonly why: string }
  /** What no client can prove: the result is genuine all the same, or typed as unverified. */
  | { readonly kind: 'unprovable'; readonly why: string; readonly holds?: (result: unknown) => boolean }
  /** A server may extend its history as it likes: what it made up becomes a fork with its next honest answer. */
  | {
      readonly kind: 'found later';
      readonly why: string;
      /** Where other answers of the same operation may contradict it at once: how. */
      readonly codes?: readonly VerificationErrorCode[];
    };

export const refused = (...codes: VerificationErrorCode[]): Expectation => ({ kind: 'refused', codes });
export const failed = (...codes: ImmuErrorCode[]): Expectation => ({ kind: 'failed', codes });
export const same = (why: string): Expectation => ({ kind: 'same', why });

/** What is to be tried. */
export interface Attempt {
  readonly run: () => Promise<unknown>;
  readonly expectation: Expectation;
  /** The honest result, as {@link meaningOf} has it. */
  readonly honest?: string | undefined;
  /** Calls the honest operation makes. An attack may cost a look at the server's state and a history, no more. */
  readonly honestCalls: number;
  /** Several operations in one: each may be told of, and those that hold move the state. */
  readonly several?: boolean;
  /** The client was led to another server, which is known to stand otherwise: no rule of the proxy shows that. */
  readonly isLedAway?: boolean;
}

/** What came of it. */
export interface Verdict {
  readonly outcome: Expectation['kind'];
  readonly code?: string;
  /** Why the case fails; undefined where it holds. */
  readonly problem?: string;
}

/** A verdict may take this long, whatever the answer holds, on a machine that has other work as well. */
const MAX_MS = 10_000;
const MORE_CALLS = 8;

/** Tries it, and judges. Lies are told already; they end here. */
export async function judge(subject: Subject, attempt: Attempt): Promise<Verdict> {
  const { proxy } = subject;
  const before = await subject.trusted();
  const told = subject.tampered.length;
  const latched = subject.latched.length;
  const calls = proxy.callsInAll;
  const started = performance.now();
  const [settled] = await Promise.allSettled([attempt.run()]);
  const elapsedMs = performance.now() - started;
  const deeds = [...proxy.deeds];
  const made = proxy.callsInAll - calls;
  proxy.clear();
  const facts = {
    before,
    after: await subject.trusted(),
    told: subject.tampered.slice(told),
    latched: subject.latched.length > latched,
  };
  const { kind } = attempt.expectation;
  const code = settled.status === 'rejected' ? codeOf(settled.reason) : undefined;
  const problem =
    (attempt.isLedAway === true || deeds.some(({ changed }) => changed)
      ? undefined
      : 'the attack changed nothing: it was never made') ??
    (settled.status === 'rejected'
      ? refusalProblem(attempt, settled.reason, facts)
      : await acceptanceProblem(subject, attempt, settled.value, facts)) ??
    (made > attempt.honestCalls * 2 + MORE_CALLS
      ? `made ${made} calls where the honest operation makes ${attempt.honestCalls}`
      : undefined) ??
    (elapsedMs > MAX_MS ? `took ${Math.round(elapsedMs)} ms` : undefined);
  return {
    outcome: kind,
    ...(code === undefined ? {} : { code }),
    ...(problem === undefined ? {} : { problem }),
  };
}

interface Facts {
  readonly before: Trusted;
  readonly after: Trusted;
  readonly told: readonly VerificationError[];
  readonly latched: boolean;
}

function codeOf(error: unknown): string {
  return error instanceof VerificationError || error instanceof ImmuError ? error.code : String(error);
}

function refusalProblem(
  { expectation: expected, several }: Attempt,
  error: unknown,
  facts: Facts,
): string | undefined {
  const expectation =
    expected.kind === 'found later' && expected.codes !== undefined ? refused(...expected.codes) : expected;
  const { kind } = expectation;
  if (kind !== 'refused' && kind !== 'failed')
    return `rejected although it is to be ${kind}: ${shown(error)}`;
  const proper = kind === 'refused' ? error instanceof VerificationError : error instanceof ImmuError;
  if (!proper) return `not the kind of error it must be: ${shown(error)}`;
  const { code } = error as VerificationError | ImmuError;
  if (!(expectation.codes as readonly string[]).includes(code))
    return `${code} where ${expectation.codes.join(' or ')} is right: ${shown(error)}`;
  const alarms = kind === 'refused' ? 1 : 0;
  if (several !== true && facts.told.length !== alarms) return `${facts.told.length} alarms, not ${alarms}`;
  if (kind === 'refused' && !facts.told.includes(error as VerificationError))
    return 'no alarm with this error';
  if (facts.latched !== (code === 'FORK_DETECTED')) return facts.latched ? 'latched' : 'not latched';
  if (several === true) return undefined;
  if (facts.after.inMemory !== facts.before.inMemory) return 'the trusted state moved in memory';
  if (!facts.latched && facts.after.stored !== facts.before.stored) return 'the stored state changed';
  return undefined;
}

async function acceptanceProblem(
  subject: Subject,
  { expectation, honest }: Attempt,
  result: unknown,
  facts: Facts,
): Promise<string | undefined> {
  if (facts.latched) return 'latched, and accepted';
  switch (expectation.kind) {
    case 'refused':
    case 'failed':
      return `ACCEPTED: ${meaningOf(result).slice(0, 200)}`;
    case 'same':
      if (honest === undefined || meaningOf(result) === honest) return undefined;
      return `the result changed: ${firstDifference(meaningOf(result), honest)}`;
    case 'unprovable':
      if (expectation.holds?.(result) ?? true) return undefined;
      return `the result is not what may be shown: ${meaningOf(result).slice(0, 200)}`;
    case 'found later':
      return foundLater(subject);
  }
}

/** The next honest answer contradicts what was made up. */
async function foundLater(subject: Subject): Promise<string | undefined> {
  const [next] = await Promise.allSettled([subject.client.verifiedState()]);
  if (next.status === 'fulfilled') return 'ACCEPTED, and the next honest answer contradicted nothing';
  const code = codeOf(next.reason);
  // Where what was made up is ahead of the honest server, that one seems to have lost it.
  if (code !== 'FORK_DETECTED' && code !== 'ROLLBACK_DETECTED') return `found later with ${code}`;
  return code === 'FORK_DETECTED' && subject.latched.length === 0
    ? 'found later, and not latched'
    : undefined;
}

function shown(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 300);
}

/** What a result tells its caller, as text: all of it but which state it was checked against, which moves on. */
export function meaningOf(result: unknown): string {
  return textOf(
    JSON.parse(result === undefined ? 'null' : textOf(result), (name, value: unknown) =>
      name === 'checkedAgainst' ? undefined : value,
    ),
  );
}

function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return `"${a.slice(Math.max(0, at - 20), at + 40)}" where it was "${b.slice(Math.max(0, at - 20), at + 40)}"`;
}

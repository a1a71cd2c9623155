// How a failed check becomes an error: which check, on which transaction, what was expected and what was found.

import { toHex } from '../../bytes.js';
import { type StateInError, VerificationError, type VerificationErrorCode } from '../../errors.js';

/** What a failed check knows. */
export interface Failure {
  /** What was checked, as the subject of a sentence. */
  readonly check: string;
  /** The transaction it was checked on. */
  readonly txId?: bigint;
  /** What an honest server would have sent. */
  readonly expected?: unknown;
  /** What this one sent. */
  readonly found?: unknown;
  /** What the failure means, or what to do, where the check's name does not say it. */
  readonly hint?: string;
}

/** What the operation knows in which a check failed. */
export interface FailureContext {
  readonly trusted?: StateInError | undefined;
  readonly offered?: StateInError | undefined;
  readonly evidence?: unknown;
}

const SHOWN_BYTES = 8;
const SHOWN_CHARACTERS = 64;

/** The error for a failed check. */
export function failure(
  code: VerificationErrorCode,
  what: Failure,
  context?: FailureContext,
): VerificationError {
  const { check, txId, expected, found, hint } = what;
  const subject = txId === undefined ? check : `tx ${String(txId)}: ${check}`;
  const contrast =
    expected === undefined && found === undefined ? '' : `: expected ${show(expected)}, found ${show(found)}`;
  const message = `Refused the server's answer. ${subject}${contrast}.${hint === undefined ? '' : ` ${hint}`}`;
  return new VerificationError(code, message, { ...context, details: { check, txId, expected, found } });
}

/** Runs checks and gives the error of a failing one what the operation knows. What the error knows itself stays. */
export function withContext<T>(context: FailureContext, checks: () => T): T {
  try {
    return checks();
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    throw new VerificationError(error.code, error.message, {
      cause: error.cause,
      details: error.details,
      trusted: error.trusted ?? context.trusted,
      offered: error.offered ?? context.offered,
      evidence: error.evidence ?? context.evidence,
    });
  }
}

/** A value as a message shows it: short, and with nothing in it that the server could make a terminal obey. */
function show(value: unknown): string {
  if (value instanceof Uint8Array) return showBytes(value);
  if (typeof value === 'string') {
    const text = JSON.stringify(value.slice(0, SHOWN_CHARACTERS)).replaceAll(
      /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
      '?',
    );
    return value.length > SHOWN_CHARACTERS ? `${text}…` : text;
  }
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  return value === undefined || value === null ? 'nothing' : `a value of type ${typeof value}`;
}

function showBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes';
  if (bytes.length <= SHOWN_BYTES) return toHex(bytes);
  return `${toHex(bytes.subarray(0, SHOWN_BYTES))}… (${bytes.length} bytes)`;
}

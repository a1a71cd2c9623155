// What a client of the service is told of an error: a status, a code, and a text that gives nothing away. One table.

import {
  type EntityIssue,
  type ImmuError,
  type ImmuErrorCode,
  ValidationError,
  VerificationError,
} from '../errors.js';

/** What is answered. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly issues?: readonly EntityIssue[];
  readonly tampered?: true;
  /** When it may be asked again, in seconds. */
  readonly retryAfterSeconds?: number;
}

/** An error of this package. */
export type LedgerError = ImmuError | VerificationError;

/** What may be told of a failed check. */
export const FAILED_CHECK =
  'What the ledger answered contradicts what was proven before. None of it was used, and somebody must look into it.';
const BUSY = 'The ledger has too much to do. Try again.';
const AWAY = 'The ledger cannot be reached. Try again later.';
const DEFAULT_TEXT = 'The ledger could not do this. The log of this service says why.';

/** What is said in place of the error's own text, which may name what is stored, addresses, or what a programmer has to do. */
const TEXTS: Partial<Record<ImmuErrorCode, string>> = {
  ACTOR_REQUIRED: 'It is not known who is asking, and nothing is written in nobody’s name. Sign in.',
  MODIFIED_ENTITY: 'The record was changed since it was read. Load it again and decide anew.',
  PRECONDITION_FAILED:
    'What this write was built on is not so any more. Nothing was written: load again and decide anew.',
  UNIQUE_VIOLATION: 'Another record has this value already, and there can be one only. Nothing was written.',
  UNKNOWN_OUTCOME:
    'This was sent to the ledger, and its answer was lost: it may have been committed. Look before you do it again.',
  TRUST_LATCHED: FAILED_CHECK,
  UNREACHABLE: AWAY,
  SERVER_BUSY: BUSY,
  QUEUE_FULL: BUSY,
  CLOSED: 'This service is about to end. Try again.',
  DEADLINE_EXCEEDED: 'The ledger took too long to answer. Try again.',
};

/** In place of the text of an error that a server's answer became: that one names the call, the server and the database. */
const TEXTS_OF_CALLS: Partial<Record<ImmuErrorCode, string>> = {
  CONFLICT: 'Somebody else was first, and nothing was written: load again and decide anew.',
  IDEMPOTENCY_KEY_REUSED: 'Another write was made under this idempotency key. Nothing was written.',
  NOT_FOUND: 'There is no such record.',
  VALUE_REFUSED: 'A value that was sent cannot be stored. Nothing was written.',
};
const DEFAULT_TEXT_OF_CALLS = 'The ledger refused this. Nothing was written.';

const STATUSES: Partial<Record<ImmuErrorCode, number>> = {
  CONFLICT: 409,
  MODIFIED_ENTITY: 409,
  UNIQUE_VIOLATION: 409,
  PRECONDITION_FAILED: 409,
  IDEMPOTENCY_KEY_REUSED: 409,
  NOT_FOUND: 404,
  VALIDATION_FAILED: 422,
  VALUE_REFUSED: 422,
  ACTOR_REQUIRED: 401,
  TRUST_LATCHED: 500,
  UNKNOWN_OUTCOME: 500,
  UNREACHABLE: 503,
  SERVER_BUSY: 503,
  QUEUE_FULL: 503,
  CLOSED: 503,
  DEADLINE_EXCEEDED: 503,
};

const RETRY_AFTER_SECONDS = 5;

/** Whether it means that a check failed, now or before. */
export function isFailedCheck(error: LedgerError): boolean {
  return error instanceof VerificationError || error.code === 'TRUST_LATCHED';
}

/** The text for a code that may be told to anybody. */
export function publicText(error: LedgerError): string {
  if (error instanceof VerificationError) return FAILED_CHECK;
  return TEXTS[error.code] ?? DEFAULT_TEXT;
}

/** What is answered to an error. */
export function answerTo(error: LedgerError): ErrorAnswer {
  const { code } = error;
  if (error instanceof VerificationError || isFailedCheck(error))
    return { status: 500, code, message: FAILED_CHECK, tampered: true };
  const status = STATUSES[error.code] ?? (error.retryable ? 503 : 500);
  // A caller is told what is wrong with what the caller sent.
  const message = status < 500 ? textForCaller(error) : publicText(error);
  return {
    status,
    code,
    message,
    ...(error instanceof ValidationError ? { issues: error.issues } : {}),
    ...(status === 503 ? { retryAfterSeconds: retryAfter(error) } : {}),
  };
}

function textForCaller(error: ImmuError): string {
  const { code, message } = error;
  const fixed = TEXTS[code];
  if (fixed !== undefined) return fixed;
  return isOfCall(error) ? (TEXTS_OF_CALLS[code] ?? DEFAULT_TEXT_OF_CALLS) : message;
}

/** Whether it says what a server answered, or is built on an error that does and quotes it: both keep its details. */
function isOfCall({ details }: ImmuError): boolean {
  return ['rpc', 'address', 'serverText'].some((name) => Object.hasOwn(details, name));
}

/** When a server that is away is tried again, or what can be said in general. */
function retryAfter({ details }: ImmuError): number {
  const { retryInMs } = Object(details.circuit) as { readonly retryInMs?: unknown };
  return typeof retryInMs === 'number' ? Math.max(1, Math.ceil(retryInMs / 1000)) : RETRY_AFTER_SECONDS;
}

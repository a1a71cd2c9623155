// The error family. Three kinds, never mixed: `TypeError` is the caller's bug, `ImmuError` is what could not be
// done or could not be checked, `VerificationError` is a server that contradicts its own commitments.

/**
 * Why something could not be done or could not be checked. Stable within a major version.
 */
export type ImmuErrorCode =
  // reaching the server
  | 'UNREACHABLE'
  | 'DEADLINE_EXCEEDED'
  | 'ABORTED'
  | 'CLOSED'
  | 'SERVER_BUSY'
  | 'QUEUE_FULL'
  | 'MESSAGE_TOO_LARGE'
  | 'TLS_OPTIONS'
  | 'TLS_FAILED'
  // who is asking
  | 'INVALID_CREDENTIALS'
  | 'USER_INACTIVE'
  | 'AUTH_DISABLED'
  | 'SESSION_EXPIRED'
  | 'TOO_MANY_SESSIONS'
  | 'PERMISSION_DENIED'
  // databases
  | 'DATABASE_NOT_FOUND'
  | 'DATABASE_EXISTS'
  | 'DATABASE_UNAVAILABLE'
  | 'INVALID_DATABASE_NAME'
  | 'READ_ONLY_REPLICA'
  // keys, values, transactions
  | 'KEY_NOT_FOUND'
  | 'TX_NOT_FOUND'
  | 'INVALID_REVISION'
  | 'INVALID_ARGUMENT'
  | 'DUPLICATE_KEY'
  | 'KEY_TOO_LARGE'
  | 'VALUE_TOO_LARGE'
  | 'BATCH_TOO_LARGE'
  | 'PRECONDITION_FAILED'
  | 'CONFLICT'
  | 'UNKNOWN_OUTCOME'
  | 'VALUE_UNAVAILABLE'
  | 'PROOF_UNAVAILABLE'
  | 'STREAM_TRUNCATED'
  | 'STREAM_LENGTH_MISMATCH'
  // SQL
  | 'SQL_STATEMENT'
  | 'SQL_CONSTRAINT'
  | 'TABLE_NOT_FOUND'
  | 'TABLE_EXISTS'
  | 'TRANSACTION_CLOSED'
  // collections and documents
  | 'COLLECTION_NOT_FOUND'
  | 'COLLECTION_EXISTS'
  | 'DOCUMENT_NOT_FOUND'
  // users, replicas
  | 'USER_EXISTS'
  | 'USER_NOT_FOUND'
  | 'DATABASE_LOADED'
  | 'REPLICA_DIVERGED'
  | 'NOT_A_REPLICA'
  // records and entities
  | 'NOT_FOUND'
  | 'VALUE_REFUSED'
  | 'UNREADABLE_RECORD'
  | 'UNSUPPORTED_FORMAT'
  | 'NEWER_RECORD'
  | 'VALIDATION_FAILED'
  | 'PIN_MISMATCH'
  | 'NO_EVIDENCE'
  | 'MODIFIED_ENTITY'
  // indexes, transactions, provenance
  | 'UNIQUE_VIOLATION'
  | 'INDEX_NOT_READY'
  | 'INDEX_CHANGED'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'ACTOR_REQUIRED'
  // the trusted state on this side
  | 'TRUST_MISSING'
  | 'TRUST_EXISTS'
  | 'TRUST_CORRUPT'
  | 'TRUST_CONFLICT'
  | 'TRUST_STORE_FAILED'
  | 'TRUST_LATCHED'
  | 'TRUST_POLICY'
  // an embedded ledger's folder
  | 'LEDGER_MISSING'
  | 'LEDGER_LOCKED'
  | 'LEDGER_DAMAGED'
  | 'LEDGER_STORAGE_FAILED'
  // the rest
  | 'SERVER_BEHIND'
  | 'UNSUPPORTED_SERVER'
  | 'UNSUPPORTED'
  | 'SERVER_ERROR';

/**
 * How a server contradicted its own commitments. Stable within a major version.
 */
export type VerificationErrorCode =
  | 'MALFORMED_PROOF'
  | 'PROOF_TOO_LARGE'
  | 'PROOF_INVALID'
  | 'BINDING_MISMATCH'
  | 'SIGNATURE_MISSING'
  | 'SIGNATURE_INVALID'
  | 'DATABASE_MISMATCH'
  | 'SERVER_IDENTITY_CHANGED'
  | 'FORK_DETECTED'
  | 'ROLLBACK_DETECTED'
  | 'STALE_READ'
  | 'OMISSION_DETECTED'
  | 'CHAIN_BROKEN'
  | 'CHAIN_FORK';

/** The numbers and names an error's message speaks of, as fields. Never a secret. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** Fields as JSON can hold them: 64-bit numbers as decimal text, bytes as hexadecimal. Causes and evidence stay out. */
function jsonFields(fields: ErrorDetails): ErrorDetails {
  const text = (value: unknown): unknown => {
    if (typeof value === 'bigint') return String(value);
    if (value instanceof Uint8Array)
      return Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (Array.isArray(value)) return value.map(text);
    if (typeof value !== 'object' || value === null) return value;
    return jsonFields(value as ErrorDetails);
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, text(value)]));
}

/** What an error may carry besides its code and message. */
export interface ErrorOptions {
  /** The error this one was made from. */
  readonly cause?: unknown;
  /** The numbers of the message, as fields. */
  readonly details?: ErrorDetails;
  /** Whether the same call may succeed if it is simply made again. Default false. */
  readonly retryable?: boolean;
}

/**
 * Something could not be done or could not be checked. Says nothing about the honesty of the server.
 */
export class ImmuError extends Error {
  override readonly name: string = 'ImmuError';
  /** What went wrong, to be tested by programs. */
  readonly code: ImmuErrorCode;
  /** Whether the same call may succeed if it is simply made again. */
  readonly retryable: boolean;
  /** The numbers of the message, as fields. */
  readonly details: ErrorDetails;

  /**
   * @param code what went wrong
   * @param message what went wrong, for a person, with what to do about it
   * @param options cause, fields, and whether a retry helps
   */
  constructor(code: ImmuErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }

  /** For `JSON.stringify` and loggers: what can be told in text. */
  toJSON(): ErrorDetails {
    const { name, code, message, retryable, details } = this;
    return jsonFields({ name, code, message, retryable, details });
  }
}

/** A transaction and the hash that commits to it and to everything before it, as an error shows it. */
export interface StateInError {
  /** The transaction's id. */
  readonly txId: bigint;
  /** Its accumulated hash, 32 bytes. */
  readonly alh: Uint8Array;
}

/** What a {@link VerificationError} may carry besides its code and message. */
export interface VerificationErrorOptions {
  /** The error this one was made from. */
  readonly cause?: unknown;
  /** The numbers of the message, as fields. */
  readonly details?: ErrorDetails;
  /** The state this client trusted when the check was made. */
  readonly trusted?: StateInError | undefined;
  /** The state the server offered instead. */
  readonly offered?: StateInError | undefined;
  /** The offending answer, for an auditor. */
  readonly evidence?: unknown;
}

/**
 * The server's answer contradicts what it committed to, or what this client already verified. Nothing of the
 * answer was returned and the trusted state did not move.
 */
export class VerificationError extends Error {
  override readonly name: string = 'VerificationError';
  /** Which check failed, to be tested by programs. */
  readonly code: VerificationErrorCode;
  /** The numbers of the message, as fields. */
  readonly details: ErrorDetails;
  /** The state this client trusted when the check was made. */
  readonly trusted: StateInError | undefined;
  /** The state the server offered instead. */
  readonly offered: StateInError | undefined;
  /** The offending answer, for an auditor. */
  readonly evidence: unknown;

  /**
   * @param code which check failed
   * @param message which check failed, expected and found, for a person
   * @param options cause, fields, both states, and the offending answer
   */
  constructor(code: VerificationErrorCode, message: string, options: VerificationErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.trusted = options.trusted;
    this.offered = options.offered;
    this.evidence = options.evidence;
  }

  /** For `JSON.stringify` and loggers: what can be told in text; the evidence is left to who asks for it. */
  toJSON(): ErrorDetails {
    const { name, code, message, details, trusted, offered } = this;
    return jsonFields({ name, code, message, details, trusted, offered });
  }
}

/** One thing that is wrong with an entity that was to be stored. */
export interface EntityIssue {
  /** Which entity: `Account "a"`. */
  readonly entity: string;
  /** Where in it: `address.city`, `lines[2].price`; empty for the entity as a whole. */
  readonly path: string;
  /** What is wrong, as the validator says. */
  readonly message: string;
}

/** Entities that were to be stored are not as they must be. Nothing was written. */
export class ValidationError extends ImmuError {
  override readonly name = 'ValidationError';
  /** All that is wrong with all entities of the call. */
  readonly issues: readonly EntityIssue[];

  /**
   * @param message what is wrong, or the first of it
   * @param issues all that is wrong
   * @param options cause and fields
   */
  constructor(message: string, issues: readonly EntityIssue[], options: ErrorOptions = {}) {
    super('VALIDATION_FAILED', message, { ...options, details: { ...options.details, issues } });
    this.issues = issues;
  }
}

/** Another writer changed what this write was built on. Load it again and decide anew. */
export class ConflictError extends ImmuError {
  override readonly name = 'ConflictError';

  /**
   * @param message which entity, and what it was built on
   * @param options cause and fields
   */
  constructor(message: string, options: ErrorOptions = {}) {
    super('CONFLICT', message, options);
  }
}

/** Another entity has the value already that an index holds to be unique. */
export class UniqueViolationError extends ImmuError {
  override readonly name = 'UniqueViolationError';

  /**
   * @param message which index, which value, and who has it
   * @param options cause and fields
   */
  constructor(message: string, options: ErrorOptions = {}) {
    super('UNIQUE_VIOLATION', message, options);
  }
}

/** An index does not hold every entity yet: it was declared after they were stored. `ledger.reindex` completes it. */
export class IndexNotReadyError extends ImmuError {
  override readonly name = 'IndexNotReadyError';

  /**
   * @param message which index
   * @param options cause and fields
   */
  constructor(message: string, options: ErrorOptions = {}) {
    super('INDEX_NOT_READY', message, options);
  }
}

/** A write was sent and it is not known whether it was committed. Looking found no trace of it so far. */
export class UnknownOutcomeError extends ImmuError {
  override readonly name = 'UnknownOutcomeError';

  /**
   * @param message what was written and what to look for
   * @param options cause and fields
   */
  constructor(message: string, options: ErrorOptions = {}) {
    super('UNKNOWN_OUTCOME', message, options);
  }
}

/** There is no proof behind this object: it is a copy, a clone, parsed JSON, or was never loaded verified. */
export class NoEvidenceError extends ImmuError {
  override readonly name = 'NoEvidenceError';

  /**
   * @param message what was asked for evidence
   */
  constructor(message: string) {
    super('NO_EVIDENCE', message);
  }
}

/** The entity was changed since it was loaded: it no longer encodes to the bytes that were proven. */
export class ModifiedEntityError extends ImmuError {
  override readonly name = 'ModifiedEntityError';

  /**
   * @param message which entity changed
   * @param options cause and fields
   */
  constructor(message: string, options: ErrorOptions = {}) {
    super('MODIFIED_ENTITY', message, options);
  }
}

/** Two committed revisions of one entity name the same predecessor: a precondition was not honoured, or history was forged. */
export class ChainForkError extends VerificationError {
  override readonly name = 'ChainForkError';

  /**
   * @param message which entity, and which revisions
   * @param options cause, fields and evidence
   */
  constructor(message: string, options: VerificationErrorOptions = {}) {
    super('CHAIN_FORK', message, options);
  }
}

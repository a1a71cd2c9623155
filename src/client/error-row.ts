// What one row of the error table is.

import type { ImmuErrorCode } from '../errors.js';

/**
 * Whether the operation may have taken effect although the call failed. `maybe-if-proven`: not for a plain write; but
 * a verifiable one commits first and may fail while it builds the proof, with the same text (seen on 1.11.1).
 */
export type Executed = 'no' | 'maybe' | 'maybe-if-proven';

/** Why there is no secure connection. Stable within a major version. */
export type TlsFailure =
  | 'unknown-authority'
  | 'wrong-name'
  | 'expired'
  | 'not-yet-valid'
  | 'server-speaks-plaintext'
  | 'client-certificate-required'
  | 'client-certificate-refused'
  | 'handshake';

/** One row: what must fit, and what it means. */
export interface ErrorRow {
  /** The gRPC status, or `undefined` for any: wrapped errors change theirs. */
  readonly status: number | undefined;
  /** The status text. */
  readonly text: RegExp;
  /** The code in the ErrorInfo, or `undefined` where the text alone decides. */
  readonly info: string | undefined;
  readonly code: ImmuErrorCode;
  readonly retryable: boolean;
  readonly executed: Executed;
  /** Of TLS_FAILED. */
  readonly tls?: TlsFailure;
  /** Where the row was seen. */
  readonly seen: string;
}

/** What a row means, where it differs from: nothing was done, and a retry does not help. */
export type Meaning = Partial<Pick<ErrorRow, 'info' | 'retryable' | 'executed' | 'tls'>>;

/** Makes rows of what was seen in one place. */
export const rowsOf =
  (seen: string) =>
  (status: number | undefined, text: RegExp, code: ImmuErrorCode, meaning: Meaning = {}): ErrorRow => ({
    status,
    text,
    info: undefined,
    code,
    retryable: false,
    executed: 'no',
    seen,
    ...meaning,
  });

/** A row of what immudb says. */
export const row = rowsOf('immudb 1.11.1');
/** A row of what grpc-js says. */
export const own = rowsOf('grpc-js 1.14');
/** A row of what an embedded ledger says. */
export const engine = rowsOf('the embedded ledger');
/** May have been executed; a retry may help where it is safe. */
export const LOST: Meaning = { retryable: true, executed: 'maybe' };
/** Nothing was done; a retry may help. */
export const AGAIN: Meaning = { retryable: true };

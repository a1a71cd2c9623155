// What is said of a fixture, and why one may be refused before any proof is looked at.

import type { ImmuErrorCode, VerificationErrorCode } from '../../src/errors.js';

/** What a fixture proves, as printed: ids as decimal strings, bytes as base64. */
export interface ProvenResult {
  readonly txId: string;
  readonly alh: string;
  readonly key?: string;
  readonly value?: string;
  readonly metadata?: PrintedMetadata;
}

/** The attributes that are present. */
export interface PrintedMetadata {
  readonly deleted?: true;
  readonly expiresAt?: string;
  readonly nonIndexable?: true;
}

/** Why a fixture was refused. */
export type RejectionCode =
  | VerificationErrorCode
  | ImmuErrorCode
  /** The fixture itself, its request or its trusted state makes no sense: nothing was checked. */
  | 'MALFORMED_FIXTURE'
  /** No server has such a call. */
  | 'UNKNOWN_RPC'
  /** A mistake in this command. */
  | 'INTERNAL_ERROR';

/** One line of output. */
export type Verdict =
  | { readonly name: string | null; readonly verdict: 'accepted'; readonly result: ProvenResult }
  | {
      readonly name: string | null;
      readonly verdict: 'rejected';
      readonly code: RejectionCode;
    };

/** A fixture is refused. */
export class Rejection extends Error {
  constructor(
    readonly code: RejectionCode,
    message: string,
  ) {
    super(message);
  }
}

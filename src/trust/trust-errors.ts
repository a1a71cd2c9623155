// What a damaged, missing or overtaken record is called, and what a person can do about each. One place, so that the
// remedies stay true.

import { ImmuError, VerificationError } from '../errors.js';
import type { LedgerState } from '../proof/layout/ledger-state.js';
import { describeTrustId, type TrustId } from './trust-id.js';

/**
 * A record that exists and cannot be believed. Falling back to an older one would be a rollback of our own making.
 *
 * @param source which record, e.g. its file
 * @param problem what is wrong with it
 * @param cause the error of the disk, if there was one
 */
export function corrupt(source: string, problem: string, cause?: unknown): ImmuError {
  return new ImmuError(
    'TRUST_CORRUPT',
    `Trust record ${source} is damaged: ${problem}. Nothing is verified against it, and no older one is used instead. ` +
      'Find out what damaged it; then restore it from a backup, or run `immurepo trust recover --reason "..."`.',
    { cause, details: { source } },
  );
}

/**
 * A record of a later format, to be read by a later version.
 *
 * @param source which record, e.g. its file
 * @param found what this version does not know
 */
export function tooNew(source: string, found: string): ImmuError {
  return new ImmuError(
    'UNSUPPORTED_FORMAT',
    `Trust record ${source} has ${found}, which this version of immurepo does not know: a newer version wrote it. ` +
      'Update immurepo here; the record is untouched.',
    { details: { source } },
  );
}

/**
 * Floors that exist and cannot be believed. Nobody is locked out by that: they are missed, and made anew.
 *
 * @param source where they are, e.g. a file
 * @param problem what is wrong with them
 */
export function damagedFloors(source: string, problem: string): ImmuError {
  return new ImmuError(
    'TRUST_CORRUPT',
    `The list of floors in ${source} is damaged: ${problem}. Nothing of it is used, and the next list replaces it: answers older ` +
      'than what was proven before are noticed only for keys that are read or written from now on. The trust record ' +
      'itself is not concerned. Find out what damaged the file.',
    { details: { source } },
  );
}

/**
 * Floors of a later format, to be read by a later version.
 *
 * @param source where they are, e.g. a file
 */
export function newerFloors(source: string): ImmuError {
  return new ImmuError(
    'UNSUPPORTED_FORMAT',
    `The list of floors in ${source} was written by a newer version of immurepo and is left as it is: nothing of it is used here, ` +
      'and nothing is added to it. Update immurepo here.',
    { details: { source } },
  );
}

/** Other processes were first each time floors were about to be stored. */
export function floorsNeverAtRest(id: TrustId): ImmuError {
  return new ImmuError(
    'TRUST_CONFLICT',
    `The floors of ${describeTrustId(id)} are replaced faster than they can be added to. Look for a process that writes them ` +
      'in a loop.',
    { retryable: true, details: { ...id } },
  );
}

/** Nothing is known of this ledger, and the call needs something to be known. */
export function missing(id: TrustId): ImmuError {
  return new ImmuError(
    'TRUST_MISSING',
    `There is no trust record for ${describeTrustId(id)}. Check the ledger id and the trust directory, or begin with ` +
      '`immurepo trust init`.',
    { details: { ...id } },
  );
}

/** There is a record already, where a first one was to be stored. */
export function exists(id: TrustId, cause?: unknown): ImmuError {
  return new ImmuError(
    'TRUST_EXISTS',
    `There already is a trust record for ${describeTrustId(id)}. Load it and verify against it; to give it up, run ` +
      '`immurepo trust recover --reason "..."`.',
    { cause, details: { ...id } },
  );
}

/** Another writer was first. */
export function conflict(id: TrustId, expectedEpoch: number, foundEpoch: number): ImmuError {
  return new ImmuError(
    'TRUST_CONFLICT',
    `The trust record for ${describeTrustId(id)} was replaced meanwhile: expected epoch ${expectedEpoch}, found ` +
      `${foundEpoch}. Load it, check that both histories agree, and try again.`,
    { retryable: true, details: { ...id, expectedEpoch, foundEpoch } },
  );
}

/** The record moved on each time it was about to be read. */
export function neverAtRest(id: TrustId): ImmuError {
  return new ImmuError(
    'TRUST_CONFLICT',
    `The trust record for ${describeTrustId(id)} is replaced faster than it can be read. Try again, and look for a ` +
      'process that writes it in a loop.',
    { retryable: true, details: { ...id } },
  );
}

/** Misbehaviour was proven earlier; only an operator lifts that. */
export function latched(id: TrustId, since: string): ImmuError {
  return new ImmuError(
    'TRUST_LATCHED',
    `The trust record for ${describeTrustId(id)} is latched since ${since}: its server showed two histories. Look into ` +
      'the evidence (`immurepo trust show`), then run `immurepo trust recover --reason "..."`.',
    { details: { ...id, since } },
  );
}

/** A head that would take trust back, or to another history of the same length. */
export function notForward(id: TrustId, trusted: LedgerState, offered: LedgerState): VerificationError {
  const older = offered.txId < trusted.txId;
  return new VerificationError(
    older ? 'ROLLBACK_DETECTED' : 'FORK_DETECTED',
    `The trust record for ${describeTrustId(id)} stands at transaction ${String(trusted.txId)} and was not replaced by ` +
      (older
        ? `the older transaction ${String(offered.txId)}.`
        : 'another state of the same transaction: these are two histories.'),
    { trusted, offered, details: { ...id, txId: offered.txId, trustedTxId: trusted.txId } },
  );
}

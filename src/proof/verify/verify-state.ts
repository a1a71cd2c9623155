// The server's current state: what it claims, what it signed, and how that stands to what is trusted. A newer state
// is not proven to continue the trusted one: that takes a transaction with proof.

import { equalBytes } from '../../bytes.js';
import { EMPTY_HASH } from '../layout/hash.js';
import type { LedgerState } from '../layout/ledger-state.js';
import { failure, withContext } from './failure.js';
import { parseDigest, parseMessage, parseTxId } from './parse-fields.js';
import type { RawImmutableState } from './raw.js';
import { requireTrusted } from './request-fields.js';
import { type VerificationPolicy, verifySignature } from './signature.js';

/** A state as claimed, after the checks that can be made without a proof. */
export interface CheckedState {
  /** The state. */
  readonly state: LedgerState;
  /** Whether one of the pinned keys signed it; false only where none is pinned. */
  readonly signed: boolean;
  /** Nothing was trusted yet, it is the trusted state, or it is claimed to come after it. */
  readonly relation: 'first' | 'equal' | 'newer';
}

/**
 * Checks a state.
 *
 * @param trusted undefined on first contact
 * @throws VerificationError DATABASE_MISMATCH; SIGNATURE_MISSING or SIGNATURE_INVALID where keys are pinned;
 *   ROLLBACK_DETECTED if it is older than the trusted state; FORK_DETECTED if it is another state of the same
 *   transaction; MALFORMED_PROOF
 */
export function verifyState(
  response: RawImmutableState | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): CheckedState {
  requireTrusted(trusted);
  return withContext({ trusted, evidence: response }, () => {
    const answer = parseMessage(response, 'state');
    const state = parseState(answer);
    return withContext({ offered: state }, () => {
      requireDatabase(answer.db, policy.database);
      const signed = verifySignature(answer.signature, state, policy);
      return { state, signed, relation: relationOf(state, trusted) };
    });
  });
}

function parseState(answer: RawImmutableState): LedgerState {
  const txId = parseTxId(answer.txId, 'state.txId', 0n);
  const alh = parseDigest(answer.txHash, 'state.txHash');
  if (txId === 0n && !equalBytes(alh, EMPTY_HASH)) {
    throw failure('PROOF_INVALID', {
      check: 'alh of an empty database',
      txId,
      expected: EMPTY_HASH,
      found: alh,
    });
  }
  return { txId, alh };
}

function requireDatabase(found: unknown, expected: string): void {
  if (found === expected) return;
  throw failure('DATABASE_MISMATCH', {
    check: 'database of the state',
    expected,
    found,
    hint: 'The session is on another database than configured, or the server mixes them up.',
  });
}

function relationOf(state: LedgerState, trusted: LedgerState | undefined): CheckedState['relation'] {
  if (trusted === undefined) return 'first';
  if (state.txId > trusted.txId) return 'newer';
  if (state.txId < trusted.txId) {
    throw failure('ROLLBACK_DETECTED', {
      check: 'current state',
      expected: `tx ${String(trusted.txId)} or later`,
      found: `tx ${String(state.txId)}`,
      hint: 'The server lost history that was verified before: a restored backup, or a replica that lags behind.',
    });
  }
  if (equalBytes(state.alh, trusted.alh)) return 'equal';
  throw failure('FORK_DETECTED', {
    check: 'alh of the trusted state',
    txId: trusted.txId,
    expected: trusted.alh,
    found: state.alh,
    hint: 'The server claims another history than the one verified before.',
  });
}

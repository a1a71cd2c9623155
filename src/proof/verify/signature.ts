// Whether a state is signed by a key this client was told to trust.

import { verify } from 'node:crypto';
import { type LedgerState, stateSignaturePayload } from '../layout/ledger-state.js';
import { failure } from './failure.js';
import { MAX_SIGNATURE_BYTES } from './limits.js';
import { parseBytes, parseMessage } from './parse-fields.js';
import type { RawSignature } from './raw.js';
import type { StateKey } from './state-key.js';

/** What this client was told to insist on, by its configuration. */
export interface VerificationPolicy {
  /** The database, as the server spells it (lower case). It is part of what is signed. */
  readonly database: string;
  /**
   * The keys pinned for it, any of which may have signed. A signature is then mandatory. Left out, signatures are
   * ignored: they prove nothing without a key from elsewhere.
   */
  readonly keys?: readonly StateKey[];
  /**
   * By how many transactions the tree of a header may lag behind it: 0 to 62. Servers since 1.4 write headers whose tree
   * holds all transactions before them, and nothing else is accepted by default (0). Histories that older servers began
   * hold headers whose tree lags behind; with a number here they are accepted where linear and linear-advance proofs
   * bind what the tree leaves out.
   */
  readonly linearAdvance?: number;
}

/**
 * Checks the signature over a state, if keys are pinned. A signature is never an identity: every signature has a
 * second form that verifies as well.
 *
 * @param raw untrusted; the public key in it is not used
 * @returns whether the state is known to be signed
 * @throws VerificationError SIGNATURE_MISSING, SIGNATURE_INVALID, MALFORMED_PROOF
 * @throws TypeError if the policy pins an empty list
 */
export function verifySignature(
  raw: RawSignature | undefined,
  state: LedgerState,
  policy: VerificationPolicy,
): boolean {
  const { keys, database } = policy;
  if (keys === undefined) return false;
  if (keys.length === 0) {
    throw new TypeError('policy.keys is empty: pin at least one key, or leave `keys` out to pin none.');
  }
  if (raw === undefined) throw missing(state);
  const signature = parseBytes(parseMessage(raw, 'signature').signature, 'signature.signature');
  if (signature.length === 0) throw missing(state);
  const payload = stateSignaturePayload(database, state);
  const signed =
    signature.length <= MAX_SIGNATURE_BYTES && keys.some(({ key }) => isSignedBy(key, payload, signature));
  if (!signed) {
    throw failure('SIGNATURE_INVALID', {
      check: `signature over the state, in database ${JSON.stringify(database)}, by one of the pinned keys`,
      txId: state.txId,
      expected: keys.map(({ keyId }) => keyId.slice(0, 16)).join(' or '),
      found: signature,
      hint: 'If the server changed its signing key on purpose, pin the new one as well.',
    });
  }
  return true;
}

function isSignedBy(key: StateKey['key'], payload: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify('sha256', payload, { key, dsaEncoding: 'der' }, signature);
  } catch {
    return false; // Some malformed signatures are an exception in OpenSSL rather than a verdict.
  }
}

function missing(state: LedgerState): Error {
  return failure('SIGNATURE_MISSING', {
    check: 'signature over the state',
    txId: state.txId,
    hint: 'A key is pinned, so every answer must be signed. Check that the server runs with its signing key.',
  });
}

// That a transaction belongs to the history this client already trusts.

import { equalBytes } from '../../bytes.js';
import type { LedgerState } from '../layout/ledger-state.js';
import { type DualProof, parseDualProof, verifyDualProof } from './dual-proof.js';
import { failure, withContext } from './failure.js';
import { rootAfterTarget } from './next-root.js';
import { parseMessage } from './parse-fields.js';
import { type HashedHeader, parseHeader } from './parse-header.js';
import type { ProvenTx } from './proven.js';
import type { RawTx, RawVerifiableTx } from './raw.js';
import { type VerificationPolicy, verifySignature } from './signature.js';

export type { LedgerState };

/**
 * Checks the proof of an answer: that transaction `txId` and the trusted state are parts of one history, that the later
 * of both is signed if keys are pinned, and that the header shown with the transaction is the proven one.
 *
 * @param raw untrusted
 * @param txId the transaction the answer must be about, ≥ 1
 * @param trusted undefined, or the state of an empty database, on first contact: then the proof only has to be about
 *   `txId` and hold in itself
 * @throws VerificationError FORK_DETECTED where everything holds, but about another history than the trusted one;
 *   otherwise the code of the check that failed
 */
export function verifyAgainstTrusted(
  raw: RawVerifiableTx | undefined,
  txId: bigint,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenTx {
  const message = parseMessage(raw, 'verifiableTx');
  const proof = parseDualProof(message.dualProof, policy.linearAdvance);
  const known = trusted === undefined || trusted.txId === 0n ? undefined : trusted;
  const offered: LedgerState = { txId: proof.target.header.id, alh: proof.target.alh };
  return withContext({ offered }, () => {
    requireEnds(proof, txId, known);
    verifyDualProof(proof);
    verifySignature(message.signature, offered, policy);
    if (known !== undefined) requireTrusted(proof, known);
    const { header, alh } = proof.target.header.id === txId ? proof.target : proof.source;
    requireSameHeader(shownHeader(message.tx, policy), { header, alh });
    return { header, alh, trusted, state: offered, nextRoot: rootAfterTarget(proof) };
  });
}

/** The proof leads from the older of trusted state and transaction to the newer. */
function requireEnds({ source, target }: DualProof, txId: bigint, trusted: LedgerState | undefined): void {
  const since = trusted?.txId ?? txId;
  const [older, newer] = since <= txId ? [since, txId] : [txId, since];
  const ends = [
    { check: 'source of the dual proof', expected: older, found: source.header.id },
    { check: 'target of the dual proof', expected: newer, found: target.header.id },
  ];
  for (const { check, expected, found } of ends) {
    if (expected !== found) throw failure('BINDING_MISMATCH', { check, txId, expected, found });
  }
}

/** The proof holds in itself and is signed. If it is about another alh than the trusted one, there are two histories. */
export function requireTrusted(
  { source, target }: Pick<DualProof, 'source' | 'target'>,
  trusted: LedgerState,
): void {
  const shown = source.header.id === trusted.txId ? source : target;
  if (equalBytes(shown.alh, trusted.alh)) return;
  throw failure(
    'FORK_DETECTED',
    {
      check: 'alh of the trusted state',
      txId: trusted.txId,
      expected: trusted.alh,
      found: shown.alh,
      hint: 'The server proves a history that is not the one verified before. Keep the evidence; do not trust either side unexamined.',
    },
    { trusted, offered: { txId: trusted.txId, alh: shown.alh } },
  );
}

function shownHeader(raw: RawTx | undefined, { linearAdvance }: VerificationPolicy): HashedHeader {
  return parseHeader(parseMessage(raw, 'tx').header, 'tx.header', linearAdvance);
}

/** A header beside the proof that is not the proven one would be believed by whoever reads it. */
export function requireSameHeader(shown: HashedHeader, proven: HashedHeader): void {
  if (equalBytes(shown.alh, proven.alh)) return;
  throw failure('BINDING_MISMATCH', {
    check: 'header shown with the transaction',
    txId: proven.header.id,
    expected: proven.alh,
    found: shown.alh,
  });
}

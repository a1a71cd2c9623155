// That one transaction follows from another along the chain of hashes, and that a chained stretch is in the tree too.

import { equalBytes } from '../../bytes.js';
import type { LedgerState } from '../layout/ledger-state.js';
import { chainHash } from '../layout/tx-header.js';
import type { SizedRoot } from './consistency.js';
import { failure } from './failure.js';
import { verifyInclusion } from './inclusion.js';
import { MAX_LINEAR_TERMS } from './limits.js';
import { parseList, parseMessage, parseTerms, parseTxId } from './parse-fields.js';
import type { RawLinearAdvanceProof, RawLinearProof } from './raw.js';

const LINEAR = 'linearProof';
const ADVANCE = 'LinearAdvanceProof';

/**
 * The alh of a later transaction, from an earlier state and the inner hashes of all transactions after it.
 *
 * @param inner of transactions `from.txId + 1` and on, each 32 bytes
 */
export function alhFromChain(from: LedgerState, inner: readonly Uint8Array[]): Uint8Array {
  return inner.reduce((alh, hash, step) => chainHash(from.txId + BigInt(step) + 1n, alh, hash), from.alh);
}

/**
 * Checks the chain from one state to a later one.
 *
 * @param raw untrusted
 * @param source 1 ≤ source.txId ≤ target.txId
 * @throws VerificationError MALFORMED_PROOF, PROOF_TOO_LARGE, PROOF_INVALID
 */
export function verifyLinear(
  raw: RawLinearProof | undefined,
  source: LedgerState,
  target: LedgerState,
): void {
  const proof = parseMessage(raw, LINEAR);
  const terms = parseTerms(proof.terms, `${LINEAR}.terms`, MAX_LINEAR_TERMS);
  const txId = target.txId;
  const ends = [
    {
      check: 'source of the linear proof',
      expected: source.txId,
      found: parseTxId(proof.sourceTxId, `${LINEAR}.sourceTxId`, 1n),
    },
    {
      check: 'target of the linear proof',
      expected: txId,
      found: parseTxId(proof.TargetTxId, `${LINEAR}.TargetTxId`, 1n),
    },
    { check: 'length of the linear proof', expected: txId - source.txId + 1n, found: BigInt(terms.length) },
  ];
  for (const { check, expected, found } of ends) {
    if (expected !== found) throw failure('PROOF_INVALID', { check, txId, expected, found });
  }
  const [first, ...inner] = terms;
  if (first === undefined || !equalBytes(first, source.alh)) {
    throw failure('PROOF_INVALID', {
      check: 'first term of the linear proof',
      txId,
      expected: source.alh,
      found: first,
    });
  }
  const found = alhFromChain(source, inner);
  if (!equalBytes(found, target.alh)) {
    throw failure('PROOF_INVALID', {
      check: 'alh at the end of the linear proof',
      txId,
      expected: target.alh,
      found,
    });
  }
}

/**
 * Checks that the transactions after `start` up to `end`, which a source chained linearly, are leaves of the target's
 * tree: without it a server could show one history to linear proofs and another to the tree (CVE-2022-36111).
 *
 * Where blTxId = id − 1 on both sides, as here required of every header unless the policy allows for more, there is
 * nothing between them to prove and the message must be absent or empty.
 *
 * @param raw untrusted
 * @param start blTxId of the source
 * @param end the last transaction of the stretch, start ≤ end.txId
 * @param tree of the target
 * @throws VerificationError MALFORMED_PROOF, PROOF_TOO_LARGE, PROOF_INVALID
 */
export function verifyLinearAdvance(
  raw: RawLinearAdvanceProof | undefined,
  start: bigint,
  end: LedgerState,
  tree: SizedRoot,
): void {
  if (end.txId < start) {
    throw failure('PROOF_INVALID', {
      check: 'stretch of the linear advance proof',
      txId: end.txId,
      expected: `${String(start)} or later`,
      found: end.txId,
    });
  }
  const bridged = end.txId - start;
  if (bridged <= 1n) {
    if (raw !== undefined) verifyAdvanceShape(raw, 0n, 0n, end.txId);
    return;
  }
  const { terms, proofs } = verifyAdvanceShape(parseMessage(raw, ADVANCE), bridged, bridged - 1n, end.txId);
  const [first, ...inner] = terms;
  if (first === undefined) return; // bridged ≥ 2 terms are there; the type does not know.
  let reached: LedgerState = { txId: start + 1n, alh: first };
  proofs.forEach((proof, step) => {
    const path = parseTerms(
      parseMessage(proof, `${ADVANCE}.inclusionProofs[${step}]`).terms,
      `${ADVANCE}.inclusionProofs[${step}].terms`,
    );
    const claim = { payload: reached.alh, index: reached.txId - 1n, ...tree };
    verifyInclusion(path, claim, { check: 'the linear advance proof', txId: reached.txId });
    reached = { txId: reached.txId + 1n, alh: alhFromChain(reached, inner.slice(step, step + 1)) };
  });
  if (!equalBytes(reached.alh, end.alh)) {
    throw failure('PROOF_INVALID', {
      check: 'alh at the end of the linear advance proof',
      txId: end.txId,
      expected: end.alh,
      found: reached.alh,
    });
  }
}

function verifyAdvanceShape(raw: RawLinearAdvanceProof, termCount: bigint, proofCount: bigint, txId: bigint) {
  const message = parseMessage(raw, ADVANCE);
  const terms = parseTerms(message.linearProofTerms, `${ADVANCE}.linearProofTerms`, MAX_LINEAR_TERMS);
  const proofs = parseList(message.inclusionProofs, `${ADVANCE}.inclusionProofs`, MAX_LINEAR_TERMS);
  if (BigInt(terms.length) !== termCount || BigInt(proofs.length) !== proofCount) {
    throw failure('PROOF_INVALID', {
      check: 'terms and proofs of the linear advance proof',
      txId,
      expected: `${String(termCount)} and ${String(proofCount)}`,
      found: `${terms.length} and ${proofs.length}`,
    });
  }
  return { terms, proofs };
}

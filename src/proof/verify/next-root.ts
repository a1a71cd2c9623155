// The root of the tree over all transactions up to a proof's target. The target's own header cannot hold it, but the
// header of the next transaction must, so whoever knows it can check an extension without asking again.

import { type DualProof, parseDualProof, verifyDualProof } from './dual-proof.js';
import { failure, withContext } from './failure.js';
import { parseMessage } from './parse-fields.js';
import type { RawVerifiableTx } from './raw.js';
import { requireTxId } from './request-fields.js';
import { NO_PEAKS, rootFromPeaks, type TreePeaks, withTransaction } from './tree-peaks.js';

/**
 * Root of the tree over transactions 1 to `target.id`; undefined where the target's tree lags behind it, as what lies
 * between is then not in the proof.
 *
 * @param proof verified
 */
export function rootAfterTarget(proof: DualProof): Uint8Array | undefined {
  const peaks = peaksBeforeTarget(proof);
  return peaks && rootFromPeaks(withTransaction(peaks, proof.target.alh));
}

/**
 * The full subtrees over the transactions before `txId`, out of a proof from it to itself. The proof holds in itself, and
 * nothing more: the subtrees are the server's word until a header that is proven holds a root over them.
 *
 * @param raw untrusted: transaction `txId` with a proof since `txId`
 * @throws VerificationError BINDING_MISMATCH for a proof of another transaction; otherwise the code of the check that failed,
 *   also where the tree lags behind
 */
export function peaksBefore(txId: bigint, raw: RawVerifiableTx | undefined): TreePeaks {
  requireTxId(txId, 'txId');
  return withContext({ evidence: raw }, () => {
    const proof = parseDualProof(parseMessage(raw, 'verifiableTx').dualProof);
    for (const { header } of [proof.source, proof.target]) {
      if (header.id !== txId)
        throw failure('BINDING_MISMATCH', {
          check: 'transaction of the proof of a tree',
          txId,
          expected: txId,
          found: header.id,
        });
    }
    verifyDualProof(proof);
    // Never undefined: a header whose tree lags behind was refused already.
    return peaksBeforeTarget(proof) ?? NO_PEAKS;
  });
}

/**
 * The target's last inclusion proof is the path of leaf n = id − 1 in a tree of n leaves. All its terms stand on the left:
 * they are the roots of the full subtrees over the first n − 1 leaves, smallest first. Leaf n is added to them.
 */
function peaksBeforeTarget({ target, targetBlTxAlh, lastInclusion }: DualProof): TreePeaks | undefined {
  const { id, blTxId } = target.header;
  if (blTxId !== id - 1n) return undefined;
  if (blTxId === 0n) return NO_PEAKS;
  return withTransaction({ size: blTxId - 1n, roots: lastInclusion }, targetBlTxAlh);
}

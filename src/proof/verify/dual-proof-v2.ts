// That a later transaction's tree contains an earlier transaction, with all before it unchanged: the proof that comes with
// documents. Unlike the one in dual-proof.ts it says nothing of the chain of hashes: the target's `prevAlh` is not bound
// to its tree. So what is proven by it against a trusted state is proven, but no target becomes trusted by it.

import { equalBytes } from '../../bytes.js';
import { verifyConsistency } from './consistency.js';
import { leafHash } from '../layout/hash.js';
import type { DualProof } from './dual-proof.js';
import { failure } from './failure.js';
import { verifyInclusion } from './inclusion.js';
import { malformed, parseMessage, parseTerms } from './parse-fields.js';
import { parseHeader } from './parse-header.js';
import type { RawDualProofV2 } from './raw-document.js';

/** A dual proof of the second form with every field in shape, and nothing of it checked. */
export type DualProofV2 = Pick<DualProof, 'source' | 'target' | 'inclusion' | 'consistency'>;

/**
 * Reads a dual proof of the second form. Both headers' trees must hold all transactions before them, whatever a policy says
 * of trees that lag behind: the chain of hashes, which would bind what is missing there, is not in it.
 *
 * @throws VerificationError MALFORMED_PROOF, PROOF_TOO_LARGE, or PROOF_INVALID for an impossible header
 */
export function parseDualProofV2(raw: RawDualProofV2 | undefined): DualProofV2 {
  const message = parseMessage(raw, 'dualProof');
  return {
    source: parseHeader(message.sourceTxHeader, 'dualProof.sourceTxHeader'),
    target: parseHeader(message.targetTxHeader, 'dualProof.targetTxHeader'),
    inclusion: parseTerms(message.inclusionProof, 'dualProof.inclusionProof'),
    consistency: parseTerms(message.consistencyProof, 'dualProof.consistencyProof'),
  };
}

/**
 * Checks that the target's tree holds the source as a leaf, and begins with the source's own tree.
 *
 * @throws VerificationError MALFORMED_PROOF, PROOF_INVALID
 */
export function verifyDualProofV2(proof: DualProofV2): void {
  const { source, target, inclusion, consistency } = proof;
  const { id: txId, blTxId: size, blRoot: root } = target.header;
  if (source.header.id > txId) {
    throw failure('PROOF_INVALID', {
      check: 'order of the dual proof',
      txId,
      expected: `a source up to tx ${String(txId)}`,
      found: source.header.id,
    });
  }
  if (source.header.id === txId) {
    verifySameTransaction(proof);
    return;
  }
  const leaf = { payload: source.alh, index: source.header.id - 1n, size, root };
  verifyInclusion(inclusion, leaf, { check: 'the inclusion proof of the source', txId: source.header.id });
  // Before transaction 1 there is no tree: the first that could be continued is the one that holds it alone.
  const smaller =
    source.header.id === 1n
      ? { size: 1n, root: leafHash(source.alh) }
      : { size: source.header.blTxId, root: source.header.blRoot };
  verifyConsistency(consistency, smaller, { size, root }, { check: 'the consistency proof', txId });
}

/** Two headers of one transaction are one header, and there is nothing to prove. */
function verifySameTransaction({ source, target, inclusion, consistency }: DualProofV2): void {
  if (!equalBytes(source.alh, target.alh)) {
    throw failure('PROOF_INVALID', {
      check: 'alh of source and target, which are one transaction',
      txId: target.header.id,
      expected: target.alh,
      found: source.alh,
    });
  }
  for (const [where, terms] of Object.entries({ inclusion, consistency })) {
    if (terms.length > 0)
      throw malformed(`dualProof.${where}Proof`, 'no terms, as there is nothing to prove', terms.length);
  }
}

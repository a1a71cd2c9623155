// That a later transaction's history contains an earlier transaction, with all before it unchanged. Checked between
// the two headers of the answer; whether one of them is trusted is asked in against-trusted.ts.

import { equalBytes } from '../../bytes.js';
import type { LedgerState } from '../layout/ledger-state.js';
import { DIGEST_BYTES } from '../layout/hash.js';
import { verifyConsistency } from './consistency.js';
import { failure } from './failure.js';
import { verifyInclusion } from './inclusion.js';
import { verifyLinear, verifyLinearAdvance } from './linear.js';
import { malformed, parseBytes, parseDigest, parseMessage, parseTerms } from './parse-fields.js';
import { type HashedHeader, parseHeader } from './parse-header.js';
import type { RawDualProof, RawLinearAdvanceProof, RawLinearProof } from './raw.js';

/** A dual proof with every field in shape, and nothing of it checked. */
export interface DualProof {
  readonly source: HashedHeader;
  readonly target: HashedHeader;
  readonly inclusion: readonly Uint8Array[];
  readonly consistency: readonly Uint8Array[];
  readonly targetBlTxAlh: Uint8Array;
  readonly lastInclusion: readonly Uint8Array[];
  readonly linear: RawLinearProof | undefined;
  readonly linearAdvance: RawLinearAdvanceProof | undefined;
}

const NO_ALH = new Uint8Array(DIGEST_BYTES);

/**
 * Reads a dual proof.
 *
 * @param linearAdvance by how many transactions the trees of its headers may lag behind, ≥ 0
 * @throws VerificationError MALFORMED_PROOF, PROOF_TOO_LARGE, or PROOF_INVALID for an impossible header
 */
export function parseDualProof(raw: RawDualProof | undefined, linearAdvance = 0): DualProof {
  const message = parseMessage(raw, 'dualProof');
  const target = parseHeader(message.targetTxHeader, 'dualProof.targetTxHeader', linearAdvance);
  return {
    source: parseHeader(message.sourceTxHeader, 'dualProof.sourceTxHeader', linearAdvance),
    target,
    inclusion: parseTerms(message.inclusionProof, 'dualProof.inclusionProof'),
    consistency: parseTerms(message.consistencyProof, 'dualProof.consistencyProof'),
    targetBlTxAlh: parseLastAlh(message.targetBlTxAlh, target),
    lastInclusion: parseTerms(message.lastInclusionProof, 'dualProof.lastInclusionProof'),
    linear: message.linearProof,
    linearAdvance: message.LinearAdvanceProof,
  };
}

/**
 * Checks that the target's history contains the source: in its tree, consistently with the source's own tree, and
 * along the chain of hashes. Parts that have nothing to prove must be absent.
 *
 * @throws VerificationError MALFORMED_PROOF, PROOF_TOO_LARGE, PROOF_INVALID
 */
export function verifyDualProof(proof: DualProof): void {
  const { source, target } = proof;
  if (source.header.id > target.header.id) {
    throw failure('PROOF_INVALID', {
      check: 'order of the dual proof',
      txId: target.header.id,
      expected: `a source up to tx ${String(target.header.id)}`,
      found: source.header.id,
    });
  }
  requireBound(proof);
  verifySourceInTree(proof);
  verifyTreesAgree(proof);
  verifyTreeEnd(proof);
  verifyChain(proof);
}

/**
 * The source is in the target's tree, or is where that tree ends, or is the target itself. Where the tree lags behind, a
 * source may stand between its end and the target: the chain then leads from it to the target, but nothing in the proof
 * shows that its own past is the one in the tree.
 */
function requireBound({ source, target }: DualProof): void {
  const { id } = source.header;
  if (id <= target.header.blTxId || id === target.header.id) return;
  throw failure('PROOF_INVALID', {
    check: 'place of the source',
    txId: target.header.id,
    expected: `in the tree of the target, which ends at tx ${String(target.header.blTxId)}`,
    found: `tx ${String(id)}`,
    hint: 'The tree of the target lags behind the source. Ask for a proof to a transaction of a server since 1.4.',
  });
}

/** The source is a leaf of the target's tree. */
function verifySourceInTree({ source, target, inclusion }: DualProof): void {
  if (source.header.id >= target.header.blTxId) {
    requireAbsent(inclusion, 'dualProof.inclusionProof');
    return;
  }
  const { blTxId: size, blRoot: root } = target.header;
  const claim = { payload: source.alh, index: source.header.id - 1n, size, root };
  verifyInclusion(inclusion, claim, { check: 'the inclusion proof of the source', txId: source.header.id });
}

/** The target's tree begins with the source's. */
function verifyTreesAgree({ source, target, consistency }: DualProof): void {
  if (source.header.blTxId === 0n) {
    requireAbsent(consistency, 'dualProof.consistencyProof');
    return;
  }
  const smaller = { size: source.header.blTxId, root: source.header.blRoot };
  const larger = { size: target.header.blTxId, root: target.header.blRoot };
  verifyConsistency(consistency, smaller, larger, { check: 'the consistency proof', txId: target.header.id });
}

/** The last leaf of the target's tree is the transaction the target says it follows. */
function verifyTreeEnd({ source, target, targetBlTxAlh, lastInclusion }: DualProof): void {
  const { id: txId, blTxId: size, blRoot: root } = target.header;
  if (size === 0n) {
    requireAbsent(lastInclusion, 'dualProof.lastInclusionProof');
    return;
  }
  // Without this, chain and tree of a dishonest target could end in different transactions where the source is that
  // last one.
  const expected = knownTreeEnd(source, target);
  if (expected !== undefined && !equalBytes(targetBlTxAlh, expected)) {
    throw failure('PROOF_INVALID', {
      check: 'alh of the last transaction in the tree',
      txId,
      expected,
      found: targetBlTxAlh,
    });
  }
  const claim = { payload: targetBlTxAlh, index: size - 1n, size, root };
  verifyInclusion(lastInclusion, claim, {
    check: 'the inclusion proof of the last transaction in the tree',
    txId,
  });
}

/** The last leaf, where a header names it: as the predecessor of a target whose tree ends just before, or as the source. */
function knownTreeEnd(source: HashedHeader, { header }: HashedHeader): Uint8Array | undefined {
  if (header.blTxId === header.id - 1n) return header.prevAlh;
  return source.header.id === header.blTxId ? source.alh : undefined;
}

/** The chain of hashes leads from the source, or from the end of the target's tree if that is later, to the target. */
function verifyChain({ source, target, targetBlTxAlh, linear, linearAdvance }: DualProof): void {
  const from: LedgerState = { txId: source.header.id, alh: source.alh };
  const to: LedgerState = { txId: target.header.id, alh: target.alh };
  const treeEnd: LedgerState = { txId: target.header.blTxId, alh: targetBlTxAlh };
  const tree = { size: target.header.blTxId, root: target.header.blRoot };
  const throughTree = from.txId < treeEnd.txId;
  verifyLinear(linear, throughTree ? treeEnd : from, to);
  verifyLinearAdvance(linearAdvance, source.header.blTxId, throughTree ? from : treeEnd, tree);
}

/** Before the first transaction there is no alh, which the server writes as zeros. */
function parseLastAlh(value: Uint8Array | undefined, target: HashedHeader): Uint8Array {
  const where = 'dualProof.targetBlTxAlh';
  if (target.header.blTxId > 0n) return parseDigest(value, where);
  const bytes = parseBytes(value, where);
  if (bytes.length > 0 && !equalBytes(bytes, NO_ALH)) throw malformed(where, 'none, or zeros', bytes);
  return NO_ALH;
}

/** A part that has nothing to prove is left out by every honest server; what it would hold here is nobody's claim. */
function requireAbsent(terms: readonly Uint8Array[], where: string): void {
  if (terms.length > 0) throw malformed(where, 'no terms, as there is nothing to prove', terms.length);
}

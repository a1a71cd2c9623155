// That a leaf stands at a position of a tree: of a transaction's entries, or of all transactions.

import { equalBytes } from '../../bytes.js';
import { leafHash, nodeHash } from '../layout/hash.js';
import { type Failure, failure } from './failure.js';
import { MAX_TX_ENTRIES } from './limits.js';
import { parseInteger, parseMessage, parseTerms } from './parse-fields.js';
import type { RawInclusionProof } from './raw.js';
import { inclusionShape, type Side } from './tree-shape.js';

/**
 * The root that an audit path leads to from a leaf.
 *
 * @param terms siblings from the leaf upwards, each 32 bytes, as many as `sides`
 * @param sides where each term stands
 * @param leaf the leaf's hash, not its payload
 */
export function rootFromInclusion(
  terms: readonly Uint8Array[],
  sides: readonly Side[],
  leaf: Uint8Array,
): Uint8Array {
  return terms.reduce(
    (node, term, level) => (sides[level] === 'left' ? nodeHash(term, node) : nodeHash(node, term)),
    leaf,
  );
}

/** Where a payload is claimed to stand, and in which tree. */
export interface Inclusion {
  /** The leaf's payload, 32 bytes: an entry's digest or a transaction's alh. */
  readonly payload: Uint8Array;
  /** The leaf's position, from 0. */
  readonly index: bigint;
  /** The tree's number of leaves, from a header that is hashed: neither index nor size is proven by the path. */
  readonly size: bigint;
  /** The tree's root. */
  readonly root: Uint8Array;
}

/**
 * Checks that a payload is the leaf at `index` of the tree of `size` leaves under `root`.
 *
 * @param terms each 32 bytes
 * @param about the check's name and transaction, for the error
 * @throws VerificationError PROOF_INVALID
 * @see RFC 9162, section 2.1.3
 */
export function verifyInclusion(
  terms: readonly Uint8Array[],
  { payload, index, size, root }: Inclusion,
  about: Failure,
): void {
  if (index < 0n || index >= size) {
    throw failure('PROOF_INVALID', {
      ...about,
      check: `position in ${about.check}`,
      expected: `0 to ${String(size - 1n)}`,
      found: index,
    });
  }
  const sides = inclusionShape(index, size);
  if (terms.length !== sides.length) {
    throw failure('PROOF_INVALID', {
      ...about,
      check: `length of ${about.check}`,
      expected: sides.length,
      found: terms.length,
    });
  }
  const found = rootFromInclusion(terms, sides, leafHash(payload));
  if (!equalBytes(found, root)) {
    throw failure('PROOF_INVALID', { ...about, check: `root of ${about.check}`, expected: root, found });
  }
}

/**
 * Checks that an entry's digest is part of its transaction.
 *
 * @param raw untrusted
 * @param eH root of the transaction's entries, from its proven header
 * @param nentries number of them, from the same header
 * @returns the entry's position, from 0
 * @throws VerificationError MALFORMED_PROOF, PROOF_TOO_LARGE, PROOF_INVALID
 */
export function verifyEntryInclusion(
  raw: RawInclusionProof | undefined,
  digest: Uint8Array,
  { id, eH, nentries }: { readonly id: bigint; readonly eH: Uint8Array; readonly nentries: number },
): number {
  const proof = parseMessage(raw, 'inclusionProof');
  const terms = parseTerms(proof.terms, 'inclusionProof.terms');
  const width = parseInteger(proof.width, 'inclusionProof.width', 1, MAX_TX_ENTRIES);
  const leaf = parseInteger(proof.leaf, 'inclusionProof.leaf', 0, MAX_TX_ENTRIES - 1);
  if (width !== nentries) {
    throw failure('PROOF_INVALID', {
      check: `width of the entry's inclusion proof`,
      txId: id,
      expected: nentries,
      found: width,
    });
  }
  const claim = { payload: digest, index: BigInt(leaf), size: BigInt(width), root: eH };
  verifyInclusion(terms, claim, { check: `the entry's inclusion proof`, txId: id });
  return leaf;
}

// That one tree begins with another: nothing of the older history was changed, dropped or put in between.

import { equalBytes } from '../../bytes.js';
import { nodeHash } from '../layout/hash.js';
import { type Failure, failure } from './failure.js';
import { consistencyShape, type Part } from './tree-shape.js';

/** The roots of both trees, as a consistency proof gives them. */
export interface ConsistentRoots {
  readonly smaller: Uint8Array;
  readonly larger: Uint8Array;
}

/**
 * The roots that a consistency proof leads to.
 *
 * @param seed its first term, the root of the last full subtree of the smaller tree. immudb always sends it; RFC 9162
 *   leaves it out where it is the smaller root itself
 * @param terms the others, each 32 bytes, as many as `parts`
 * @param parts which tree each term belongs to
 */
export function rootsFromConsistency(
  seed: Uint8Array,
  terms: readonly Uint8Array[],
  parts: readonly Part[],
): ConsistentRoots {
  let smaller = seed;
  let larger = seed;
  terms.forEach((term, step) => {
    if (parts[step] === 'both') {
      smaller = nodeHash(term, smaller);
      larger = nodeHash(term, larger);
    } else {
      larger = nodeHash(larger, term);
    }
  });
  return { smaller, larger };
}

/** A tree by its size and root, both from a header that is hashed. */
export interface SizedRoot {
  /** Number of leaves, ≥ 1. */
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/**
 * Checks that the larger tree begins with the smaller.
 *
 * @param terms each 32 bytes
 * @param smaller smaller.size ≤ larger.size
 * @param about the check's name and transaction, for the error
 * @throws VerificationError PROOF_INVALID
 * @see RFC 9162, section 2.1.4
 */
export function verifyConsistency(
  terms: readonly Uint8Array[],
  smaller: SizedRoot,
  larger: SizedRoot,
  about: Failure,
): void {
  if (smaller.size < 1n || smaller.size > larger.size) {
    throw failure('PROOF_INVALID', {
      ...about,
      check: `sizes in ${about.check}`,
      expected: `1 to ${String(larger.size)}`,
      found: smaller.size,
    });
  }
  if (smaller.size === larger.size) {
    verifySameTree(terms, smaller.root, larger.root, about);
    return;
  }
  const parts = consistencyShape(smaller.size, larger.size);
  const [seed, ...rest] = terms;
  if (seed === undefined || rest.length !== parts.length) {
    throw failure('PROOF_INVALID', {
      ...about,
      check: `length of ${about.check}`,
      expected: parts.length + 1,
      found: terms.length,
    });
  }
  const found = rootsFromConsistency(seed, rest, parts);
  requireRoot(found.smaller, smaller.root, 'smaller', about);
  requireRoot(found.larger, larger.root, 'larger', about);
}

/** Of equal sizes the roots are equal; immudb may send the root's right and left child along, which must be those. */
function verifySameTree(
  terms: readonly Uint8Array[],
  smaller: Uint8Array,
  larger: Uint8Array,
  about: Failure,
): void {
  requireRoot(smaller, larger, 'smaller', about);
  const [right, left] = terms;
  if (right === undefined) return;
  if (left === undefined || terms.length > 2) {
    throw failure('PROOF_INVALID', {
      ...about,
      check: `length of ${about.check}`,
      expected: '0 or 2',
      found: terms.length,
    });
  }
  requireRoot(nodeHash(left, right), larger, 'common', about);
}

function requireRoot(found: Uint8Array, expected: Uint8Array, which: string, about: Failure): void {
  if (equalBytes(found, expected)) return;
  throw failure('PROOF_INVALID', { ...about, check: `${which} root of ${about.check}`, expected, found });
}

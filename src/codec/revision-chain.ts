// How a revision names the one before it (FORMAT.md, "The chain"): what makes a hidden or forked revision detectable.
import { hash } from 'node:crypto';

import { equalBytes } from '../bytes.js';
import { DIGEST_BYTES, type ChainLink } from './record.js';

/** A committed revision, as its successor names it. */
export interface CommittedRevision {
  readonly revision: bigint;
  /** The transaction it was committed in. */
  readonly txId: bigint;
  /** The whole stored value. */
  readonly value: Uint8Array;
}

/** SHA-256 of a stored value, as the next revision records it. */
export function digestOfValue(value: Uint8Array): Uint8Array {
  const digest = hash('sha256', value, 'buffer');
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.byteLength);
}

/**
 * The link of the revision that is to follow.
 *
 * @param predecessor the revision before, tombstones included; `undefined` for an entity that was never stored
 */
export function linkAfter(predecessor: CommittedRevision | undefined): ChainLink {
  if (predecessor === undefined)
    return { revision: 1n, prevTx: 0n, prevDigest: new Uint8Array(DIGEST_BYTES) };
  return {
    revision: predecessor.revision + 1n,
    prevTx: predecessor.txId,
    prevDigest: digestOfValue(predecessor.value),
  };
}

/** Whether the link is that of the revision right after `predecessor` (`undefined`: of a first revision). */
export function isLinkAfter(link: ChainLink, predecessor: CommittedRevision | undefined): boolean {
  const expected = linkAfter(predecessor);
  return (
    link.revision === expected.revision &&
    link.prevTx === expected.prevTx &&
    equalBytes(link.prevDigest, expected.prevDigest)
  );
}

// Everything a client needs to pass from one transaction to another: headers, paths, and the link from the tree to
// the chain. Which parts are present is immudb's rule; a client checks each.

import { innerHash, type TxHeader } from '../../proof/layout/tx-header.js';
import type { CompletedSubtrees } from './main-tree.js';
import { consistencyPath, inclusionPath } from './paths.js';

/** A transaction's header and what it hashes to. */
export interface ChainLink {
  readonly header: TxHeader;
  /** 32 bytes. */
  readonly alh: Uint8Array;
}

/** Where links and subtrees are kept. */
export interface Chain {
  /** The transaction of this id, ≥ 1 and committed. */
  link(txId: bigint): ChainLink;
  readonly completed: CompletedSubtrees;
}

/** The proof that one transaction is followed by another, or is it. */
export interface DualProof {
  readonly source: TxHeader;
  readonly target: TxHeader;
  /** Path of the source in the target's tree; empty where the source is not below it. */
  readonly inclusion: readonly Uint8Array[];
  /** From the source's tree to the target's; empty where the source has none. */
  readonly consistency: readonly Uint8Array[];
  /** Hash of the last transaction in the target's tree, 32 bytes; zeros where there is none. */
  readonly targetBlTxAlh: Uint8Array;
  /** Path of that transaction. */
  readonly lastInclusion: readonly Uint8Array[];
  /** The chain from the last transaction in the tree, or from a later source, to the target. */
  readonly linear: {
    readonly source: bigint;
    readonly target: bigint;
    readonly terms: readonly Uint8Array[];
  };
}

/**
 * Builds the proof. Every header here has `blTxId = id − 1`, so that the chain outside the tree is one link at most and
 * needs no further proof of its own.
 *
 * @param source its id ≤ target's
 */
export function dualProof(chain: Chain, source: ChainLink, target: ChainLink): DualProof {
  const [from, to] = [source.header, target.header];
  const { completed } = chain;
  const [sourceTree, targetTree] = [Number(from.blTxId), Number(to.blTxId)];
  const last = to.blTxId > 0n ? chain.link(to.blTxId) : undefined;
  const start = from.id > to.blTxId || last === undefined ? source : last;
  return {
    source: from,
    target: to,
    inclusion: from.id < to.blTxId ? inclusionPath(completed, Number(from.id), targetTree) : [],
    consistency: from.blTxId > 0n ? consistencyPath(completed, sourceTree, targetTree) : [],
    targetBlTxAlh: last?.alh ?? new Uint8Array(32),
    lastInclusion: last === undefined ? [] : inclusionPath(completed, targetTree, targetTree),
    linear: {
      source: start.header.id,
      target: to.id,
      terms: start.header.id === to.id ? [target.alh] : [start.alh, innerHash(to)],
    },
  };
}

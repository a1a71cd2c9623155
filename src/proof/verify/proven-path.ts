// The way from one entry to a trusted state, step by step: what a proof's hashes are, laid open to be drawn or computed
// again by hand.

import type { KeyMetadata } from '../layout/kv-metadata.js';
import type { LedgerState } from '../layout/ledger-state.js';
import type { TxHeader } from '../layout/tx-header.js';
import type { Side } from './tree-shape.js';

/** One step up a Merkle tree: with its sibling, a node makes the next one. */
export interface MerkleStep {
  /** Where the sibling stands. */
  readonly side: Side;
  /** The sibling, 32 bytes. */
  readonly sibling: Uint8Array;
  /** The node after the step, 32 bytes: `H(01 ‖ sibling ‖ node)` for a sibling on the left, else `H(01 ‖ node ‖ sibling)`. */
  readonly hash: Uint8Array;
}

/** The entry a path begins with. */
export interface PathEntry {
  /** The key that was asked for. */
  readonly key: Uint8Array;
  /** As stored: `00 ‖ key`. */
  readonly storedKey: Uint8Array;
  /** SHA-256 of the stored value, 32 bytes; of a value it is `SHA-256(00 ‖ value)`. */
  readonly valueHash: Uint8Array;
  /** Attributes of the write, a deletion among them; absent for none. */
  readonly metadata?: KeyMetadata;
  /** Position in the transaction, from 0. */
  readonly index: number;
  /** Hash over key, attributes and hash of the value, 32 bytes. */
  readonly digest: Uint8Array;
  /** `H(00 ‖ digest)`, 32 bytes: the leaf of the transaction's tree. */
  readonly leaf: Uint8Array;
}

/** A transaction's header and the two hashes over it. */
export interface HashedTransaction {
  /** The header, as proven. */
  readonly header: TxHeader;
  /** Hash of the header's own content, 32 bytes. */
  readonly innerHash: Uint8Array;
  /** `H(u64(id) ‖ prevAlh ‖ innerHash)`, 32 bytes. */
  readonly alh: Uint8Array;
}

/** The transaction an entry was written by. */
export interface PathTransaction extends HashedTransaction {
  /** Its id. */
  readonly txId: bigint;
}

/**
 * How the trusted state commits to the transaction: it is that transaction, or it is a later one, whose header holds the
 * root of a tree with the transaction in it.
 */
export type PathChain =
  | { readonly kind: 'same' }
  | {
      readonly kind: 'tree';
      /** Number of transactions in the tree: `blTxId` of the target's header. */
      readonly treeSize: bigint;
      /** `H(00 ‖ alh)`, 32 bytes: the transaction's leaf. */
      readonly leaf: Uint8Array;
      /** From the leaf to the root. */
      readonly steps: readonly MerkleStep[];
      /** `blRoot` of the target's header, 32 bytes. */
      readonly root: Uint8Array;
      /** The trusted transaction. */
      readonly target: HashedTransaction;
    };

/** Every hash by which a trusted state commits to an entry. All of them are in memory of their own. */
export interface ProvenPath {
  readonly entry: PathEntry;
  /** From the entry's leaf to `entriesRoot`; none where the transaction has one entry. */
  readonly entrySteps: readonly MerkleStep[];
  /** `eH` of the transaction's header, 32 bytes. */
  readonly entriesRoot: Uint8Array;
  readonly transaction: PathTransaction;
  readonly chain: PathChain;
  /** The trusted state at which the path ends. */
  readonly trusted: LedgerState;
}

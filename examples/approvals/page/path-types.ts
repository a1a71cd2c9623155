// The Merkle path of a revision as the API answers it: `MerklePath` of immurepo/client with bytes in hexadecimal and
// 64-bit numbers as decimal text, and the stored bytes it begins with.
import type { LedgerState } from './types.js';

/** One step up a Merkle tree. */
export interface PathStep {
  readonly side: 'left' | 'right';
  readonly sibling: string;
  readonly hash: string;
}

/** A transaction's header. */
export interface PathHeader {
  readonly id: string;
  readonly prevAlh: string;
  readonly ts: string;
  readonly version: number;
  readonly nentries: number;
  readonly eH: string;
  readonly blTxId: string;
  readonly blRoot: string;
  readonly metadata: { readonly truncatedTxId?: string; readonly extra?: string };
}

/** A header and the two hashes over it. */
export interface PathTransaction {
  readonly header: PathHeader;
  readonly innerHash: string;
  readonly alh: string;
}

/** What an entry's write says besides the value. */
export interface PathKeyMetadata {
  readonly deleted: boolean;
  readonly expiresAt?: string;
  readonly nonIndexable: boolean;
}

/** The way through the ledger's own tree. */
export interface PathTree {
  readonly kind: 'tree';
  readonly treeSize: string;
  readonly leaf: string;
  readonly steps: readonly PathStep[];
  readonly root: string;
  readonly target: PathTransaction;
}

/** What was stored, and every hash between that revision and the trusted state. */
export interface MerklePath {
  readonly number: string;
  readonly revision: string | number;
  readonly entry: {
    readonly key: string;
    readonly storedKey: string;
    readonly valueHash: string;
    readonly metadata?: PathKeyMetadata;
    readonly index: number;
    readonly digest: string;
    readonly leaf: string;
  };
  /** The bytes whose SHA-256 is the entry's `valueHash`; absent where the key was deleted. */
  readonly storedValue?: string;
  readonly entrySteps: readonly PathStep[];
  readonly entriesRoot: string;
  readonly transaction: PathTransaction & { readonly txId: string };
  readonly chain: { readonly kind: 'same' } | PathTree;
  readonly trusted: LedgerState;
  readonly checkedAgainst: LedgerState;
}

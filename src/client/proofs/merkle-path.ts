// The Merkle path of an entry, as the client hands it out.

import type { LedgerState, ProvenPath } from '../../proof/index.js';
import type { OperationOptions } from '../call-scope.js';
import type { LedgerIdentity } from '../verified/evidence.js';

/** Which write of a key to show the path of. */
export interface MerklePathOptions extends OperationOptions {
  /** Exactly the write of this transaction, a deletion too; the latest live one when left out. */
  readonly atTx?: bigint;
}

/** Why an entry is believed: every hash from the entry to the trusted state, proven as by every other verified read. */
export interface MerklePath extends ProvenPath, LedgerIdentity {
  /** The trusted state the proof was checked against. Where the entry is newer, the trusted state moved to its transaction. */
  readonly checkedAgainst: LedgerState;
}

// What the checks return. Every field is bound to a trusted state by hashes, or, on first contact, to the state that
// is to become trusted.

import type { KeyMetadata } from '../layout/kv-metadata.js';
import type { LedgerState } from '../layout/ledger-state.js';
import type { TxHeader } from '../layout/tx-header.js';

/** A transaction whose header is bound to a trusted state. */
export interface ProvenTx {
  /** The header. Its time is the server's claim. */
  readonly header: TxHeader;
  /** Hash of the header, 32 bytes. */
  readonly alh: Uint8Array;
  /** The state it was checked against; undefined on first contact. */
  readonly trusted: LedgerState | undefined;
  /** What may be trusted from now on: the trusted state, or this transaction if it is newer. */
  readonly state: LedgerState;
  /** Root of the tree over transactions 1 to `state.txId`, which the next header must hold as its `blRoot`; unknown where a tree lags behind. */
  readonly nextRoot: Uint8Array | undefined;
}

/** One entry of a proven transaction. */
export interface ProvenTxEntry {
  /** As stored, with the prefix byte. */
  readonly key: Uint8Array;
  /** Attributes of the write; undefined for none. */
  readonly metadata: KeyMetadata | undefined;
  /** SHA-256 of the stored value, 32 bytes. */
  readonly hValue: Uint8Array;
  /** The leaf's payload in the transaction's tree, 32 bytes. */
  readonly digest: Uint8Array;
}

/** A proven transaction with all its entries, in order, their keys distinct. */
export interface ProvenEntries extends ProvenTx {
  readonly entries: readonly ProvenTxEntry[];
}

/** A proven write of a value under a key. Not that it is the latest. */
export interface ProvenKeyValue extends ProvenEntries {
  readonly kind: 'value';
  /** The key that was asked for. */
  readonly key: Uint8Array;
  /** The value: a view of the answer's bytes. */
  readonly value: Uint8Array;
  /** Attributes of the write; undefined for none. Whether it has expired is for the caller's clock to say. */
  readonly metadata: KeyMetadata | undefined;
  /** Position in the transaction, from 0. */
  readonly index: number;
}

/** A proven write of a reference under a key. The target's value is not proven by it and not part of this. */
export interface ProvenReference extends ProvenEntries {
  readonly kind: 'reference';
  /** The key that was asked for: the reference's own. */
  readonly key: Uint8Array;
  /** The key it points to. */
  readonly target: Uint8Array;
  /** The transaction it is bound to; 0 if it follows the target's latest value. */
  readonly atTx: bigint;
  /** Attributes of the reference; undefined for none. */
  readonly metadata: KeyMetadata | undefined;
  /** Position in the transaction, from 0. */
  readonly index: number;
}

// What verified operations return: bytes, where they stand, and what they were checked against.

import type { KeyMetadata, LedgerState, TxHeader } from '../../proof/index.js';
import type { TrustOrigin } from '../../trust/record.js';

/** Which ledger a proof speaks of, and how trust in it began. */
export interface LedgerIdentity {
  /** The name this client knows the ledger by, from configuration, never from the server. */
  readonly ledgerId: string;
  /** The database, part of what a state signature covers. */
  readonly database: string;
  /** Whether trust began with a pinned key or state, or with whatever the server showed first. */
  readonly origin: TrustOrigin;
  /** SHA-256 of the pinned public key (SPKI), hex; undefined without one. */
  readonly keyId: string | undefined;
}

/** What proves an entry: its transaction, its position, and the trusted state it was checked against. */
export interface ReadProof extends LedgerIdentity {
  /** The transaction that wrote the entry. */
  readonly txId: bigint;
  /** Accumulated hash of that transaction, 32 bytes. */
  readonly alh: Uint8Array;
  /** Position of the entry in its transaction, from 0. */
  readonly index: number;
  /** The trusted state the proof was checked against. */
  readonly checkedAgainst: LedgerState;
}

/** A key and a value whose inclusion in the ledger was proven. */
export interface VerifiedEntry {
  /** The key as written, without immudb's prefix. */
  readonly key: Uint8Array;
  /** The value as written, without immudb's prefix. */
  readonly value: Uint8Array;
  /** Metadata as written; undefined if there is none. */
  readonly metadata: KeyMetadata | undefined;
  /** The transaction that wrote it. */
  readonly txId: bigint;
  /** Position in the transaction, from 0. */
  readonly index: number;
  /** Unix seconds the server wrote into the header: bound to the hash, but the server's own claim. */
  readonly serverTime: bigint;
  /** What proves it. */
  readonly proof: ReadProof;
}

/** One committed revision of a key, as history lists it. */
export type VerifiedRevision =
  /** A value. */
  | (VerifiedEntry & { readonly kind: 'value' })
  /** A deletion; `value` is what was written along with it, empty for a plain delete. */
  | (VerifiedEntry & { readonly kind: 'deleted' })
  /** A reference to another key, at a fixed transaction or (0) unbound. */
  | (Omit<VerifiedEntry, 'value'> & {
      readonly kind: 'reference';
      readonly target: Uint8Array;
      readonly atTx: bigint;
    })
  /** A value that expired: that it was written is proven, what it was the server no longer says. */
  | (Omit<VerifiedEntry, 'value'> & { readonly kind: 'expired' });

/** An entry reached through a reference: both the reference and its target are proven. */
export interface VerifiedReference {
  /** The reference's own key. */
  readonly key: Uint8Array;
  /** The transaction that wrote the reference. */
  readonly txId: bigint;
  /** The transaction it is bound to, or 0 when it follows the target's latest value. */
  readonly atTx: bigint;
  /** What proves the reference. */
  readonly proof: ReadProof;
}

/** What a verified get found: an entry, and the reference it was reached through, if any. */
export interface VerifiedValue extends VerifiedEntry {
  /** The reference it was reached through; undefined for a plain key. */
  readonly via: VerifiedReference | undefined;
}

/** One entry of a verified transaction: its digest and key are proven, its value is not part of it. */
export interface VerifiedTxEntry {
  /** The key as stored, with immudb's prefix byte (00 key-value, 01 sorted set, 02 SQL, 03 documents). */
  readonly storedKey: Uint8Array;
  /** Metadata as written; undefined if there is none. */
  readonly metadata: KeyMetadata | undefined;
  /** SHA-256 of the stored value, 32 bytes. */
  readonly valueHash: Uint8Array;
}

/** A transaction with a proven header and the complete list of its entries. */
export interface VerifiedTx extends LedgerIdentity {
  readonly txId: bigint;
  /** Accumulated hash, 32 bytes. */
  readonly alh: Uint8Array;
  /** The header as proven. */
  readonly header: TxHeader;
  /** All entries, in order. */
  readonly entries: readonly VerifiedTxEntry[];
  /** The trusted state the proof was checked against. */
  readonly checkedAgainst: LedgerState;
}

/** A write whose commitment was proven: exactly these entries, in this order, in a new transaction. */
export interface VerifiedWrite {
  readonly txId: bigint;
  /** Accumulated hash, 32 bytes. */
  readonly alh: Uint8Array;
  /** Unix seconds the server wrote into the header, as claimed. */
  readonly serverTime: bigint;
  /** The entries as requested, now proven. */
  readonly entries: readonly VerifiedEntry[];
}

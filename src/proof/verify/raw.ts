// The shapes of answers before anything is checked: whatever the server sent. Generated messages satisfy them
// without this part knowing of generated code. Nothing here may be used but through a `parse` or `verify` function.

/** Untrusted: a moment, in seconds since 1970. */
export interface RawExpiration {
  readonly expiresAt: bigint;
}

/** Untrusted: attributes of a write. */
export interface RawKeyMetadata {
  readonly deleted: boolean;
  readonly expiration?: RawExpiration | undefined;
  readonly nonIndexable: boolean;
}

/** Untrusted: attributes of a transaction. */
export interface RawTxMetadata {
  readonly truncatedTxID: bigint;
  readonly extra: Uint8Array;
}

/** Untrusted: a transaction's header. */
export interface RawTxHeader {
  readonly id: bigint;
  readonly prevAlh: Uint8Array;
  readonly ts: bigint;
  readonly nentries: number;
  readonly eH: Uint8Array;
  readonly blTxId: bigint;
  readonly blRoot: Uint8Array;
  readonly version: number;
  readonly metadata?: RawTxMetadata | undefined;
}

/** Untrusted: an entry of a transaction, its key with the prefix byte. */
export interface RawTxEntry {
  readonly key: Uint8Array;
  readonly hValue: Uint8Array;
  readonly vLen: number;
  readonly metadata?: RawKeyMetadata | undefined;
  readonly value: Uint8Array;
}

/** Untrusted: a transaction. Its resolved `kvEntries` and `zEntries` cannot be proven and are never read. */
export interface RawTx {
  readonly header?: RawTxHeader | undefined;
  readonly entries: readonly RawTxEntry[];
  readonly kvEntries?: readonly unknown[] | undefined;
  readonly zEntries?: readonly unknown[] | undefined;
}

/** Untrusted: the way from an entry to its transaction's eH. */
export interface RawInclusionProof {
  readonly leaf: number;
  readonly width: number;
  readonly terms: readonly Uint8Array[];
}

/** Untrusted: the chain of hashes from one transaction to a later one. */
export interface RawLinearProof {
  readonly sourceTxId: bigint;
  readonly TargetTxId: bigint;
  readonly terms: readonly Uint8Array[];
}

/** Untrusted: that a linearly chained stretch of transactions is in the tree as well. */
export interface RawLinearAdvanceProof {
  readonly linearProofTerms: readonly Uint8Array[];
  readonly inclusionProofs: readonly RawInclusionProof[];
}

/** Untrusted: that the source is part of the target's history. */
export interface RawDualProof {
  readonly sourceTxHeader?: RawTxHeader | undefined;
  readonly targetTxHeader?: RawTxHeader | undefined;
  readonly inclusionProof: readonly Uint8Array[];
  readonly consistencyProof: readonly Uint8Array[];
  readonly targetBlTxAlh: Uint8Array;
  readonly lastInclusionProof: readonly Uint8Array[];
  readonly linearProof?: RawLinearProof | undefined;
  readonly LinearAdvanceProof?: RawLinearAdvanceProof | undefined;
}

/** Untrusted: a state signature. The public key it carries is never used. */
export interface RawSignature {
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

/** Untrusted: a transaction and its proof. */
export interface RawVerifiableTx {
  readonly tx?: RawTx | undefined;
  readonly dualProof?: RawDualProof | undefined;
  readonly signature?: RawSignature | undefined;
}

/** Untrusted: the reference through which an entry was found. */
export interface RawReference {
  readonly tx: bigint;
  readonly key: Uint8Array;
  readonly atTx: bigint;
  readonly metadata?: RawKeyMetadata | undefined;
}

/** Untrusted: an entry as the application knows it. */
export interface RawEntry {
  readonly tx: bigint;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly referencedBy?: RawReference | undefined;
  readonly metadata?: RawKeyMetadata | undefined;
  readonly expired: boolean;
}

/** Untrusted: an entry and its proof. */
export interface RawVerifiableEntry {
  readonly entry?: RawEntry | undefined;
  readonly verifiableTx?: RawVerifiableTx | undefined;
  readonly inclusionProof?: RawInclusionProof | undefined;
}

/** Untrusted: a state. The precommitted part of it is not signed and never read. */
export interface RawImmutableState {
  readonly db: string;
  readonly txId: bigint;
  readonly txHash: Uint8Array;
  readonly signature?: RawSignature | undefined;
}

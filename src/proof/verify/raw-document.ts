// The shape of a document's proof before anything is checked, as raw.ts for the other answers.

import type { RawSignature, RawTx, RawTxHeader } from './raw.js';

/** Untrusted: that the source is part of the target's history, by trees alone. */
export interface RawDualProofV2 {
  readonly sourceTxHeader?: RawTxHeader | undefined;
  readonly targetTxHeader?: RawTxHeader | undefined;
  readonly inclusionProof: readonly Uint8Array[];
  readonly consistencyProof: readonly Uint8Array[];
}

/** Untrusted: a transaction and its proof, by trees alone. */
export interface RawVerifiableTxV2 {
  readonly tx?: RawTx | undefined;
  readonly dualProof?: RawDualProofV2 | undefined;
  readonly signature?: RawSignature | undefined;
}

/** Untrusted: a document and its proof. */
export interface RawDocumentProof {
  readonly database: string;
  readonly collectionId: number;
  readonly documentIdFieldName: string;
  readonly encodedDocument: Uint8Array;
  readonly verifiableTx?: RawVerifiableTxV2 | undefined;
}

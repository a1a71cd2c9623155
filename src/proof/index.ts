// `immurepo/proof`: checking immudb's proofs, pure and synchronous, and the layout of what they hash.

// For users: the answer to a request, checked against a trusted state.
export { type EntryRequest, verifyEntry } from './verify/verify-entry.js';
export { type SetEntry, type SetRequest, verifySet } from './verify/verify-set.js';
export { type SetReferenceRequest, verifySetReference } from './verify/verify-reference.js';
export { type SortedSetAddRequest, verifySortedSetAdd } from './verify/verify-sorted-set.js';
export {
  type ExecAllRequest,
  type ExecutedOperation,
  expectedOperations,
  verifyExecAll,
} from './verify/verify-exec-all.js';
export {
  type ProvenValueHash,
  type RawStreamedEntry,
  type StreamedEntry,
  verifyStreamedEntry,
  verifyStreamedSet,
} from './verify/verify-streamed.js';
export { type ChainedTx, type TxChain, verifyTrees, verifyTxChain } from './verify/verify-tx-chain.js';
export { peaksBefore } from './verify/next-root.js';
export { NO_PEAKS, type TreePeaks, withTransaction } from './verify/tree-peaks.js';
export { type ExpectedEntry, holdsExpected } from './verify/write.js';
export { type TxRequest, verifyTx, verifyTxHeader } from './verify/verify-tx.js';
export {
  type DocumentRequest,
  type ProvenDocument,
  requireDocumentId,
  verifyDocument,
} from './verify/verify-document.js';
export type { DocumentObject, DocumentValue } from './verify/document-value.js';
export { type ExportedEntry, type ExportedTx, parseExported } from './verify/parse-exported.js';
export type { RawDocumentProof, RawDualProofV2, RawVerifiableTxV2 } from './verify/raw-document.js';
export {
  encodeSqlKey,
  type ProvenSqlRow,
  type SqlRowRequest,
  verifySqlRow,
} from './verify/verify-sql-row.js';
export { SCHEMA_CHECK } from './verify/sql-schema-answered.js';
export {
  highestColumnId,
  isSqlCatalogKey,
  parseSqlCatalog,
  type SqlCatalogEntry,
  sqlTableOf,
} from './verify/sql-catalog.js';
export type { SqlColumn, SqlStoredValue, SqlTableSchema, SqlType } from './layout/sql-row.js';
export type { RawSqlEntry, RawVerifiableSqlEntry } from './verify/raw-sql.js';
export { type PathRequest, type ProvenEntryPath, verifyPath } from './verify/verify-path.js';
export type {
  HashedTransaction,
  MerkleStep,
  PathChain,
  PathEntry,
  PathTransaction,
  ProvenPath,
} from './verify/proven-path.js';
export { type CheckedState, verifyState } from './verify/verify-state.js';
export { type ExtendableHead, extendsHead } from './verify/extends-head.js';
export { parseStateKey, type StateKey } from './verify/state-key.js';
export type { VerificationPolicy } from './verify/signature.js';
export type { LedgerState } from './layout/ledger-state.js';
export type { KeyMetadata } from './layout/kv-metadata.js';
export type { TxMetadata } from './layout/tx-metadata.js';
export type { HeaderVersion, TxHeader } from './layout/tx-header.js';
export type {
  ProvenEntries,
  ProvenKeyValue,
  ProvenReference,
  ProvenTx,
  ProvenTxEntry,
} from './verify/proven.js';
export type {
  RawDualProof,
  RawEntry,
  RawExpiration,
  RawImmutableState,
  RawInclusionProof,
  RawKeyMetadata,
  RawLinearAdvanceProof,
  RawLinearProof,
  RawReference,
  RawSignature,
  RawTx,
  RawTxEntry,
  RawTxHeader,
  RawTxMetadata,
  RawVerifiableEntry,
  RawVerifiableTx,
} from './verify/raw.js';

// For builders of other checks: the bytes that are hashed and signed.
export { EMPTY_HASH, leafHash, nodeHash, sha256 } from './layout/hash.js';
export { entryDigest, kvKey, kvValue, referenceValue, sortedSetKey } from './layout/entry.js';
export { encodeKeyMetadata } from './layout/kv-metadata.js';
export { encodeTxMetadata } from './layout/tx-metadata.js';
export { alhOf, innerHash } from './layout/tx-header.js';
export { stateSignaturePayload } from './layout/ledger-state.js';
export { sqlRowKey } from './layout/sql-row.js';
export { DOCUMENT_KEY_START, documentIndexKeyStart, documentKey } from './layout/document-key.js';
export { parseKeyMetadata } from './verify/parse-metadata.js';
export { type ParsedReference, parseReferenceValue } from './verify/parse-reference.js';

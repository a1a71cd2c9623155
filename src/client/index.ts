// `immurepo/client`: the low-level client. Bytes in, bytes out; what is proven says so in its name.

// For users.
export { connect, type ConnectOptions } from './connect.js';
export { type ClientParts, ImmuClient, type UseDatabaseOptions } from './immu-client.js';
export { PlainClient, type SetOneOptions } from './plain-client.js';
export type { CircuitOptions } from './servers/circuit.js';
export type { ConnectionOptions } from './connection-options.js';
export type { PemSource, TlsOptions } from './tls-options.js';
export type { OperationOptions } from './call-scope.js';
export type { ClientEvents, ConnectionEvents } from './events.js';
export type { Logger, LogLevel } from './telemetry/logger.js';
export type { CallTrace, EventTrace, OperationTrace } from './telemetry/channels.js';
export type { ClientLimits } from './limits.js';
export type { EntryToWrite, Precondition } from './writes.js';
export type { VerifiedGetOptions } from './verified/get.js';
export type { VerifiedGetAllOptions } from './verified/get-all.js';
export type { VerifiedHistoryOptions } from './verified/history.js';
export type { VerifiedSetOptions } from './verified/set.js';
export type { VerifiedLimits } from './verified/open.js';
export type {
  LedgerIdentity,
  ReadProof,
  VerifiedEntry,
  VerifiedReference,
  VerifiedRevision,
  VerifiedTx,
  VerifiedTxEntry,
  VerifiedValue,
  VerifiedWrite,
} from './verified/evidence.js';
export type { GetOptions } from './plain-reads.js';
export type { SetOptions } from './plain-writes.js';
export { type PageOptions, scanKey, type ScanOptions } from './listing.js';
export { type KeyAttributes, keyMetadata } from './key-value/key-metadata.js';
export type { Binding, MemberToAdd, Operation, ReferenceToSet } from './key-value/operations.js';
export type { ExecAllOptions } from './key-value/exec-all.js';
export type { AllOptions } from './key-value/iterate.js';
export type { SetReferenceOptions } from './key-value/references.js';
export type { MemberCursor, UnverifiedMember, ZAddOptions, ZScanOptions } from './key-value/sorted-sets.js';
export type { TxScanOptions } from './key-value/tx-scan.js';
export type {
  CommittedMember,
  CommittedOperation,
  CommittedReference,
  CommittedSet,
  VerifiedTransaction,
} from './verified/committed.js';
export type { VerifiedTxsOptions } from './verified/txs.js';
export type { VerifiedMember, VerifiedZScanOptions } from './verified/z-scan.js';
export { StreamClient, type VerifiedStreamOptions } from './streams/stream-client.js';
export type { StreamOptions } from './call-stream.js';
export type {
  StreamListOptions,
  UnverifiedStreamedEntry,
  UnverifiedStreamedMember,
} from './streams/plain-reads.js';
export type { StreamReadOptions } from './streams/max-bytes.js';
export type { StreamOperation } from './streams/to-send.js';
export { ProvisionalValue } from './streams/provisional-value.js';
export type { ByteSource, StreamEntryToWrite } from './streams/source.js';
export { StreamedValue } from './streams/streamed-value.js';
export type { VerifiedStream } from './streams/verified-get.js';
export type { VerifiedStreamedEntry, VerifiedStreamedWrite } from './streams/verified-set.js';
export type { TxOptions, UnverifiedTx, UnverifiedTxEntry } from './transactions.js';
export type { UnverifiedEntry, UnverifiedReference, UnverifiedTxHeader } from './unverified.js';
export type { DatabaseHealth, ServerHealth, ServerInfo, UnverifiedState } from './server-status.js';
export type { CreatedDatabase, CreateDatabaseOptions, DatabaseInfo } from './databases.js';
export type { RpcAnswer, RpcName, RpcRequest, RpcService } from './unverified-rpc.js';
export type { DatabaseSettings } from './database-settings.js';
export type { TrustOption, TrustKey, TrustPin } from '../trust/trust-option.js';
export { SqlClient, type VerifiedSchemaOptions } from './sql/sql-client.js';
export { SqlTimestamp } from './sql/timestamp.js';
export {
  sqlFloat,
  sqlInteger,
  sqlJson,
  type SqlParameter,
  type SqlParameters,
  TypedSqlParameter,
} from './sql/parameters.js';
export type { UnverifiedSqlResult } from './sql/exec.js';
export { type SqlQueryOptions, UnverifiedRows } from './sql/query.js';
export type { JsonOption, SqlValue, UnverifiedColumn } from './sql/rows.js';
export { SqlTransaction, type SqlTransactionMode } from './sql/transaction.js';
export type { SqlBeginOptions, SqlTransactionOptions, SqlTransactionOutcome } from './sql/run-transaction.js';
export type { UnverifiedTableColumn } from './sql/tables.js';
export type { VerifiedSqlSchema } from './sql/catalog.js';
export type { SqlKey, SqlKeyValue } from './sql/primary-key.js';
export type { VerifiedRow, VerifiedRowOptions } from './sql/verified-row.js';
export type { SqlColumn, SqlTableSchema, SqlType } from '../proof/index.js';
export { DocumentClient, type VerifiedDocumentOptions } from './documents/document-client.js';
export type { AuditOptions } from './documents/audit.js';
export type {
  CollectionInfo,
  CreateCollectionOptions,
  DocumentField,
  DocumentFieldType,
  DocumentIndex,
} from './documents/collections.js';
export type { DocumentScalar } from './documents/document-content.js';
export type { CollectionPin } from './documents/pins.js';
export type {
  Comparisons,
  Conditions,
  DocumentChange,
  DocumentOrder,
  DocumentQuery,
  DocumentSearch,
} from './documents/query.js';
export type { SearchOptions } from './documents/search.js';
export type {
  UnverifiedDocument,
  UnverifiedDocumentRevision,
  UnverifiedDocumentWrite,
} from './documents/unverified-documents.js';
export type { VerifiedDocument } from './documents/verified-document.js';
export type { UnverifiedInsert } from './documents/writes.js';
export type { DocumentObject, DocumentValue } from '../proof/index.js';
export type { MerklePath, MerklePathOptions } from './proofs/merkle-path.js';
export { ProofClient } from './proofs/proof-client.js';
export type {
  HashedTransaction,
  MerkleStep,
  PathChain,
  PathEntry,
  PathTransaction,
  ProvenPath,
} from '../proof/index.js';
export { AdminClient, type ReplicaHandle } from './admin/admin-client.js';
export type { ExportedTransaction, ExportTxOptions, ExportTxsOptions } from './admin/export.js';
export type { ImportTxOptions } from './admin/import.js';
export type {
  DeleteDatabaseOptions,
  FlushIndexOptions,
  TruncateDatabaseOptions,
} from './admin/manage-databases.js';
export type { ReplicateOptions, ReplicationProgress, ReplicationResult } from './admin/replicate.js';
export type { ReplicationStatus } from './admin/replication-status.js';
export type {
  ChangePasswordOptions,
  CreateUserOptions,
  DatabasePermission,
  PermissionOptions,
  SqlPrivilege,
  UserInfo,
  UserPermission,
} from './admin/users.js';

// For those who keep the trusted state elsewhere, or carry calls differently.
export { FileTrustStore, type FileTrustStoreOptions } from '../trust/file-store.js';
export { MemoryTrustStore } from '../trust/memory-store.js';
export { defaultTrustDirectory } from '../trust/default-directory.js';
export type { TrustStore } from '../trust/store.js';
export { nextFloors, type TrustFloor, type TrustFloors } from '../trust/floors.js';
export type { TrustId } from '../trust/trust-id.js';
export type { TrustDraft, TrustLatch, TrustOrigin, TrustRecord, TrustRecovery } from '../trust/record.js';
export {
  type CallOptions,
  type CallResult,
  GrpcStatus,
  type MessageType,
  RpcFailure,
  type Transport,
  type UnaryMethod,
} from './transport.js';
export { ImmuError, UnknownOutcomeError, VerificationError } from '../errors.js';

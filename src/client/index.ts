// `immurepo/client`: the low-level client. Bytes in, bytes out; what is proven says so in its name.

// For users.
export { connect, type ConnectOptions } from './connect.js';
export { type ClientParts, ImmuClient, type UseDatabaseOptions } from './immu-client.js';
export { PlainClient, type SetOneOptions } from './plain-client.js';
export type { ConnectionOptions } from './connection-options.js';
export type { PemSource, TlsOptions } from './tls-options.js';
export type { OperationOptions } from './call-scope.js';
export type { ClientEvents } from './events.js';
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
export type { TxOptions, UnverifiedTx, UnverifiedTxEntry } from './transactions.js';
export type { UnverifiedEntry, UnverifiedReference, UnverifiedTxHeader } from './unverified.js';
export type { DatabaseHealth, ServerHealth, ServerInfo, UnverifiedState } from './server-status.js';
export type { CreatedDatabase, CreateDatabaseOptions, DatabaseInfo } from './databases.js';
export type { DatabaseSettings } from './database-settings.js';
export type { TrustOption, TrustKey, TrustPin } from '../trust/trust-option.js';

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

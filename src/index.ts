// `immurepo`: typed, verified repositories on immudb, or on a ledger in a folder.

// For users: entities, ledgers, repositories, evidence.
import './entity/symbol-metadata.js';

export {
  Entity,
  type EntityOptions,
  Id,
  type IdOptions,
  Property,
  type PropertyOptions,
} from './entity/decorators.js';
export {
  type EmbeddedLedgerOptions,
  openLedger,
  type OpenLedgerOptions,
  type RemoteLedgerOptions,
} from './open-ledger.js';
export { type CompoundIndexOptions, Index, type IndexOptions } from './entity/index-decorator.js';
export { IndexProps, type Where } from './entity/where-types.js';
export { Ledger } from './repository/ledger.js';
export { Repository } from './repository/repository.js';
export { evidenceOf, type EvidenceOptions, isVerified, type Verified } from './repository/verified.js';
export type { Evidence } from './repository/evidence.js';
export type { Revision } from './repository/history.js';
export type { Moment, TimedTx } from './repository/time/moment.js';
export type { PropertyChange } from './repository/diff.js';
export type { PastRepository } from './repository/past-repository.js';
export type { Transaction } from './repository/transaction/transaction.js';
export type { ReadOptions, WriteOptions } from './repository/records.js';
export type { Page, PageOptions } from './repository/query/page.js';
export {
  ChainForkError,
  ConflictError,
  ImmuError,
  type ImmuErrorCode,
  IndexNotReadyError,
  ModifiedEntityError,
  NoEvidenceError,
  UniqueViolationError,
  UnknownOutcomeError,
  VerificationError,
  type VerificationErrorCode,
} from './errors.js';

// Extension points: what an entity's types are made of, and where trust is kept. More on the sub-paths.
export {
  type CreateData,
  type EntityClass,
  type IdOf,
  IdProps,
  type UpdateData,
} from './entity/entity-types.js';
export { FileTrustStore, MemoryTrustStore, type TrustOption, type TrustStore } from './client/index.js';

// `immurepo`: typed, verified repositories on immudb, or on a ledger in a folder.

// For users: entities, ledgers, repositories, evidence.
import './entity/symbol-metadata.js';

export { Entity, Id, Property } from './entity/decorators.js';
export { Index } from './entity/index-decorator.js';
export { Hidden } from './entity/hidden.js';
export { Many } from './entity/many.js';
export { Ref } from './entity/ref.js';
export { t } from './entity/types/t.js';
export { defineEntity } from './entity/define-entity.js';
export { openLedger, type OpenLedgerOptions } from './open-ledger.js';
export { IndexProps, type Where } from './entity/where-types.js';
export { Ledger } from './repository/ledger.js';
export { Repository } from './repository/repository.js';
export { evidenceOf, isVerified, type Verified } from './repository/verified.js';
export type { Evidence } from './repository/evidence.js';
export type { Revision } from './repository/history.js';
export type { PropertyChange } from './repository/diff.js';
export type { Transaction } from './repository/transaction/transaction.js';
export type { WriteOptions } from './repository/records.js';
export type { Page } from './repository/query/page.js';
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
  ValidationError,
  VerificationError,
  type VerificationErrorCode,
} from './errors.js';

// Extension points: what types of an entity say beside its properties, and where trust is kept. More on the sub-paths.
export { IdProps, OptionalProps } from './entity/entity-types.js';
export { FileTrustStore } from './trust/file-store.js';
export { MemoryTrustStore } from './trust/memory-store.js';

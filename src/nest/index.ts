// `immurepo/nest`: ledgers and repositories in a Nest application.

export { ImmurepoModule } from './immurepo-module.js';
export type {
  ImmurepoLedgerOptions,
  ImmurepoModuleAsyncOptions,
  ImmurepoModuleOptions,
  ImmurepoOptionsFactory,
} from './options.js';
export type { RetryOptions } from './retry.js';
export { type InjectDecorator, InjectLedger, InjectRepository } from './inject.js';
export {
  getLedgerToken,
  getRepositoryToken,
  type InjectableRepository,
  type LedgerToken,
  type RepositoryToken,
} from './tokens.js';
export { provideProvenance, ProvenanceInterceptor } from './provenance/provenance-interceptor.js';
export type { FromRequest, ProvenanceOptions } from './provenance/options.js';
export { ImmurepoExceptionFilter, type LedgerErrorBody, provideExceptionFilter } from './exception-filter.js';
export {
  LedgerHealth,
  type LedgerHealthOptions,
  type LedgerHealthReport,
  type LedgerStatus,
} from './ledger-health.js';

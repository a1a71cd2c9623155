// `immurepo/engine`: the embedded ledger on its own, for who wants to serve it.

export { type Engine, openEngine } from './engine.js';
export type { EngineOptions } from './engine-options.js';
export { type ServedEngine, serveEngine, type ServeOptions, type TlsOptions } from './serve.js';
export type { LedgerService } from './service/service.js';

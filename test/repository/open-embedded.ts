// Ledgers on the embedded engine, for tests: several on one database, each with a trusted state of its own.

import { MemoryTrustStore } from 'immurepo/client';
import { openLedger } from 'immurepo';
import { LocalTransport } from '../../src/client/local-transport.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import { Account, OrderLine, Specimen } from './entities.js';
import type { Backend } from './repository-suite.js';

const DATABASE = 'ledger';

/** A backend on an engine: of a folder, or in memory. */
export async function embeddedBackend(path?: string): Promise<Backend & { readonly engine: Engine }> {
  const engine = await openEngine({ ...(path === undefined ? {} : { path }), databases: [DATABASE] });
  return { engine, open: () => openOn(engine), close: () => engine.close() };
}

function openOn(engine: Engine) {
  return openLedger({
    ...engine.ownCredentials,
    database: DATABASE,
    entities: [Account, OrderLine, Specimen],
    transport: new LocalTransport(engine.service, { address: 'embedded', close: () => Promise.resolve() }),
    trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test' },
  });
}

// Ledgers with any entities, for tests: on the embedded engine in memory and in a folder, over gRPC, and on a real immudb.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe } from 'vitest';
import { type Ledger, MemoryTrustStore, openLedger, type OpenLedgerOptions } from 'immurepo';
import type { EntityClass } from 'immurepo/extend';
import { LocalTransport } from '../../src/client/local-transport.js';
import { type Engine, openEngine } from '../../src/engine/engine.js';
import type { describeServers } from '../support/describe-servers.js';
import { createDatabase } from './open-real.js';

/** What a test may say of a ledger it opens. */
export type AnyOptions = Pick<
  OpenLedgerOptions,
  | 'namespace'
  | 'codec'
  | 'codecs'
  | 'hydrators'
  | 'requireActor'
  | 'createTenants'
  | 'coalesceSaves'
  | 'timeoutMs'
  | 'trust'
  | 'validator'
  | 'plugins'
>;

/** One database, and ledgers on it that are all closed at its end. */
export interface AnyDatabase {
  /** Opens a ledger with a trusted state of its own, as another process would. */
  open(entities: readonly EntityClass[], options?: AnyOptions): Promise<Ledger>;
}

/** Starts a database that no other test uses. */
export type Start = () => Promise<AnyDatabase>;

type Opening = (entities: readonly EntityClass[], options: AnyOptions) => Promise<Ledger>;

/** What is to be ended after a test, the last first. */
const ends: (() => Promise<void>)[] = [];

/** Lets an end come after the test. */
export function atEnd(end: () => Promise<void>): void {
  ends.push(end);
}

/** Ends everything: to be called after each test, which suites on every backend do. */
export async function endAll(): Promise<void> {
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
}

function databaseOf(opening: Opening): AnyDatabase {
  return {
    open: async (entities, options = {}) => {
      const ledger = await opening(entities, options);
      atEnd(() => ledger.close());
      return ledger;
    },
  };
}

/** Runs a suite on every backend. @param servers describeServers, which test files must import themselves */
export function onEveryBackend(
  name: string,
  servers: typeof describeServers,
  suite: (start: Start) => void,
): void {
  const run = (start: Start) => {
    afterEach(endAll);
    suite(start);
  };
  describe(`${name} (embedded, in memory)`, () => {
    run(async () => databaseOf(await onEngine()));
  });
  describe(`${name} (embedded, in a folder)`, () => {
    run(async () => databaseOf(await onEngine(await temporaryFolder())));
  });
  servers(name, (server) => {
    run(async () => {
      const database = await createDatabase(server);
      return databaseOf((entities, options) =>
        openLedger({
          url: `immudb://immudb:immudb@${server.address}/${database}`,
          trust: { key: server.publicKeyPem, store: new MemoryTrustStore(), ledgerId: 'test' },
          entities,
          ...options,
        }),
      );
    });
  });
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-ledger-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'ledger');
}

/** Opens ledgers on an engine of this process. */
export async function onEngine(path?: string): Promise<Opening> {
  const engine = await openEngine({ ...(path === undefined ? {} : { path }), databases: ['ledger'] });
  atEnd(() => engine.close());
  return (entities, options) => openOn(engine, entities, options);
}

/** Opens a ledger on an engine. */
export function openOn(
  engine: Pick<Engine, 'service' | 'ownCredentials'>,
  entities: readonly EntityClass[],
  options: AnyOptions = {},
): Promise<Ledger> {
  return openLedger({
    ...engine.ownCredentials,
    database: 'ledger',
    transport: new LocalTransport(engine.service, { address: 'embedded', close: () => Promise.resolve() }),
    trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test' },
    entities,
    ...options,
  });
}

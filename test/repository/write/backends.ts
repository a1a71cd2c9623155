// Ledgers of any entities on every kind of backend, each ledger with a trusted state of its own.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { type Ledger, MemoryTrustStore, openLedger } from 'immurepo';
import type { EntityClass } from 'immurepo/extend';
import { LocalTransport } from '../../../src/client/local-transport.js';
import { openEngine } from '../../../src/engine/engine.js';
import type { LedgerRules } from '../../../src/repository/open-repositories.js';
import type { describeServers } from '../../support/describe-servers.js';
import { createDatabase } from '../open-real.js';

/** Opens ledgers on one and the same database. */
export interface Backend {
  readonly open: (rules?: LedgerRules) => Promise<Ledger>;
  /** Ends what the ledgers are on. */
  readonly close: () => Promise<void>;
}

/** Two ledgers of one database, opened before the tests of a suite. */
export interface Pair {
  readonly ledger: Ledger;
  readonly other: Ledger;
  readonly open: (rules?: LedgerRules) => Promise<Ledger>;
}

const DATABASE = 'ledger';
const trust = () => ({ store: new MemoryTrustStore(), ledgerId: 'test' });

async function embedded(entities: readonly EntityClass[], path?: string): Promise<Backend> {
  const engine = await openEngine({ ...(path === undefined ? {} : { path }), databases: [DATABASE] });
  const open = (rules: LedgerRules = {}) =>
    openLedger({
      ...engine.ownCredentials,
      ...rules,
      database: DATABASE,
      entities,
      transport: new LocalTransport(engine.service, { address: 'embedded', close: () => Promise.resolve() }),
      trust: { ...trust(), firstUse: true },
    });
  return { open, close: () => engine.close() };
}

async function inFolder(entities: readonly EntityClass[]): Promise<Backend> {
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-write-'));
  const { open, close } = await embedded(entities, join(folder, 'ledger'));
  return {
    open,
    close: async () => {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A suite on the embedded ledger, in memory and in a folder, and on servers: the real immudb, and the embedded ledger over
 * gRPC.
 *
 * @param onServers `describeServers`, imported by the test file itself: a run starts the real server for files that do
 * @param body registers tests; the ledgers are there when they run
 */
export function onEveryBackend(
  onServers: typeof describeServers,
  name: string,
  entities: readonly EntityClass[],
  body: (pair: Pair) => void,
): void {
  const suite = (place: string, backend: () => Promise<Backend>) => {
    describe(`${name} (${place})`, () => {
      let made: Backend;
      const ledgers: Ledger[] = [];
      const open = async (rules?: LedgerRules) => {
        const ledger = await made.open(rules);
        ledgers.push(ledger);
        return ledger;
      };
      beforeAll(async () => {
        made = await backend();
        await open();
        await open();
      });
      afterAll(async () => {
        await Promise.all(ledgers.map((ledger) => ledger.close()));
        await made.close();
      });
      body({
        get ledger() {
          return ledgers[0]!;
        },
        get other() {
          return ledgers[1]!;
        },
        open,
      });
    });
  };
  suite('embedded, in memory', () => embedded(entities));
  suite('embedded, in a folder', () => inFolder(entities));
  onServers(name, (server) => {
    suite('over gRPC', async () => {
      const database = await createDatabase(server);
      const open = (rules: LedgerRules = {}) =>
        openLedger({
          ...rules,
          url: `immudb://immudb:immudb@${server.address}/${database}`,
          entities,
          trust: { ...trust(), key: server.publicKeyPem },
        });
      return { open, close: () => Promise.resolve() };
    });
  });
}

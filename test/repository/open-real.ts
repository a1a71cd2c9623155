// Ledgers on a real server, for tests: a database of its own per suite, the server's key pinned, records in memory.

import { connect, MemoryTrustStore, type TrustStore } from 'immurepo/client';
import { type Ledger, openLedger } from 'immurepo';
import { freshDatabaseName } from '../support/describe-real.js';
import type { SharedServer } from '../support/shared-server.js';
import { Account, OrderLine, Specimen } from './entities.js';

/** Makes a database no other test uses. */
export async function createDatabase(server: SharedServer): Promise<string> {
  const database = freshDatabaseName('r');
  const admin = await connect(`immudb://immudb:immudb@${server.address}`);
  await admin.createDatabase(database);
  await admin.close();
  return database;
}

/** Opens a ledger; through a proxy if `address` is its. */
export function openReal(
  server: SharedServer,
  database: string,
  { address = server.address, store = new MemoryTrustStore() }: { address?: string; store?: TrustStore } = {},
): Promise<Ledger> {
  return openLedger({
    url: `immudb://immudb:immudb@${address}/${database}`,
    entities: [Account, OrderLine, Specimen],
    trust: { key: server.publicKeyPem, store, ledgerId: 'test' },
  });
}

// The ledger of a folder, as the trust commands talk to it: opened in this process, and checked like a server.

import { resolve } from 'node:path';
import { type Connection, openConnection } from '../client/connection.js';
import { normalDatabaseName } from '../client/database-name.js';
import { LocalTransport } from '../client/local-transport.js';
import { type Engine, openEngine } from '../engine/engine.js';
import { assertLedger, noSuchDatabase } from '../engine/maintenance/folders.js';
import type { TrustEndpoint } from '../trust/policy.js';
import { type Arguments, UsageError } from './arguments.js';
import { signingKeyOf } from './key-files.js';

/** The database of a ledger that was given none, as openLedger has it. */
const DEFAULT_LEDGER = 'ledger';

/** A connection, and what a trust policy has to know of where it leads. */
export interface ConnectedEndpoint {
  readonly connection: Connection;
  readonly endpoint: TrustEndpoint;
}

/**
 * Opens the ledger of a folder, which must be there, and connects to it. Closing the connection closes the ledger.
 *
 * @throws ImmuError LEDGER_MISSING, LEDGER_LOCKED, LEDGER_DAMAGED, DATABASE_NOT_FOUND
 */
export async function connectToFolder(given: Arguments, folder: string): Promise<ConnectedEndpoint> {
  const path = resolve(folder);
  await assertLedger(path);
  const engine = await openEngine({ path, ...(await signingKeyOf(given)) });
  try {
    const database = databaseOf(engine, path, given.text('database'));
    const created = await engine.isEmpty(database);
    const transport = new LocalTransport(engine.service, { address: path, close: () => engine.close() });
    const connection = await openConnection({ ...engine.ownCredentials, database }, { transport });
    return { connection, endpoint: { address: path, database, loopback: true, created } };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** The database asked for, or the one that openLedger would choose. */
function databaseOf(engine: Engine, path: string, asked: string | undefined): string {
  const names = engine.databaseNames;
  const only = names.length === 1 ? names[0] : undefined;
  const name = asked === undefined ? (only ?? DEFAULT_LEDGER) : normalDatabaseName(asked);
  if (name === undefined)
    throw new UsageError('--database must be letters a-z, digits and underscores, at most 128');
  if (names.includes(name)) return name;
  throw noSuchDatabase(path, name, names);
}

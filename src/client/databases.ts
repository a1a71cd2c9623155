// Creating and listing databases.

import { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';
import type { OperationOptions } from './call-scope.js';
import { callService } from './call.js';
import type { Connection } from './connection.js';
import { parseDatabaseName } from './database-name.js';
import { fromWireSettings, secretsOf, toWireSettings, type DatabaseSettings } from './database-settings.js';
import { withoutSecrets } from './without-secrets.js';

const { createDatabaseV2, databaseListV2 } = ImmuServiceDefinition.methods;

/** How to create a database. */
export interface CreateDatabaseOptions extends OperationOptions {
  /** Succeed where it exists; its settings then stay as they are. Default false. */
  readonly ifNotExists?: boolean;
  /** Default: the server's. */
  readonly settings?: DatabaseSettings;
}

/** A database that was created, or was there. */
export interface CreatedDatabase {
  readonly name: string;
  readonly alreadyExisted: boolean;
  readonly settings: DatabaseSettings;
}

/** A database as the server lists it. */
export interface DatabaseInfo {
  readonly name: string;
  /** False while it is unloaded; it then has no transactions to tell. */
  readonly loaded: boolean;
  readonly transactions: bigint;
  readonly diskBytes: bigint;
  /** Absent where the server does not know. */
  readonly createdAt?: Date;
  readonly createdBy: string;
  readonly settings: DatabaseSettings;
}

/**
 * Creates a database. Needs a system administrator.
 *
 * @param name upper case becomes lower case
 * @throws ImmuError INVALID_DATABASE_NAME, DATABASE_EXISTS, PERMISSION_DENIED
 */
export async function createDatabase(
  connection: Connection,
  name: string,
  options: CreateDatabaseOptions = {},
): Promise<CreatedDatabase> {
  const database = parseDatabaseName(name);
  const { ifNotExists = false, settings } = options;
  const request = {
    name: database,
    settings: settings === undefined ? undefined : toWireSettings(settings),
    ifNotExists,
  };
  const answer = await withoutSecrets(
    secretsOf(settings),
    callService(connection, createDatabaseV2, request, { ...options, kind: 'control', database }),
  );
  return {
    name: answer.name,
    alreadyExisted: answer.alreadyExisted,
    settings: fromWireSettings(answer.settings),
  };
}

/** Lists the databases: all of them for a system administrator, else those the user has permissions on. */
export async function listDatabases(
  connection: Connection,
  options: OperationOptions = {},
): Promise<DatabaseInfo[]> {
  const answer = await callService(connection, databaseListV2, {}, { ...options, kind: 'read' });
  return answer.databases.map(
    ({ name, loaded, numTransactions, diskSize, created_at, created_by, settings }) => ({
      name,
      loaded,
      transactions: numTransactions,
      diskBytes: diskSize,
      ...(created_at === 0n ? {} : { createdAt: new Date(Number(created_at) * 1000) }),
      createdBy: created_by,
      settings: fromWireSettings(settings),
    }),
  );
}

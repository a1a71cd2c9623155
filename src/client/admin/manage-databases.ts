// Looking after databases: their settings, loading, deletion, and the upkeep of what they hold.

import { ImmuError, UnknownOutcomeError } from '../../errors.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { parseDatabaseName } from '../database-name.js';
import { fromWireSettings, secretsOf, toWireSettings, type DatabaseSettings } from '../database-settings.js';
import { withoutSecrets } from '../without-secrets.js';

const methods = ImmuServiceDefinition.methods;

/** How to delete a database. */
export interface DeleteDatabaseOptions extends OperationOptions {
  /** The name once more: what is deleted cannot be had back, from no proof either. */
  readonly confirm: string;
}

/** How to truncate a database. */
export interface TruncateDatabaseOptions extends OperationOptions {
  /** Values of transactions older than this are removed: at least 24 hours, in milliseconds. */
  readonly retentionMs: number;
}

/** How to write an index to disk. */
export interface FlushIndexOptions extends OperationOptions {
  /** How much of what the index no longer needs is looked for, 0 to 100. Default 0. */
  readonly cleanupPercentage?: number;
  /** Whether to wait until the disk has it. Default true. */
  readonly synced?: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The settings of the connection's database, as the server says, without the password of a replica's primary. */
export async function databaseSettings(
  connection: Connection,
  options: OperationOptions,
): Promise<DatabaseSettings> {
  const answer = await callService(
    connection,
    methods.getDatabaseSettingsV2,
    {},
    { ...options, kind: 'read' },
  );
  return fromWireSettings(answer.settings);
}

/** Changes settings; what is left out stays. @returns all of them as they are now */
export async function updateDatabase(
  connection: Connection,
  name: string,
  settings: DatabaseSettings,
  options: OperationOptions,
): Promise<DatabaseSettings> {
  const database = parseDatabaseName(name);
  const request = { database, settings: toWireSettings(settings) };
  const call = { ...options, kind: 'control', database } as const;
  const answer = await withoutSecrets(
    secretsOf(settings),
    callService(connection, methods.updateDatabaseV2, request, call),
  );
  return fromWireSettings(answer.settings);
}

/** Loads a database that was unloaded. @throws ImmuError DATABASE_LOADED, DATABASE_NOT_FOUND, PERMISSION_DENIED */
export async function loadDatabase(
  connection: Connection,
  name: string,
  options: OperationOptions,
): Promise<void> {
  const database = parseDatabaseName(name);
  await callService(
    connection,
    methods.loadDatabase,
    { database },
    { ...options, kind: 'control', database },
  );
}

/** Unloads a database. @throws ImmuError DATABASE_UNAVAILABLE where it is unloaded already */
export async function unloadDatabase(
  connection: Connection,
  name: string,
  options: OperationOptions,
): Promise<void> {
  const database = parseDatabaseName(name);
  try {
    await callService(
      connection,
      methods.unloadDatabase,
      { database },
      { ...options, kind: 'control', database },
    );
  } catch (error) {
    // "Already closed" may come of a write that was taken in; of this call it says that there was nothing to do.
    const isUnloaded =
      error instanceof UnknownOutcomeError && error.details.reason === 'DATABASE_UNAVAILABLE';
    throw isUnloaded ? error.cause : error;
  }
}

/** Deletes a database that is unloaded, with all it holds. */
export async function deleteDatabase(
  connection: Connection,
  name: string,
  { confirm, ...options }: DeleteDatabaseOptions,
): Promise<void> {
  const database = parseDatabaseName(name);
  if (confirm !== database)
    throw new TypeError(
      `to delete database "${database}" for good, give its name again: { confirm: '${database}' }`,
    );
  try {
    await callService(
      connection,
      methods.deleteDatabase,
      { database },
      { ...options, kind: 'control', database },
    );
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'KEY_NOT_FOUND') throw error;
    throw new ImmuError(
      'DATABASE_NOT_FOUND',
      `DeleteDatabase: there is no database "${database}" at ${connection.address}.`,
      { cause: error, details: { ...error.details, database } },
    );
  }
}

/** Removes old values. @returns false where nothing is old enough */
export async function truncateDatabase(
  connection: Connection,
  name: string,
  { retentionMs, ...options }: TruncateDatabaseOptions,
): Promise<boolean> {
  const database = parseDatabaseName(name);
  if (!Number.isSafeInteger(retentionMs) || retentionMs < DAY_MS)
    throw new TypeError(`retentionMs must be a whole number of milliseconds of at least 24 hours, ${DAY_MS}`);
  const request = { database, retentionPeriod: BigInt(retentionMs) };
  const call = { ...options, kind: 'control', database } as const;
  return doneIfNeeded(callService(connection, methods.truncateDatabase, request, call));
}

/** Writes what is in memory of the index to disk. */
export async function flushIndex(
  connection: Connection,
  { cleanupPercentage = 0, synced = true, ...options }: FlushIndexOptions,
): Promise<void> {
  if (!(cleanupPercentage >= 0 && cleanupPercentage <= 100))
    throw new TypeError('cleanupPercentage must be a number from 0 to 100');
  await callService(
    connection,
    methods.flushIndex,
    { cleanupPercentage, synced },
    { ...options, kind: 'control' },
  );
}

/** Rewrites the index without what it no longer needs. @returns false where there is too little of that */
export async function compactIndex(connection: Connection, options: OperationOptions): Promise<boolean> {
  return doneIfNeeded(callService(connection, methods.compactIndex, {}, { ...options, kind: 'control' }));
}

/** Both calls that are not needed yet are refused by the server as ones that were wrong. */
async function doneIfNeeded(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'PRECONDITION_FAILED') return false;
    throw error;
  }
}

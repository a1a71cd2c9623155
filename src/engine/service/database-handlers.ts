// Making, changing, listing and removing databases, on the wire.

import type { DatabaseInfo } from '../../wire/immudb/schema/database.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { administers, type User } from '../access/user.js';
import type { DatabaseEntry } from '../catalog.js';
import { refuseBadName, refuseReserved, SYSTEM_DATABASE } from '../database-name.js';
import { refused, ServiceFailure, Status } from '../service-failure.js';
import type { GivenSettings } from '../stored-settings.js';
import { type CallContext, type EngineHandler, engineHandler } from './engine-handler.js';
import type { EngineParts } from './engine-parts.js';
import { numTransactions } from './server-handlers.js';
import { givenOldSettings, givenSettings, settingsMessage } from './settings-message.js';
import { unsupported } from './unsupported.js';

const { methods } = ImmuServiceDefinition;

const DAY_MS = 24n * 60n * 60n * 1000n;

/** Making databases, and changing their settings. */
export function databaseHandlers(parts: EngineParts): readonly EngineHandler[] {
  const make = (context: CallContext, name: string, settings: GivenSettings, ifNotExists = false) =>
    makeDatabase(parts, context, { name, settings, ifNotExists });
  const change = async (context: CallContext, name: string, settings: GivenSettings) => {
    assertAdministers(context, name);
    await parts.databases.update(name, settings);
    return settingsMessage(parts.catalog.database(name)?.settings ?? {});
  };
  return [
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- clients may still use it
    engineHandler(methods.createDatabase, async (context, { databaseName }) => {
      await make(context, databaseName, new Map());
      return {};
    }),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- clients may still use it
    engineHandler(methods.createDatabaseWith, async (context, request) => {
      await make(context, request.databaseName, givenOldSettings(request));
      return {};
    }),
    engineHandler(methods.createDatabaseV2, (context, { name, settings, ifNotExists }) =>
      make(context, name, givenSettings(settings), ifNotExists),
    ),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- clients may still use it
    engineHandler(methods.updateDatabase, async (context, request) => {
      await change(context, request.databaseName, givenOldSettings(request));
      return {};
    }),
    engineHandler(methods.updateDatabaseV2, async (context, { database, settings }) => ({
      database,
      settings: await change(context, database, givenSettings(settings)),
    })),
    engineHandler(methods.truncateDatabase, (context, { database, retentionPeriod }) => {
      assertAdministers(context, database);
      refuseShortRetention(database, retentionPeriod);
      if (parts.catalog.database(database) === undefined) throw refused('database does not exist');
      throw unsupported('TruncateDatabase', 'it keeps every value');
    }),
  ];
}

/** Loading, unloading, removing and listing databases. */
export function databaseListHandlers(parts: EngineParts): readonly EngineHandler[] {
  const { databases } = parts;
  return [
    engineHandler(methods.loadDatabase, async (context, { database }) => {
      assertAdministers(context, database);
      await databases.load(database);
      return { database };
    }),
    engineHandler(methods.unloadDatabase, async (context, { database }) => {
      assertAdministers(context, database);
      await databases.unload(database);
      return { database };
    }),
    engineHandler(methods.deleteDatabase, async (context, { database }) => {
      assertAdministers(context, database);
      await databases.remove(database);
      return { database };
    }),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- clients may still use it
    engineHandler(methods.databaseList, (context) => ({
      databases: databasesOf(parts, context).map(({ name }) => ({ databaseName: name })),
    })),
    engineHandler(methods.databaseListV2, async (context) => ({
      databases: await Promise.all(databasesOf(parts, context).map((entry) => databaseInfo(parts, entry))),
    })),
  ];
}

async function makeDatabase(
  { databases, catalog }: EngineParts,
  context: CallContext,
  wanted: { readonly name: string; readonly settings: GivenSettings; readonly ifNotExists: boolean },
) {
  const user = callerOr(context, 'could not get loggedin user data');
  if (!user.administrator) throw refused('loggedin user does not have permissions for this operation');
  refuseReserved(wanted.name);
  const name = wanted.name.toLowerCase();
  // 1.11.1 makes this one, which nobody could ever select.
  if (name === SYSTEM_DATABASE) refuseReserved(name);
  refuseBadName(name);
  const present = wanted.ifNotExists ? catalog.database(name) : undefined;
  if (present === undefined) {
    await databases.create({ name, settings: wanted.settings, createdBy: user.name });
  }
  const entry = present ?? catalog.database(name);
  return { name, settings: settingsMessage(entry?.settings ?? {}), alreadyExisted: present !== undefined };
}

/** @throws ServiceFailure where the caller administers no such database; which of the two it is, is not said */
function assertAdministers(context: CallContext, database: string): void {
  refuseReserved(database);
  if (administers(callerOr(context, 'could not get loggedin user data'), database)) return;
  throw refused(
    `the database '${database}' does not exist or you do not have admin permission on this database`,
  );
}

/** @param periodMs 0 for everything, or at least a day */
function refuseShortRetention(database: string, periodMs: bigint): void {
  if (periodMs === 0n || periodMs >= DAY_MS) return;
  throw new ServiceFailure(
    Status.INVALID_ARGUMENT,
    `rpc error: code = InvalidArgument desc = illegal arguments: invalid retention period for database '${database}'. ` +
      `RetentionPeriod should at least '24h0m0s' hours`,
  );
}

function callerOr(context: CallContext, message: string): User {
  try {
    return context.caller().user;
  } catch {
    throw refused(message);
  }
}

/** The databases a caller has to do with. */
function databasesOf({ catalog }: EngineParts, context: CallContext): readonly DatabaseEntry[] {
  const user = callerOr(context, 'please login');
  if (user.administrator) return catalog.databases();
  return user.grants.flatMap(({ database }) => catalog.database(database) ?? []);
}

async function databaseInfo(parts: EngineParts, entry: DatabaseEntry): Promise<DatabaseInfo> {
  const { name, settings, createdAt, createdBy } = entry;
  return {
    name,
    settings: settingsMessage(settings),
    loaded: parts.databases.isLoaded(name),
    diskSize: BigInt(await parts.databases.sizeOf(name)),
    numTransactions: await numTransactions(parts, name),
    created_at: BigInt.asUintN(64, BigInt(createdAt)),
    created_by: createdBy,
  };
}

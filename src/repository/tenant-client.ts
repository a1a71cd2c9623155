// The client of a tenant: its database found or created, and trust in it taken up or begun.

import type { ImmuClient, OperationOptions, TrustOption } from '../client/index.js';
import { parseDatabaseName } from '../client/database-name.js';
import { LocalTransport } from '../client/local-transport.js';
import { ImmuError } from '../errors.js';

/** Which database, and what may be done about it. */
export interface TenantPlace {
  readonly database: string;
  /** Create it if there is none. */
  readonly create: boolean;
  /** Why it is believed; undefined for as the founder is. */
  readonly trust: TrustOption | undefined;
}

/** The name of a tenant's database. @throws TypeError unless it is a text · ImmuError INVALID_DATABASE_NAME */
export function databaseOf(name: unknown): string {
  if (typeof name !== 'string') throw new TypeError('A tenant is named by a text: ledger.tenant(name).');
  return parseDatabaseName(name);
}

/**
 * Opens the database of a tenant from the founder's client.
 *
 * @throws ImmuError DATABASE_NOT_FOUND, PERMISSION_DENIED, TRUST_MISSING and others
 */
export async function openTenantClient(
  founder: ImmuClient,
  { database, create, trust }: TenantPlace,
  operation: OperationOptions,
): Promise<ImmuClient> {
  const use = (created: boolean) =>
    founder.useDatabase(database, { ...operation, ...(trust === undefined ? {} : { trust }), created });
  // What is in this process and holds nothing yet was never lost by anybody; of a server that must be known.
  let mayBeNew = founder.connection.transport instanceof LocalTransport;
  let client: ImmuClient;
  try {
    client = await use(false);
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'DATABASE_NOT_FOUND') throw error;
    if (!create) throw noDatabase(database, error);
    const { alreadyExisted } = await founder.createDatabase(database, { ...operation, ifNotExists: true });
    mayBeNew ||= !alreadyExisted;
    client = await use(false);
  }
  try {
    if (mayBeNew && (await client.currentState(operation)).txId === 0n) {
      await client.close();
      client = await use(true);
    }
    await client.openTrust(operation);
    return client;
  } catch (error) {
    await client.close().catch(() => undefined);
    throw error;
  }
}

function noDatabase(database: string, cause: ImmuError): ImmuError {
  return new ImmuError(
    'DATABASE_NOT_FOUND',
    `Tenant "${database}" has no database yet. Create it, or let it be created: ledger.tenant(name, { create: true }), or ` +
      'createTenants when opening the ledger.',
    { cause, details: { ...cause.details, database } },
  );
}

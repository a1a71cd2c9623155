// A verified client on a database of its own, for tests against a real server.

import { randomBytes } from 'node:crypto';
import { connect, type ConnectOptions } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import type { TrustStore } from '../../../src/trust/store.js';
import { freshDatabaseName } from '../../support/describe-real.js';
import type { SharedServer } from '../../support/shared-server.js';

export interface VerifiedClientOptions extends ConnectOptions {
  readonly address?: string;
  readonly store?: TrustStore;
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (value: Uint8Array): string => new TextDecoder().decode(value);
export const randomKey = (hint = 'k'): Uint8Array => bytes(`${hint}-${randomBytes(6).toString('hex')}`);

/** Makes a database no other test uses. */
export async function createDatabase(server: SharedServer): Promise<string> {
  const database = freshDatabaseName('v');
  const admin = await connect(`immudb://immudb:immudb@${server.address}`);
  await admin.createDatabase(database);
  await admin.close();
  return database;
}

/** Connects with the server's key pinned, and a record in memory, unless told otherwise. */
export async function connectVerified(
  server: SharedServer,
  { address = server.address, store = new MemoryTrustStore(), ...options }: VerifiedClientOptions = {},
): Promise<ImmuClient> {
  return connect({
    url: `immudb://${address}`,
    database: options.database ?? (await createDatabase(server)),
    trust: { key: server.publicKeyPem, store, ledgerId: 'test' },
    ...options,
  });
}

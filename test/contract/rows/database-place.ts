// Where databases are tried: a server, and a database to set without harm to the others.
import type { RpcBackend } from '../rpc-backend.js';
import { adminOn, type Probe } from './table.js';

/** A server and its administrator. */
export interface DatabasePlace {
  readonly backend: RpcBackend;
  readonly admin: Probe;
}

/** Makes the database `other`. */
export async function prepareDatabases(backend: RpcBackend): Promise<DatabasePlace> {
  const admin = await adminOn(backend);
  await admin.must('createDatabaseV2', { name: 'other' });
  return { backend, admin };
}

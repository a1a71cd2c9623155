// Where users are tried: two databases, and a user of each kind.
import { utf8 } from '../../../src/bytes.js';
import type { RpcBackend } from '../rpc-backend.js';
import { adminOn, freshDatabase, Probe, tryToOpen } from './table.js';

/** Of every user made here. */
export const PASSWORD = 'Secret-1234';
/** The database users are made on, and one they are not. */
export const [DATABASE, OTHER] = ['users', 'users_other'];
/** Permissions. */
export const [READ, WRITE, ADMIN, SYSADMIN] = [1, 2, 254, 255];

/** A server with users on it. */
export class UserPlace {
  readonly backend: RpcBackend;
  /** The administrator of all. */
  readonly admin: Probe;

  constructor(backend: RpcBackend, admin: Probe) {
    this.backend = backend;
    this.admin = admin;
  }

  /** Makes a user on the database. @returns the name */
  async user(name: string, permission: number): Promise<string> {
    const request = { user: utf8(name), password: utf8(PASSWORD), permission, database: DATABASE };
    await this.admin.must('createUser', request);
    return name;
  }

  /** A new session of a user made here. */
  async sessionOf(name: string): Promise<Probe> {
    return new Probe(await this.backend.withSession(name, PASSWORD, DATABASE));
  }

  /** Opens a session, or tells why there is none. */
  opens(name: string, password = PASSWORD, database = DATABASE): Promise<string> {
    return tryToOpen(this.backend, name, password, database);
  }
}

/** Makes the databases and `reader`, `writer`, `boss` (of the database), and `idle`, who is not active. */
export async function prepareUsers(backend: RpcBackend): Promise<UserPlace> {
  await freshDatabase(backend, OTHER);
  await freshDatabase(backend, DATABASE);
  const place = new UserPlace(backend, await adminOn(backend));
  await place.user('reader', READ);
  await place.user('writer', WRITE);
  await place.user('boss', ADMIN);
  await place.user('idle', READ);
  await place.admin.must('setActiveUser', { username: 'idle', active: false });
  return place;
}

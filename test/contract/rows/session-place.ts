// Where sessions and tokens are tried: a database, and callers with headers of their own.
import { utf8 } from '../../../src/bytes.js';
import type { RequestOf, RpcBackend, UnaryName } from '../rpc-backend.js';
import { adminOn, freshDatabase, Probe } from './table.js';

/** The database there is. */
export const DATABASE = 'sessions';
/** A user who may read it, and logs in once. */
export const USER = { user: utf8('token_user'), password: utf8('Secret-1234') };
/** A read that finds nothing. */
export const GET = { key: utf8('nothing') };

/** A server, and ways to call it. */
export class SessionPlace {
  readonly backend: RpcBackend;

  constructor(backend: RpcBackend) {
    this.backend = backend;
  }

  /** A caller with headers of its own. */
  as(headers: Record<string, string>): Probe {
    return new Probe(this.backend.withHeaders(headers));
  }

  /** The headers of a new login, with a database if one is named. */
  async token(database?: string): Promise<{ authorization: string }> {
    const request = { user: utf8('immudb'), password: utf8('immudb') };
    const { token } = await this.as({}).must('login', request);
    if (database === undefined) return { authorization: token };
    const used = await this.as({ authorization: token }).must('useDatabase', { databaseName: database });
    return { authorization: used.token };
  }

  /** The headers of a new session. */
  async session(database = 'defaultdb'): Promise<{ sessionid: string }> {
    const { sessionId } = await this.backend.withSession('immudb', 'immudb', database);
    return { sessionid: sessionId };
  }
}

/** Makes the database and the user. */
export async function prepareSessions(backend: RpcBackend): Promise<SessionPlace> {
  await freshDatabase(backend, DATABASE);
  const admin = await adminOn(backend);
  await admin.must('createUser', { ...USER, permission: 1, database: DATABASE });
  return new SessionPlace(backend);
}

/** Asks with fixed headers. */
export const asking =
  (headers: Record<string, string>) =>
  <N extends UnaryName>(method: N, request?: RequestOf<N>) =>
  (place: SessionPlace) =>
    place.as(headers).ask(method, request);

/** Which database a caller is on. */
export const databaseOf = (probe: Probe) => probe.ask('currentState', {}, ({ db }) => db);

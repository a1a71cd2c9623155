// Who is calling, from the headers of the call: a session, else a token, else nobody.

import type { Catalog } from '../catalog.js';
import { SYSTEM_DATABASE } from '../database-name.js';
import { refused } from '../service-failure.js';
import {
  noDatabaseSelected,
  noSessionData,
  noSessionFound,
  noSessionId,
  notLoggedIn,
  permissionDenied,
  sessionNotFound,
} from './failures.js';
import { type DatabaseAccess, permits } from './permission.js';
import type { Session, Sessions } from './sessions.js';
import type { Tokens } from './tokens.js';
import { permissionOn, type User } from './user.js';

/** Somebody who is calling, proven. */
export interface Caller {
  readonly user: User;
  /** The database the call is for; `undefined` with a token that is bound to none. */
  readonly database: string | undefined;
  /** `undefined` with a token. */
  readonly session: Session | undefined;
}

/** Somebody who may do something with a database. */
export interface Selection {
  readonly user: User;
  readonly database: string;
}

/** Request headers, in lower case; from whoever calls. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** The callers of an engine. */
export class Callers {
  readonly #catalog: Catalog;
  readonly #sessions: Sessions;
  readonly #tokens: Tokens;

  /** @param catalog whose users they are */
  constructor(catalog: Catalog, sessions: Sessions, tokens: Tokens) {
    this.#catalog = catalog;
    this.#sessions = sessions;
    this.#tokens = tokens;
  }

  /**
   * What every call goes through but the opening of a session: a session that is named must be there, whether the
   * method needs one or not, and is in use now. Streams find out later, and say so differently.
   *
   * @throws ServiceFailure
   */
  admit({ sessionid }: Headers, streams: boolean): void {
    if (sessionid === undefined) return;
    if (sessionid === '') throw noSessionId();
    if (!streams && this.#sessions.find(sessionid) === undefined) throw sessionNotFound();
    this.#sessions.touch(sessionid);
  }

  /** Who is calling. A session goes before a token. @throws ServiceFailure where nobody is */
  identify(headers: Headers): Caller {
    if (headers.sessionid !== undefined) return this.#ofSession(headers.sessionid);
    if (headers.authorization === undefined) throw notLoggedIn();
    const { userName, database } = this.#tokens.check(headers.authorization);
    const user = this.#catalog.user(userName);
    if (user === undefined) throw notLoggedIn();
    return { user, database, session: undefined };
  }

  /**
   * Who is calling, and the database the call works on.
   *
   * @param access what the method asks of the caller's permission on it
   * @param onSystem whether the method may be used on immudb's own database: those that only read may
   * @throws ServiceFailure where there is no such database, or the permission is not enough
   */
  select(headers: Headers, access: DatabaseAccess, onSystem: boolean): Selection {
    const { user, database } = this.identify(headers);
    if (database === undefined) throw noDatabaseSelected();
    if (database === SYSTEM_DATABASE && !onSystem) throw permissionDenied();
    if (database !== SYSTEM_DATABASE && this.#catalog.database(database) === undefined) {
      throw refused('database does not exist');
    }
    if (!permits(permissionOn(user, database), access)) throw permissionDenied();
    return { user, database };
  }

  /** The id of the session a call names. @throws ServiceFailure where it names none */
  sessionId({ sessionid }: Headers): string {
    if (sessionid === undefined) throw noSessionData();
    if (sessionid === '') throw noSessionId();
    return sessionid;
  }

  #ofSession(id: string): Caller {
    const session = this.#sessions.find(id);
    const user = session === undefined ? undefined : this.#catalog.user(session.userName);
    if (session === undefined || user === undefined) throw noSessionFound();
    return { user, database: session.database, session };
  }
}

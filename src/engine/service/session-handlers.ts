// Sessions and tokens: proving who one is, and on which database one works.

import { AuthorizationServiceDefinition } from '../../wire/immudb/model/authorization.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { Caller } from '../access/callers.js';
import { noPermissionOnDatabase, tokenExpired } from '../access/failures.js';
import { mayUse } from '../access/user.js';
import { DEFAULT_DATABASE, SYSTEM_DATABASE } from '../database-name.js';
import { alreadyClosed } from '../open-database.js';
import { refused, ServiceFailure, Status } from '../service-failure.js';
import { type CallContext, type EngineHandler, engineHandler } from './engine-handler.js';
import type { EngineParts } from './engine-parts.js';

const { methods } = ImmuServiceDefinition;
const authorization = AuthorizationServiceDefinition.methods;

const DEFAULT_PASSWORD = 'immudb';
const DEFAULT_PASSWORD_WARNING =
  'immudb user has the default password: please change it to ensure proper security';

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Opening, keeping and ending a session, in both of immudb's services. */
export function sessionHandlers(parts: EngineParts): readonly EngineHandler[] {
  const { sessions, catalog } = parts;
  const keepAlive = (context: CallContext) => {
    // That it was named is already its activity.
    context.sessionId();
    return {};
  };
  const close = (context: CallContext) => {
    sessions.close(context.sessionId());
    return {};
  };
  return [
    engineHandler(methods.openSession, async (_, { username, password, databaseName }) => ({
      sessionID: await openSession(parts, textOf(username), password, databaseName),
      serverUUID: catalog.value.uuid,
    })),
    engineHandler(methods.keepAlive, keepAlive),
    engineHandler(methods.closeSession, close),
    engineHandler(authorization.openSession, async (_, { username, password, database }) => ({
      sessionID: await openSession(parts, username, bytesOf(password), database),
      serverUUID: catalog.value.uuid,
      expirationTimestamp: 0,
      inactivityTimestamp: endOfIdleSession(parts),
    })),
    engineHandler(authorization.keepAlive, keepAlive),
    engineHandler(authorization.closeSession, close),
  ];
}

/** The older way to log in, and the choice of a database, which both ways share. */
export function tokenHandlers(parts: EngineParts): readonly EngineHandler[] {
  const { accounts, tokens } = parts;
  return [
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- clients may still use it
    engineHandler(methods.login, async (_, { user: name, password }) => {
      const user = await accounts.authenticate(textOf(name), password);
      const database = accounts.hasSeveralDatabases ? undefined : DEFAULT_DATABASE;
      const isDefault = user.administrator && textOf(password) === DEFAULT_PASSWORD;
      return {
        token: tokens.login({ userName: user.name, database }),
        warning: bytesOf(isDefault ? DEFAULT_PASSWORD_WARNING : ''),
      };
    }),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- clients may still use it
    engineHandler(methods.logout, (context) => {
      tokens.logout(context.caller().user.name);
      return {};
    }),
    engineHandler(methods.useDatabase, (context, { databaseName }) => {
      const { user, session } = loggedIn(context);
      assertUsable(parts, databaseName);
      if (!mayUse(user, databaseName)) throw noPermissionOnDatabase();
      if (session !== undefined) session.database = databaseName;
      return { token: tokens.issue({ userName: user.name, database: databaseName }) };
    }),
  ];
}

async function openSession(
  { accounts, sessions, catalog }: EngineParts,
  userName: string,
  password: Uint8Array,
  databaseName: string,
): Promise<string> {
  const database = databaseName.toLowerCase();
  const user = await accounts.authenticate(userName, password);
  if (database !== SYSTEM_DATABASE && catalog.database(database) === undefined) {
    throw refused('database does not exist');
  }
  if (!mayUse(user, database)) throw noPermissionOnDatabase();
  return sessions.open(user.name, database).id;
}

/** When a session just opened may be ended, if it stays idle: in seconds since 1970, and 32 bits. */
function endOfIdleSession({ sessions, now }: EngineParts): number {
  if (sessions.timeoutMs === 0) return 0;
  return Number(BigInt.asIntN(32, now() + BigInt(Math.floor(sessions.timeoutMs / 1000))));
}

function loggedIn(context: CallContext): Caller {
  try {
    return context.caller();
  } catch (error) {
    if (error instanceof ServiceFailure && error.message === tokenExpired().message) throw error;
    throw new ServiceFailure(Status.UNAUTHENTICATED, 'Please login');
  }
}

function assertUsable({ catalog, databases }: EngineParts, name: string): void {
  if (name === SYSTEM_DATABASE) return;
  if (catalog.database(name) === undefined) {
    throw new ServiceFailure(Status.NOT_FOUND, `'${name}' does not exist`, '3F000');
  }
  if (!databases.isLoaded(name)) throw alreadyClosed();
}

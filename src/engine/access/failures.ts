// How callers are turned away, in the words of immudb 1.11.1.

import { ServiceFailure, Status } from '../service-failure.js';

const failure = (status: number, message: string, code?: string) => () =>
  new ServiceFailure(status, message, code);

/** Nothing says who is calling, or a token that is no longer good. */
export const notLoggedIn = failure(Status.UNKNOWN, 'not logged in', '28000');
/** What is not a token of this engine's. */
export const invalidToken = failure(Status.INTERNAL, 'invalid token', 'XX000');
/** A token that was good once. */
export const tokenExpired = failure(Status.PERMISSION_DENIED, 'token has expired: token validation error');
/** A call that needs a session and names none. */
export const noSessionData = failure(Status.UNKNOWN, 'no session auth data provided', '28000');
/** An empty session id. */
export const noSessionId = failure(Status.UNKNOWN, 'no sessionID provided', '28000');
/** A session that ended, named by a call of one request and one response. */
export const sessionNotFound = failure(Status.PERMISSION_DENIED, 'session not found', '08001');
/** A session that ended, named by a call that streams. */
export const noSessionFound = failure(Status.INVALID_ARGUMENT, 'no session found', '22023');
/** More sessions than the engine was told to hold. */
export const tooManySessions = failure(
  Status.INTERNAL,
  'can not create new session: max sessions number reached',
  'XX000',
);
/** A wrong password, or a user there is none of: not told apart. */
export const invalidCredentials = failure(Status.UNKNOWN, 'invalid user name or password', '08004');
/** A user who was switched off. */
export const userNotActive = failure(Status.UNKNOWN, 'user is not active', '08004');
/** A permission that is not enough for the method. */
export const permissionDenied = failure(Status.INTERNAL, 'permission denied', 'XX000');
/** A database the user has no permission on. */
export const noPermissionOnDatabase = failure(
  Status.PERMISSION_DENIED,
  'Logged in user does not have permission on this database',
);
/** A token that is not bound to a database yet. */
export const noDatabaseSelected = failure(Status.UNKNOWN, 'please select a database first');

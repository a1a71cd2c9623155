// Users, their passwords, and what they may do.

import { fromUtf8, utf8 } from '../../bytes.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { PermissionAction, type User as WireUser } from '../../wire/immudb/schema/user.js';
import { callService } from '../call.js';
import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { parseDatabaseName } from '../database-name.js';
import { withoutSecrets } from '../without-secrets.js';
import { assertPassword, assertUserName } from './user-rules.js';

const methods = ImmuServiceDefinition.methods;

/** What a user may do on a database: read; write, too; also manage it and its users. */
export type DatabasePermission = 'read' | 'readWrite' | 'admin';

/** A kind of SQL statement. */
export type SqlPrivilege = 'SELECT' | 'CREATE' | 'INSERT' | 'UPDATE' | 'DELETE' | 'DROP' | 'ALTER';

/** What a user may do on a database, as the server lists it. */
export interface UserPermission {
  /** `*` for all. */
  readonly database: string;
  /** `unknown` for one that this client does not know. */
  readonly permission: DatabasePermission | 'systemAdmin' | 'unknown';
}

/** A user as the server lists it. */
export interface UserInfo {
  readonly name: string;
  /** Whether the user may log in. */
  readonly active: boolean;
  readonly createdBy: string;
  /** Undefined where the server does not say it in a form this client knows. */
  readonly createdAt: Date | undefined;
  readonly permissions: readonly UserPermission[];
  readonly sqlPrivileges: readonly { readonly database: string; readonly privilege: string }[];
}

/** Where, and what. */
export interface PermissionOptions extends OperationOptions {
  /** Default: the client's. */
  readonly database?: string;
}

/** How to create a user. */
export interface CreateUserOptions extends PermissionOptions {
  readonly permission: DatabasePermission;
}

/** How to change a password. */
export interface ChangePasswordOptions extends OperationOptions {
  /** Needed where a system administrator changes their own. */
  readonly oldPassword?: string;
}

const CODES: Readonly<Record<DatabasePermission, number>> = { read: 1, readWrite: 2, admin: 254 };
const SYSTEM_ADMIN = 255;
const PRIVILEGES: readonly string[] = ['SELECT', 'CREATE', 'INSERT', 'UPDATE', 'DELETE', 'DROP', 'ALTER'];

const control = (options: OperationOptions) => ({ ...options, kind: 'control' }) as const;

/** Lists users: all for a system administrator, those of the database for its administrator, else the user alone. */
export async function listUsers(connection: Connection, options: OperationOptions): Promise<UserInfo[]> {
  const { users } = await callService(connection, methods.listUsers, {}, { ...options, kind: 'read' });
  return users.map(fromWireUser);
}

/** Creates a user. */
export async function createUser(
  connection: Connection,
  name: string,
  password: string,
  { permission, database = connection.database, ...options }: CreateUserOptions,
): Promise<void> {
  assertUserName(name);
  assertPassword(password);
  const request = {
    user: utf8(name),
    password: utf8(password),
    permission: codeOf(permission),
    database: parseDatabaseName(database),
  };
  await withoutSecrets([password], callService(connection, methods.createUser, request, control(options)));
}

/** Lets a user log in, or not any more. */
export async function setActive(
  connection: Connection,
  username: string,
  active: boolean,
  options: OperationOptions,
): Promise<void> {
  assertUserName(username);
  await callService(connection, methods.setActiveUser, { username, active }, control(options));
}

/** Changes a password; of this client's own user, it goes on with the new one. */
export async function changePassword(
  connection: Connection,
  name: string,
  newPassword: string,
  { oldPassword = '', ...options }: ChangePasswordOptions,
): Promise<void> {
  assertUserName(name);
  assertPassword(newPassword);
  const request = { user: utf8(name), oldPassword: utf8(oldPassword), newPassword: utf8(newPassword) };
  await withoutSecrets(
    [newPassword, oldPassword],
    callService(connection, methods.changePassword, request, control(options)),
  );
  const { credentials } = connection.options;
  if (credentials.user === name) credentials.changePassword(newPassword);
}

/** Grants or revokes a permission on a database. */
export async function changePermission(
  connection: Connection,
  action: 'grant' | 'revoke',
  username: string,
  permission: DatabasePermission,
  { database = connection.database, ...options }: PermissionOptions,
): Promise<void> {
  assertUserName(username);
  const request = {
    action: actionOf(action),
    username,
    database: parseDatabaseName(database),
    permission: codeOf(permission),
  };
  await callService(connection, methods.changePermission, request, control(options));
}

/** Grants or revokes SQL privileges on a database. */
export async function changeSqlPrivileges(
  connection: Connection,
  action: 'grant' | 'revoke',
  username: string,
  privileges: readonly SqlPrivilege[],
  { database = connection.database, ...options }: PermissionOptions,
): Promise<void> {
  assertUserName(username);
  for (const privilege of privileges) {
    if (!PRIVILEGES.includes(privilege))
      throw new TypeError(`"${privilege as string}" is no SQL privilege: ${PRIVILEGES.join(', ')}`);
  }
  if (privileges.length === 0) throw new TypeError('name at least one SQL privilege');
  const request = {
    action: actionOf(action),
    username,
    database: parseDatabaseName(database),
    privileges: [...privileges],
  };
  await callService(connection, methods.changeSQLPrivileges, request, control(options));
}

function actionOf(action: 'grant' | 'revoke'): PermissionAction {
  return action === 'grant' ? PermissionAction.GRANT : PermissionAction.REVOKE;
}

function codeOf(permission: DatabasePermission): number {
  if (Object.hasOwn(CODES, permission)) return CODES[permission];
  throw new TypeError(`"${permission as string}" is no permission: ${Object.keys(CODES).join(', ')}`);
}

function fromWireUser({
  user,
  active,
  createdby,
  createdat,
  permissions,
  sqlPrivileges,
}: WireUser): UserInfo {
  return {
    name: fromUtf8(user) ?? '',
    active,
    createdBy: createdby,
    createdAt: momentOf(createdat),
    permissions: permissions.map(({ database, permission }) => ({
      database,
      permission: nameOf(permission),
    })),
    sqlPrivileges: sqlPrivileges.map(({ database, privilege }) => ({ database, privilege })),
  };
}

function nameOf(code: number): UserPermission['permission'] {
  if (code === SYSTEM_ADMIN) return 'systemAdmin';
  const names = Object.keys(CODES) as DatabasePermission[];
  return names.find((name) => CODES[name] === code) ?? 'unknown';
}

/** `2026-11-26 11:31:52.28706612 +0000 UTC`, to the millisecond. */
function momentOf(text: string): Date | undefined {
  const [, day, time, fraction = ''] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,9})? \+0000 UTC\b/.exec(text) ?? [];
  if (day === undefined || time === undefined) return undefined;
  return new Date(`${day}T${time}${fraction.slice(0, 4)}Z`);
}

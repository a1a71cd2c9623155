// A user as the catalog keeps them, and what changing their rights makes of them. Nothing here changes in place.

import type { PasswordHash } from './password.js';
import { defaultPrivileges, Permission } from './permission.js';

/** A permission on one database. */
export interface Grant {
  readonly database: string;
  /** One of `Permission`. */
  readonly permission: number;
}

/** A right to one kind of SQL statement on one database. */
export interface SqlPrivilege {
  readonly database: string;
  readonly privilege: string;
}

/** Somebody who may call. */
export interface User {
  readonly name: string;
  /** May do everything, whatever the grants say. There is exactly one. */
  readonly administrator: boolean;
  readonly password: PasswordHash;
  readonly grants: readonly Grant[];
  readonly privileges: readonly SqlPrivilege[];
  readonly active: boolean;
  /** Who made or last changed them; empty for the administrator as they were made. */
  readonly createdBy: string;
  /** When that was, in seconds since 1970. */
  readonly createdAt: number;
}

/** The rules of 1.11.1 for names of users. */
export function isUserName(name: string): boolean {
  return /^[A-Za-z0-9_]{1,63}$/.test(name);
}

/** The user's permission on a database. */
export function permissionOn(user: User, database: string): number {
  if (user.administrator) return Permission.SYSADMIN;
  return user.grants.find((grant) => grant.database === database)?.permission ?? Permission.NONE;
}

/** Whether the user may administer a database: its own administrator, or that of everything. */
export function administers(user: User, database: string): boolean {
  return user.administrator || hasGrant(user, database, Permission.ADMIN);
}

/** Whether the user may select a database. As in 1.11.1 a grant of SYSADMIN on it does not count. */
export function mayUse(user: User, database: string): boolean {
  const grants = [Permission.READ, Permission.READ_WRITE, Permission.ADMIN];
  return user.administrator || grants.some((permission) => hasGrant(user, database, permission));
}

function hasGrant(user: User, database: string, permission: number): boolean {
  return user.grants.some((grant) => grant.database === database && grant.permission === permission);
}

/** Whether the user is the administrator of some database. */
export function administersAny(user: User): boolean {
  return user.administrator || user.grants.some(({ permission }) => permission === Permission.ADMIN);
}

/** The privileges a permission brings, on one database. */
export function privilegesFor(database: string, permission: number): readonly SqlPrivilege[] {
  return defaultPrivileges(permission).map((privilege) => ({ database, privilege }));
}

/**
 * The user with another permission on a database, or none. As in 1.11.1 this resets the privileges on all databases to
 * those of the permission named, even where it is taken away.
 */
export function withPermission(user: User, { database, permission }: Grant, granted: boolean): User {
  const others = user.grants.filter((grant) => grant.database !== database);
  return {
    ...user,
    grants: granted ? [...others, { database, permission }] : others,
    privileges: privilegesFor(database, permission),
  };
}

/** The user with more or fewer privileges on a database. */
export function withPrivileges(
  user: User,
  database: string,
  names: readonly string[],
  granted: boolean,
): User {
  const named = (held: SqlPrivilege) => held.database === database && names.includes(held.privilege);
  const others = user.privileges.filter((held) => !named(held));
  if (!granted) return { ...user, privileges: others };
  const isNew = (name: string) =>
    !user.privileges.some((held) => held.database === database && held.privilege === name);
  const added = [...new Set(names)].filter(isNew).map((privilege) => ({ database, privilege }));
  return { ...user, privileges: [...user.privileges, ...added] };
}

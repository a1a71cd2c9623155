// immudb's permissions on a database, by their numbers on the wire, and what each allows.

/** What a user may do with a database. */
export const Permission = {
  NONE: 0,
  READ: 1,
  READ_WRITE: 2,
  /** Users and settings of one database. */
  ADMIN: 254,
  /** The administrator of everything. */
  SYSADMIN: 255,
} as const;

/** What a method asks of a permission on the database it works on. */
export type DatabaseAccess = 'read' | 'write' | 'administer';

const ALLOWED: Readonly<Record<DatabaseAccess, readonly number[]>> = {
  read: [Permission.READ, Permission.READ_WRITE, Permission.ADMIN, Permission.SYSADMIN],
  write: [Permission.READ_WRITE, Permission.ADMIN, Permission.SYSADMIN],
  administer: [Permission.ADMIN, Permission.SYSADMIN],
};

/** Whether a permission is enough for a method. */
export function permits(permission: number, access: DatabaseAccess): boolean {
  return ALLOWED[access].includes(permission);
}

/** Whether a number is a permission at all, other than none. */
export function isPermission(value: number): boolean {
  return ALLOWED.read.includes(value);
}

/** The rights to kinds of SQL statements. The engine has no SQL: it keeps them for clients that set and list them. */
export const SQL_PRIVILEGES = ['SELECT', 'CREATE', 'INSERT', 'UPDATE', 'DELETE', 'DROP', 'ALTER'] as const;

/** The privileges that come with a permission. */
export function defaultPrivileges(permission: number): readonly string[] {
  if (permits(permission, 'write')) return SQL_PRIVILEGES;
  return permits(permission, 'read') ? ['SELECT'] : [];
}

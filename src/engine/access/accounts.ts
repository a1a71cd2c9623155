// What is done with users, and by whom. Texts and the order of the checks are those of 1.11.1. Whoever's rights change
// loses sessions and tokens.

import { timingSafeEqual } from 'node:crypto';
import type { Catalog } from '../catalog.js';
import { DEFAULT_DATABASE, SYSTEM_DATABASE } from '../database-name.js';
import { refused, ServiceFailure, Status } from '../service-failure.js';
import { invalidCredentials, permissionDenied, userNotActive } from './failures.js';
import { hashPassword, isPassword, type PasswordHash } from './password.js';
import { isPermission, Permission, SQL_PRIVILEGES } from './permission.js';
import type { Sessions } from './sessions.js';
import type { Tokens } from './tokens.js';
import {
  administers,
  administersAny,
  isUserName,
  permissionOn,
  privilegesFor,
  type User,
  withPermission,
  withPrivileges,
} from './user.js';

/** What accounts are made of. */
export interface AccountsOptions {
  readonly catalog: Catalog;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  /** How slow new passwords are to guess. */
  readonly passwordCost: number;
  /** What lets this process in as the administrator, whatever his password is: whoever has the folder needs none. */
  readonly ownPassword: Uint8Array;
  /** Seconds since 1970. */
  readonly now: () => bigint;
}

/** A user to be made. */
export interface NewUser {
  readonly name: string;
  readonly password: Uint8Array;
  readonly permission: number;
  readonly database: string;
}

/** A right to be given or taken. */
export interface RightChange {
  readonly userName: string;
  readonly database: string;
  /** Given, or taken; `undefined` for what is neither. */
  readonly granted: boolean | undefined;
}

/** bcrypt takes no longer ones: a password that works here must work with immudb. */
const MAX_PASSWORD_BYTES = 72;

const isOwn = (own: Uint8Array, given: Uint8Array) =>
  own.length === given.length && timingSafeEqual(own, given);

const badArgument = (message: string) => new ServiceFailure(Status.INVALID_ARGUMENT, message);

/** The users of an engine. */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #catalog: Catalog;
  /** 1.11.1 looks at this when it starts. */
  readonly #hadSeveralUsers: boolean;
  #nobody: Promise<PasswordHash> | undefined;

  /** @param options the catalog they are in, and what ends with their rights */
  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#catalog = options.catalog;
    this.#hadSeveralUsers = options.catalog.value.users.length > 1;
  }

  /** The user, if this is their password. Takes as long for a user there is none of. @throws ServiceFailure */
  async authenticate(name: string, password: Uint8Array): Promise<User> {
    const user = this.#catalog.user(name);
    if (user?.administrator === true && isOwn(this.#options.ownPassword, password)) return user;
    const kept = user?.password ?? (await this.#passwordOfNobody());
    const right = await isPassword(kept, password);
    // The newest state of the user: it may have changed while the password was tried.
    const now = this.#catalog.user(name);
    if (!right || user === undefined || now?.password !== user.password) throw invalidCredentials();
    if (!now.active) throw userNotActive();
    return now;
  }

  /** The users a caller may see, by name. @param selected the caller's database */
  list(caller: User, selected: string | undefined): readonly User[] {
    const users = [...this.#catalog.value.users].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (caller.administrator) return users;
    if (selected === undefined || permissionOn(caller, selected) !== Permission.ADMIN) return [caller];
    return users.filter(({ grants }) => grants.some(({ database }) => database === selected));
  }

  /** Makes a user. */
  async create(caller: User, { name, password, permission, database: given }: NewUser): Promise<void> {
    if (name === '') throw refused('username can not be empty');
    if (given === '' && this.hasSeveralDatabases) {
      throw refused('database name can not be empty when there are multiple databases');
    }
    const database = given === '' ? DEFAULT_DATABASE : given;
    if (this.#catalog.database(database) === undefined) throw refused(`database ${database} does not exist`);
    if (!isPermission(permission)) throw refused('unrecognized permission');
    if (!administers(caller, database)) throw refused('you do not have permission on this database');
    if (permission === Permission.SYSADMIN) throw refused('can not create another system admin');
    if (this.#catalog.user(name) !== undefined) throw refused('user already exists');
    if (!isUserName(name)) throw badArgument('username can only contain letters, digits and underscores');
    const user: User = {
      name,
      administrator: false,
      password: await this.#hash(password),
      grants: [{ database, permission }],
      privileges: privilegesFor(database, permission),
      active: true,
      ...this.#changedBy(caller),
    };
    await this.#catalog.update((value) => {
      if (value.users.some((other) => other.name === name)) throw refused('user already exists');
      return { ...value, users: [...value.users, user] };
    });
  }

  /** Gives a user another password. */
  async changePassword(
    caller: User,
    name: string,
    passwords: { readonly old: Uint8Array; readonly new: Uint8Array },
  ): Promise<void> {
    const target = this.#catalog.user(name);
    if (target?.administrator === true && !(await isPassword(caller.password, passwords.old))) {
      throw new ServiceFailure(Status.PERMISSION_DENIED, 'old password is incorrect');
    }
    this.#assertAdministersAny(caller);
    if (name === '') throw refused('username can not be empty');
    if (target === undefined || !(caller.administrator || target.createdBy === caller.name)) {
      throw refused(`user ${name} was not found or it was not created by you`);
    }
    const password = await this.#hash(passwords.new);
    await this.#change(caller, name, (user) => ({ ...user, password }));
  }

  /** Switches a user on or off. */
  async setActive(caller: User, name: string, active: boolean): Promise<void> {
    this.#assertAdministersAny(caller);
    if (name === caller.name) throw refused('changing your own status is not allowed');
    const target = this.#catalog.user(name);
    if (target === undefined) throw refused(`user ${name} not found`);
    if (!(caller.administrator || target.createdBy === caller.name)) {
      throw refused(`${name} was not created by you`);
    }
    await this.#change(caller, name, (user) => ({ ...user, active }));
  }

  /** Gives a user a permission on a database in place of the one they have, or takes it. */
  async changePermission(caller: User, change: RightChange & { permission: number }): Promise<void> {
    const { userName, database, granted, permission } = change;
    if (userName === '') throw badArgument('username can not be empty');
    if (database === '') throw badArgument('database can not be empty');
    if (database !== SYSTEM_DATABASE) this.#assertDatabase(database);
    if (granted === undefined) throw badArgument('action not recognized');
    if (!isPermission(permission)) throw badArgument('unrecognized permission');
    this.#assertNotSelf(caller, userName, 'permissions');
    if (database === SYSTEM_DATABASE && permission === Permission.READ_WRITE) throw permissionDenied();
    this.#activeTarget(userName);
    this.#assertAdministers(caller, database);
    await this.#change(caller, userName, (user) => withPermission(user, { database, permission }, granted));
  }

  /** Gives a user privileges for kinds of SQL statements, or takes them. */
  async changePrivileges(
    caller: User,
    change: RightChange & { readonly privileges: readonly string[] },
  ): Promise<void> {
    const { userName, database, granted, privileges } = change;
    if (userName === '') throw badArgument('username can not be empty');
    this.#assertDatabase(database);
    if (granted === undefined) throw badArgument('action not recognized');
    const known: readonly string[] = SQL_PRIVILEGES;
    if (!privileges.every((name) => known.includes(name))) throw badArgument('SQL privilege not recognized');
    this.#assertNotSelf(caller, userName, 'privileges');
    const target = this.#activeTarget(userName);
    if (permissionOn(target, database) === Permission.NONE) {
      throw new ServiceFailure(
        Status.FAILED_PRECONDITION,
        `user ${userName} doesn't have permission on database ${database}`,
      );
    }
    this.#assertAdministers(caller, database);
    await this.#change(caller, userName, (user) => withPrivileges(user, database, privileges, granted));
  }

  /** Whether a login must select a database, and a new user name one: immudb's "multi-database mode". */
  get hasSeveralDatabases(): boolean {
    return this.#hadSeveralUsers || this.#catalog.databases().length > 1;
  }

  /** Changes a user for good, and ends what they were allowed before. */
  async #change(caller: User, name: string, change: (user: User) => User): Promise<void> {
    await this.#catalog.updateUser(name, (user) => ({ ...change(user), ...this.#changedBy(caller) }));
    this.#options.sessions.closeOf(name);
    this.#options.tokens.revoke(name);
  }

  #changedBy(caller: User): Pick<User, 'createdBy' | 'createdAt'> {
    return { createdBy: caller.name, createdAt: Number(this.#options.now()) };
  }

  #hash(password: Uint8Array): Promise<PasswordHash> {
    if (password.length === 0) throw refused('password is empty');
    if (password.length > MAX_PASSWORD_BYTES) {
      throw refused(`error hashing password: bcrypt: password length exceeds ${MAX_PASSWORD_BYTES} bytes`);
    }
    return hashPassword(password, this.#options.passwordCost);
  }

  #passwordOfNobody(): Promise<PasswordHash> {
    return (this.#nobody ??= hashPassword(new Uint8Array(), this.#options.passwordCost));
  }

  /** A user whose rights may be changed: there, and switched on. */
  #activeTarget(name: string): User {
    const target = this.#catalog.user(name);
    if (target === undefined) throw new ServiceFailure(Status.NOT_FOUND, `user ${name} not found`);
    if (!target.active) throw new ServiceFailure(Status.FAILED_PRECONDITION, `user ${name} is not active`);
    return target;
  }

  #assertDatabase(name: string): void {
    if (this.#catalog.database(name) === undefined) throw badArgument('database does not exist');
  }

  #assertAdministersAny(caller: User): void {
    if (administersAny(caller)) return;
    throw refused('user is not system admin nor admin in any of the databases');
  }

  #assertAdministers(caller: User, database: string): void {
    if (administers(caller, database)) return;
    throw new ServiceFailure(Status.PERMISSION_DENIED, 'you do not have permission on this database');
  }

  /** Nobody locks themselves out, nor the administrator. */
  #assertNotSelf(caller: User, name: string, what: string): void {
    if (name === caller.name) throw badArgument(`changing your own ${what} is not allowed`);
    if (this.#catalog.user(name)?.administrator === true) {
      throw badArgument(`changing sysadmin ${what} is not allowed`);
    }
  }
}

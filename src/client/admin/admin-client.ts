// Administration: databases, users, replication.

import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import type { DatabaseSettings } from '../database-settings.js';
import { assertTxId } from '../limits.js';
import { currentState } from '../server-status.js';
import type { BeginVerified } from '../verified/operation.js';
import {
  exportMany,
  exportOne,
  type ExportedTransaction,
  type ExportTxOptions,
  type ExportTxsOptions,
  verifiedExport,
} from './export.js';
import { importOne, type ImportTxOptions } from './import.js';
import * as databases from './manage-databases.js';
import { replicateInto, type ReplicateOptions, type ReplicationResult } from './replicate.js';
import { replicationStatus, type ReplicationStatus } from './replication-status.js';
import * as users from './users.js';

/** A client of a replica. */
export interface ReplicaHandle {
  readonly connection: Connection;
}

/**
 * Administration: databases, users, replication. Most of it needs an administrator of the database, or of the server, and
 * fails with PERMISSION_DENIED otherwise. What the server answers is its word, but for methods named `verified…`,
 * {@link replicationStatus} and {@link replicateInto}.
 */
export class AdminClient {
  readonly #connection: Connection;
  readonly #begin: BeginVerified;

  /**
   * @param connection its calls go over
   * @param begin begins its verified operations
   */
  constructor(connection: Connection, begin: BeginVerified) {
    this.#connection = connection;
    this.#begin = begin;
  }

  /** The settings of the client's database, without the password of a replica's primary. */
  databaseSettings(options: OperationOptions = {}): Promise<DatabaseSettings> {
    return databases.databaseSettings(this.#connection, options);
  }

  /**
   * Changes settings of a database; what is left out stays as it is. Settings of replication and of truncation take effect at
   * once, all others when the database is loaded again.
   *
   * A replica becomes a database of its own by `{ replicationSettings: { replica: false } }`.
   *
   * @returns all settings as they are now
   * @throws ImmuError INVALID_ARGUMENT for one that cannot be changed
   */
  updateDatabase(
    name: string,
    settings: DatabaseSettings,
    options: OperationOptions = {},
  ): Promise<DatabaseSettings> {
    return databases.updateDatabase(this.#connection, name, settings, options);
  }

  /** Loads a database that was unloaded. @throws ImmuError DATABASE_LOADED, DATABASE_NOT_FOUND */
  loadDatabase(name: string, options: OperationOptions = {}): Promise<void> {
    return databases.loadDatabase(this.#connection, name, options);
  }

  /** Takes a database out of service until it is loaded. @throws ImmuError DATABASE_UNAVAILABLE where it is already */
  unloadDatabase(name: string, options: OperationOptions = {}): Promise<void> {
    return databases.unloadDatabase(this.#connection, name, options);
  }

  /**
   * Deletes a database with all it holds, for good. It must be unloaded.
   *
   * @param options `confirm`: the name once more
   * @throws ImmuError DATABASE_LOADED, DATABASE_NOT_FOUND · TypeError without the name: nothing was sent
   */
  deleteDatabase(name: string, options: databases.DeleteDatabaseOptions): Promise<void> {
    return databases.deleteDatabase(this.#connection, name, options);
  }

  /**
   * Removes the values of old transactions. Their headers and hashes stay, so that everything remains provable; the values are
   * gone, and reading them fails with VALUE_UNAVAILABLE.
   *
   * @returns false where nothing is old enough
   */
  truncateDatabase(name: string, options: databases.TruncateDatabaseOptions): Promise<boolean> {
    return databases.truncateDatabase(this.#connection, name, options);
  }

  /** Writes what the server holds in memory of the index of the client's database to disk. */
  flushIndex(options: databases.FlushIndexOptions = {}): Promise<void> {
    return databases.flushIndex(this.#connection, options);
  }

  /** Rewrites the index of the client's database without what it no longer needs. @returns false if that is too little */
  compactIndex(options: OperationOptions = {}): Promise<boolean> {
    return databases.compactIndex(this.#connection, options);
  }

  /** Lists users: all for a system administrator, those of the database for its administrator, else the user alone. */
  listUsers(options: OperationOptions = {}): Promise<users.UserInfo[]> {
    return users.listUsers(this.#connection, options);
  }

  /**
   * Creates a user with a permission on one database. Users cannot be deleted, only deactivated.
   *
   * @param name 1 to 63 letters, digits and `_`
   * @param password 1 to 72 bytes of UTF-8; the server does not judge it
   * @throws ImmuError USER_EXISTS, DATABASE_NOT_FOUND, INVALID_ARGUMENT: no error repeats the password
   */
  createUser(name: string, password: string, options: users.CreateUserOptions): Promise<void> {
    return users.createUser(this.#connection, name, password, options);
  }

  /** Lets a user log in, or not any more; ends the user's sessions. @throws ImmuError USER_NOT_FOUND */
  setUserActive(name: string, active: boolean, options: OperationOptions = {}): Promise<void> {
    return users.setActive(this.#connection, name, active, options);
  }

  /**
   * Changes a password and ends the user's sessions. The server lets only the creator of a user do it, and a system
   * administrator for themselves, who gives the old one. A client whose own password it changes goes on with the new one;
   * others of that user must connect again.
   *
   * @throws ImmuError USER_NOT_FOUND, INVALID_CREDENTIALS for a wrong old password: no error repeats a password
   */
  changePassword(
    name: string,
    newPassword: string,
    options: users.ChangePasswordOptions = {},
  ): Promise<void> {
    return users.changePassword(this.#connection, name, newPassword, options);
  }

  /**
   * Grants a permission on a database instead of the one the user has there. It ends the user's sessions, and sets the user's
   * SQL privileges of *all* databases to what goes with this permission on this one: grant what else is needed afterwards.
   *
   * @throws ImmuError USER_NOT_FOUND, DATABASE_NOT_FOUND
   */
  grantPermission(
    name: string,
    permission: users.DatabasePermission,
    options: users.PermissionOptions = {},
  ): Promise<void> {
    return users.changePermission(this.#connection, 'grant', name, permission, options);
  }

  /** Takes a permission on a database away; ends the user's sessions and sets SQL privileges as {@link grantPermission}. */
  revokePermission(
    name: string,
    permission: users.DatabasePermission,
    options: users.PermissionOptions = {},
  ): Promise<void> {
    return users.changePermission(this.#connection, 'revoke', name, permission, options);
  }

  /** Grants SQL privileges on a database, besides those the user has; ends the user's sessions. */
  grantSqlPrivileges(
    name: string,
    privileges: readonly users.SqlPrivilege[],
    options: users.PermissionOptions = {},
  ): Promise<void> {
    return users.changeSqlPrivileges(this.#connection, 'grant', name, privileges, options);
  }

  /** Takes SQL privileges on a database away; ends the user's sessions. */
  revokeSqlPrivileges(
    name: string,
    privileges: readonly users.SqlPrivilege[],
    options: users.PermissionOptions = {},
  ): Promise<void> {
    return users.changeSqlPrivileges(this.#connection, 'revoke', name, privileges, options);
  }

  /**
   * Compares a replica with this client's trusted state: how far it is behind, and whether what it says it has is of the trusted
   * history. The primary is asked to prove it.
   *
   * @param replica a client of the same database on the replica
   * @throws VerificationError about the primary, never about the replica
   */
  async replicationStatus(
    replica: ReplicaHandle,
    options: OperationOptions = {},
  ): Promise<ReplicationStatus> {
    const { context, scope } = await this.#begin('admin.replicationStatus', options);
    return replicationStatus(context, replica.connection, scope);
  }

  /**
   * Exports one transaction in the form servers exchange, checked to be consistent in itself, and not against the trusted
   * state. Needs an administrator of the database.
   *
   * @throws ImmuError TX_NOT_FOUND, PERMISSION_DENIED
   * @throws VerificationError where its header does not commit to its entries
   */
  exportTx(txId: bigint, options: ExportTxOptions = {}): Promise<ExportedTransaction> {
    return exportOne(this.#connection, txId, options);
  }

  /** Exports transactions one after another, each as {@link exportTx}, over few calls. */
  async *exportTxs(options: ExportTxsOptions = {}): AsyncGenerator<ExportedTransaction, void, undefined> {
    const { fromTx = 1n, toTx, ...operation } = options;
    assertTxId('fromTx', fromTx);
    if (toTx !== undefined) assertTxId('toTx', toTx);
    const last = toTx ?? (await currentState(this.#connection, operation)).txId;
    yield* exportMany(this.#connection, fromTx, last, operation);
  }

  /**
   * Exports one transaction and proves it: header, entries and values are those of the trusted history.
   *
   * @throws as {@link exportTx} · VerificationError; nothing of the export was returned
   */
  async verifiedExportTx(txId: bigint, options: ExportTxOptions = {}): Promise<ExportedTransaction> {
    assertTxId('txId', txId);
    const { context, scope } = await this.#begin('admin.verifiedExportTx', options);
    return verifiedExport(context, txId, options, scope);
  }

  /**
   * Puts an exported transaction into the client's database, a replica without a primary, as its next one. There it has the
   * same number and the same hash, which is checked.
   *
   * @throws ImmuError NOT_A_REPLICA · REPLICA_DIVERGED where it does not follow what the replica has · CONFLICT where the replica
   *   has a transaction of that number, this or another: compare `currentState`
   * @throws UnknownOutcomeError
   */
  importTx(exported: ExportedTransaction, options: ImportTxOptions = {}): Promise<void> {
    return importOne(this.#connection, exported, options);
  }

  /**
   * Copies the history of the client's database into a replica without a primary, from where the replica is. What is put in is
   * proven against the trusted state before. It can be ended and called again at any time.
   *
   * @param replica a client of the replica; it needs an administrator
   * @throws ImmuError NOT_A_REPLICA, REPLICA_DIVERGED, SERVER_BUSY, UNREACHABLE · VerificationError about the source
   * @throws UnknownOutcomeError: call it again
   */
  replicateInto(replica: ReplicaHandle, options: ReplicateOptions = {}): Promise<ReplicationResult> {
    return replicateInto(this.#connection, this.#begin, replica.connection, options);
  }
}

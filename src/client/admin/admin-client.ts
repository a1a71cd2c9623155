// Administration: databases, users, replication. What is given is taken at the call; what does the work is loaded when it is first
// needed, as most programs never do.

import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import type { DatabaseSettings } from '../database-settings.js';
import { assertTxId } from '../limits.js';
import { OnFirstUse } from '../on-first-use.js';
import { currentState } from '../server-status.js';
import { taken } from '../taken.js';
import type { BeginVerified } from '../verified/operation.js';
import type { ExportedTransaction, ExportTxOptions, ExportTxsOptions } from './export.js';
import type { ImportTxOptions } from './import.js';
import type * as databases from './manage-databases.js';
import type { ReplicateOptions, ReplicationResult } from './replicate.js';
import type { ReplicationStatus } from './replication-status.js';
import type * as users from './users.js';

const topic = new OnFirstUse(() => import('./work.js'));

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
  async databaseSettings(options: OperationOptions = {}): Promise<DatabaseSettings> {
    const asked = taken(options);
    return topic.run((work) => work.databaseSettings(this.#connection, asked));
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
  async updateDatabase(
    name: string,
    settings: DatabaseSettings,
    options: OperationOptions = {},
  ): Promise<DatabaseSettings> {
    const [wanted, asked] = [taken(settings), taken(options)];
    return topic.run((work) => work.updateDatabase(this.#connection, name, wanted, asked));
  }

  /** Loads a database that was unloaded. @throws ImmuError DATABASE_LOADED, DATABASE_NOT_FOUND */
  async loadDatabase(name: string, options: OperationOptions = {}): Promise<void> {
    const asked = taken(options);
    return topic.run((work) => work.loadDatabase(this.#connection, name, asked));
  }

  /** Takes a database out of service until it is loaded. @throws ImmuError DATABASE_UNAVAILABLE where it is already */
  async unloadDatabase(name: string, options: OperationOptions = {}): Promise<void> {
    const asked = taken(options);
    return topic.run((work) => work.unloadDatabase(this.#connection, name, asked));
  }

  /**
   * Deletes a database with all it holds, for good. It must be unloaded.
   *
   * @param options `confirm`: the name once more
   * @throws ImmuError DATABASE_LOADED, DATABASE_NOT_FOUND · TypeError without the name: nothing was sent
   */
  async deleteDatabase(name: string, options: databases.DeleteDatabaseOptions): Promise<void> {
    const asked = taken(options);
    return topic.run((work) => work.deleteDatabase(this.#connection, name, asked));
  }

  /**
   * Removes the values of old transactions. Their headers and hashes stay, so that everything remains provable; the values are
   * gone, and reading them fails with VALUE_UNAVAILABLE.
   *
   * @returns false where nothing is old enough
   */
  async truncateDatabase(name: string, options: databases.TruncateDatabaseOptions): Promise<boolean> {
    const asked = taken(options);
    return topic.run((work) => work.truncateDatabase(this.#connection, name, asked));
  }

  /** Writes what the server holds in memory of the index of the client's database to disk. */
  async flushIndex(options: databases.FlushIndexOptions = {}): Promise<void> {
    const asked = taken(options);
    return topic.run((work) => work.flushIndex(this.#connection, asked));
  }

  /** Rewrites the index of the client's database without what it no longer needs. @returns false if that is too little */
  async compactIndex(options: OperationOptions = {}): Promise<boolean> {
    const asked = taken(options);
    return topic.run((work) => work.compactIndex(this.#connection, asked));
  }

  /** Lists users: all for a system administrator, those of the database for its administrator, else the user alone. */
  async listUsers(options: OperationOptions = {}): Promise<users.UserInfo[]> {
    const asked = taken(options);
    return topic.run((work) => work.listUsers(this.#connection, asked));
  }

  /**
   * Creates a user with a permission on one database. Users cannot be deleted, only deactivated.
   *
   * @param name 1 to 63 letters, digits and `_`
   * @param password 1 to 72 bytes of UTF-8; the server does not judge it
   * @throws ImmuError USER_EXISTS, DATABASE_NOT_FOUND, INVALID_ARGUMENT: no error repeats the password
   */
  async createUser(name: string, password: string, options: users.CreateUserOptions): Promise<void> {
    const asked = taken(options);
    return topic.run((work) => work.createUser(this.#connection, name, password, asked));
  }

  /** Lets a user log in, or not any more; ends the user's sessions. @throws ImmuError USER_NOT_FOUND */
  async setUserActive(name: string, active: boolean, options: OperationOptions = {}): Promise<void> {
    const asked = taken(options);
    return topic.run((work) => work.setActive(this.#connection, name, active, asked));
  }

  /**
   * Changes a password and ends the user's sessions. The server lets only the creator of a user do it, and a system
   * administrator for themselves, who gives the old one. A client whose own password it changes goes on with the new one;
   * others of that user must connect again.
   *
   * @throws ImmuError USER_NOT_FOUND, INVALID_CREDENTIALS for a wrong old password: no error repeats a password
   */
  async changePassword(
    name: string,
    newPassword: string,
    options: users.ChangePasswordOptions = {},
  ): Promise<void> {
    const asked = taken(options);
    return topic.run((work) => work.changePassword(this.#connection, name, newPassword, asked));
  }

  /**
   * Grants a permission on a database instead of the one the user has there. It ends the user's sessions, and sets the user's
   * SQL privileges of *all* databases to what goes with this permission on this one: grant what else is needed afterwards.
   *
   * @throws ImmuError USER_NOT_FOUND, DATABASE_NOT_FOUND
   */
  async grantPermission(
    name: string,
    permission: users.DatabasePermission,
    options: users.PermissionOptions = {},
  ): Promise<void> {
    const asked = taken(options);
    return topic.run((work) => work.changePermission(this.#connection, 'grant', name, permission, asked));
  }

  /** Takes a permission on a database away; ends the user's sessions and sets SQL privileges as {@link grantPermission}. */
  async revokePermission(
    name: string,
    permission: users.DatabasePermission,
    options: users.PermissionOptions = {},
  ): Promise<void> {
    const asked = taken(options);
    return topic.run((work) => work.changePermission(this.#connection, 'revoke', name, permission, asked));
  }

  /** Grants SQL privileges on a database, besides those the user has; ends the user's sessions. */
  async grantSqlPrivileges(
    name: string,
    privileges: readonly users.SqlPrivilege[],
    options: users.PermissionOptions = {},
  ): Promise<void> {
    const [kinds, asked] = [taken(privileges), taken(options)];
    return topic.run((work) => work.changeSqlPrivileges(this.#connection, 'grant', name, kinds, asked));
  }

  /** Takes SQL privileges on a database away; ends the user's sessions. */
  async revokeSqlPrivileges(
    name: string,
    privileges: readonly users.SqlPrivilege[],
    options: users.PermissionOptions = {},
  ): Promise<void> {
    const [kinds, asked] = [taken(privileges), taken(options)];
    return topic.run((work) => work.changeSqlPrivileges(this.#connection, 'revoke', name, kinds, asked));
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
    const asked = taken(options);
    const { connection } = replica;
    return topic.run(async (work) => {
      const { context, scope } = await this.#begin('admin.replicationStatus', asked);
      return work.replicationStatus(context, connection, scope);
    });
  }

  /**
   * Exports one transaction in the form servers exchange, checked to be consistent in itself, and not against the trusted
   * state. Needs an administrator of the database.
   *
   * @throws ImmuError TX_NOT_FOUND, PERMISSION_DENIED
   * @throws VerificationError where its header does not commit to its entries
   */
  async exportTx(txId: bigint, options: ExportTxOptions = {}): Promise<ExportedTransaction> {
    const asked = taken(options);
    return topic.run((work) => work.exportOne(this.#connection, txId, asked));
  }

  /** Exports transactions one after another, each as {@link exportTx}, over few calls. */
  exportTxs(options: ExportTxsOptions = {}): AsyncGenerator<ExportedTransaction, void, undefined> {
    return this.#exportTxs(taken(options));
  }

  /**
   * Exports one transaction and proves it: header, entries and values are those of the trusted history.
   *
   * @throws as {@link exportTx} · VerificationError; nothing of the export was returned
   */
  async verifiedExportTx(txId: bigint, options: ExportTxOptions = {}): Promise<ExportedTransaction> {
    assertTxId('txId', txId);
    const asked = taken(options);
    return topic.run(async (work) => {
      const { context, scope } = await this.#begin('admin.verifiedExportTx', asked);
      return work.verifiedExport(context, txId, asked, scope);
    });
  }

  /**
   * Puts an exported transaction into the client's database, a replica without a primary, as its next one. There it has the
   * same number and the same hash, which is checked.
   *
   * @throws ImmuError NOT_A_REPLICA · REPLICA_DIVERGED where it does not follow what the replica has · CONFLICT where the replica
   *   has a transaction of that number, this or another: compare `currentState`
   * @throws UnknownOutcomeError
   */
  async importTx(exported: ExportedTransaction, options: ImportTxOptions = {}): Promise<void> {
    const { txId, alh, content } = exported;
    const [given, asked] = [taken({ txId, alh, content }), taken(options)];
    return topic.run((work) => work.importOne(this.#connection, given, asked));
  }

  /**
   * Copies the history of the client's database into a replica without a primary, from where the replica is. What is put in is
   * proven against the trusted state before. It can be ended and called again at any time.
   *
   * @param replica a client of the replica; it needs an administrator
   * @throws ImmuError NOT_A_REPLICA, REPLICA_DIVERGED, SERVER_BUSY, UNREACHABLE · VerificationError about the source
   * @throws UnknownOutcomeError: call it again
   */
  async replicateInto(replica: ReplicaHandle, options: ReplicateOptions = {}): Promise<ReplicationResult> {
    const asked = taken(options);
    const { connection } = replica;
    return topic.run((work) => work.replicateInto(this.#connection, this.#begin, connection, asked));
  }

  async *#exportTxs({
    fromTx = 1n,
    toTx,
    ...operation
  }: ExportTxsOptions): AsyncGenerator<ExportedTransaction, void, undefined> {
    assertTxId('fromTx', fromTx);
    if (toTx !== undefined) assertTxId('toTx', toTx);
    const last = toTx ?? (await currentState(this.#connection, operation)).txId;
    yield* topic.each((work) => work.exportMany(this.#connection, fromTx, last, operation));
  }
}

// The operations without proof, as methods of one handle on one database. The verified ones are added on top.

import type { OperationOptions } from './call-scope.js';
import type { Connection } from './connection.js';
import {
  createDatabase,
  listDatabases,
  type CreatedDatabase,
  type CreateDatabaseOptions,
  type DatabaseInfo,
} from './databases.js';
import { CLIENT_LIMITS, type ClientLimits } from './limits.js';
import { history, scan, type PageOptions, type ScanOptions } from './listing.js';
import { get, getAll, type GetOptions } from './plain-reads.js';
import { deleteKeys, setAll, type SetOptions } from './plain-writes.js';
import {
  currentState,
  databaseHealth,
  health,
  serverInfo,
  type DatabaseHealth,
  type ServerHealth,
  type ServerInfo,
  type UnverifiedState,
} from './server-status.js';
import { readTx, type TxOptions, type UnverifiedTx } from './transactions.js';
import type { UnverifiedEntry, UnverifiedTxHeader } from './unverified.js';
import type { EntryToWrite } from './writes.js';

/** Options of a write of one key. */
export interface SetOneOptions extends SetOptions {
  /** Deletion, expiry, visibility. Default: none of them. */
  readonly metadata?: EntryToWrite['metadata'];
}

/**
 * One database of one server, believed as it answers. Methods take bytes and give bytes; every options object takes
 * `signal` and `timeoutMs`.
 */
export class PlainClient {
  /** The connection its calls go over. */
  readonly connection: Connection;
  /** The most the server takes. */
  readonly limits: ClientLimits = CLIENT_LIMITS;

  /** @param connection as `openConnection` gives it */
  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** The database all calls go to. */
  get database(): string {
    return this.connection.database;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.connection.closed;
  }

  /** Writes one key. @see setAll of plain-writes.ts for what it throws */
  set(key: Uint8Array, value: Uint8Array, options: SetOneOptions = {}): Promise<UnverifiedTxHeader> {
    return setAll(this.connection, [{ key, value, metadata: options.metadata }], options);
  }

  /** Writes 1 to 1024 entries in one transaction, all or none. */
  setAll(entries: readonly EntryToWrite[], options?: SetOptions): Promise<UnverifiedTxHeader> {
    return setAll(this.connection, entries, options);
  }

  /** Reads one key: now, at a transaction, at a revision. `undefined` where it is absent. */
  get(key: Uint8Array, options?: GetOptions): Promise<UnverifiedEntry | undefined> {
    return get(this.connection, key, options);
  }

  /** Reads many keys as of one moment, in the order given, `undefined` where absent. Needs write permission. */
  getAll(keys: readonly Uint8Array[], options?: OperationOptions): Promise<(UnverifiedEntry | undefined)[]> {
    return getAll(this.connection, keys, options);
  }

  /** Deletes keys in one transaction, all or none; KEY_NOT_FOUND where one is absent. Their history stays. */
  delete(keys: readonly Uint8Array[], options?: OperationOptions): Promise<UnverifiedTxHeader> {
    return deleteKeys(this.connection, keys, options);
  }

  /** Lists live keys in byte order, one page; only an empty page is the last. */
  scan(options?: ScanOptions): Promise<UnverifiedEntry[]> {
    return scan(this.connection, options);
  }

  /** Lists the revisions of a key, oldest first, deletions included, one page. */
  history(key: Uint8Array, options?: PageOptions): Promise<UnverifiedEntry[]> {
    return history(this.connection, key, options);
  }

  /** Reads a transaction by its number. */
  tx(txId: bigint, options?: TxOptions): Promise<UnverifiedTx> {
    return readTx(this.connection, txId, options);
  }

  /** The newest transaction as the server says; its signature is not checked. */
  currentState(options?: OperationOptions): Promise<UnverifiedState> {
    return currentState(this.connection, options);
  }

  /** Whether the server is well, by its own word. */
  health(options?: OperationOptions): Promise<ServerHealth> {
    return health(this.connection, options);
  }

  /** What the server tells anyone about itself. */
  serverInfo(options?: OperationOptions): Promise<ServerInfo> {
    return serverInfo(this.connection, options);
  }

  /** How busy the database is. */
  databaseHealth(options?: OperationOptions): Promise<DatabaseHealth> {
    return databaseHealth(this.connection, options);
  }

  /** Creates a database; needs a system administrator. */
  createDatabase(name: string, options?: CreateDatabaseOptions): Promise<CreatedDatabase> {
    return createDatabase(this.connection, name, options);
  }

  /** Lists the databases this user may see. */
  listDatabases(options?: OperationOptions): Promise<DatabaseInfo[]> {
    return listDatabases(this.connection, options);
  }

  /** Ends the connection: waits for calls under way, closes the session. May be called twice. */
  close(): Promise<void> {
    return this.connection.close();
  }
}

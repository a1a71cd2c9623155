// The operations without proof, as methods of one handle on one database. The verified ones are added on top. What is given is
// taken at the call. Everything that reads or writes entries is there at once: a call that is loaded first would be overtaken.

import type { OperationOptions } from './call-scope.js';
import type { Connection } from './connection.js';
import type { CreatedDatabase, CreateDatabaseOptions, DatabaseInfo } from './databases.js';
import { count, countAll } from './key-value/counts.js';
import { execAll, type ExecAllOptions } from './key-value/exec-all.js';
import { type AllOptions, historyAll, scanAll, txScanAll, zScanAll } from './key-value/iterate.js';
import { type KeyAttributes, keyMetadata } from './key-value/key-metadata.js';
import type { Operation } from './key-value/operations.js';
import { setReference, type SetReferenceOptions } from './key-value/references.js';
import {
  type UnverifiedMember,
  zAdd,
  type ZAddOptions,
  zScan,
  type ZScanOptions,
} from './key-value/sorted-sets.js';
import { txScan, type TxScanOptions } from './key-value/tx-scan.js';
import { CLIENT_LIMITS, type ClientLimits } from './limits.js';
import { history, scan, type PageOptions, type ScanOptions } from './listing.js';
import { OnFirstUse } from './on-first-use.js';
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
import { taken } from './taken.js';
import { readTx, type TxOptions, type UnverifiedTx } from './transactions.js';
import type { RpcAnswer, RpcName, RpcRequest, RpcService } from './unverified-rpc.js';
import type { UnverifiedEntry, UnverifiedTxHeader } from './unverified.js';
import type { EntryToWrite } from './writes.js';

const databases = new OnFirstUse(() => import('./databases.js'));
const rpcs = new OnFirstUse(() => import('./unverified-rpc.js'));

/** Options of a write of one key. */
export interface SetOneOptions extends SetOptions {
  /** Deletion, expiry, visibility. Default: none of them. */
  readonly metadata?: EntryToWrite['metadata'];
  /** When it expires. Not together with `metadata`, of which it is a part. Default: never. */
  readonly expiresAt?: KeyAttributes['expiresAt'];
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
  async set(key: Uint8Array, value: Uint8Array, options: SetOneOptions = {}): Promise<UnverifiedTxHeader> {
    const { expiresAt, metadata = keyMetadata({ expiresAt }) } = options;
    if (expiresAt !== undefined && options.metadata !== undefined)
      throw new TypeError('set: expiresAt is part of metadata: give one of them');
    return setAll(this.connection, taken([{ key, value, metadata }]), taken(options));
  }

  /** Writes 1 to 1024 entries in one transaction, all or none. */
  setAll(entries: readonly EntryToWrite[], options?: SetOptions): Promise<UnverifiedTxHeader> {
    return setAll(this.connection, taken(entries), taken(options));
  }

  /** Reads one key: now, at a transaction, at a revision. `undefined` where it is absent. */
  get(key: Uint8Array, options?: GetOptions): Promise<UnverifiedEntry | undefined> {
    return get(this.connection, taken(key), taken(options));
  }

  /** Reads many keys as of one moment, in the order given, `undefined` where absent. Needs write permission. */
  getAll(keys: readonly Uint8Array[], options?: OperationOptions): Promise<(UnverifiedEntry | undefined)[]> {
    return getAll(this.connection, taken(keys), taken(options));
  }

  /** Deletes keys in one transaction, all or none; KEY_NOT_FOUND where one is absent. Their history stays. */
  delete(keys: readonly Uint8Array[], options?: OperationOptions): Promise<UnverifiedTxHeader> {
    return deleteKeys(this.connection, taken(keys), taken(options));
  }

  /** Lists live keys in byte order, one page. */
  scan(options?: ScanOptions): Promise<UnverifiedEntry[]> {
    return scan(this.connection, taken(options));
  }

  /** Lists live keys in byte order, all of them, page by page. */
  scanAll(options?: AllOptions<ScanOptions>): AsyncGenerator<UnverifiedEntry, void, undefined> {
    return scanAll(this.connection, taken(options));
  }

  /** Lists the revisions of a key, oldest first, deletions included, one page. */
  history(key: Uint8Array, options?: PageOptions): Promise<UnverifiedEntry[]> {
    return history(this.connection, taken(key), taken(options));
  }

  /** Lists the revisions of a key, oldest first, all of them, page by page. */
  historyAll(
    key: Uint8Array,
    options?: AllOptions<PageOptions>,
  ): AsyncGenerator<UnverifiedEntry, void, undefined> {
    return historyAll(this.connection, taken(key), taken(options));
  }

  /** How many keys begin so, deleted and expired ones included, as the server says. */
  count(prefix: Uint8Array, options?: OperationOptions): Promise<bigint> {
    return count(this.connection, taken(prefix), taken(options));
  }

  /** How many keys there are, deleted and expired ones included, as the server says. */
  countAll(options?: OperationOptions): Promise<bigint> {
    return countAll(this.connection, taken(options));
  }

  /** Writes a reference: a key that leads to the value of another. @see setReference of key-value/references.ts */
  setReference(
    key: Uint8Array,
    referencedKey: Uint8Array,
    options?: SetReferenceOptions,
  ): Promise<UnverifiedTxHeader> {
    return setReference(this.connection, taken(key), taken(referencedKey), taken(options));
  }

  /** Adds a key to a sorted set. @see zAdd of key-value/sorted-sets.ts */
  zAdd(set: Uint8Array, score: number, key: Uint8Array, options?: ZAddOptions): Promise<UnverifiedTxHeader> {
    return zAdd(this.connection, taken(set), score, taken(key), taken(options));
  }

  /** Lists members of a sorted set in order of score, one page, which may be empty although more follow. */
  zScan(set: Uint8Array, options?: ZScanOptions): Promise<UnverifiedMember[]> {
    return zScan(this.connection, taken(set), taken(options));
  }

  /** Lists members of a sorted set in order of score, all of them, page by page. */
  zScanAll(
    set: Uint8Array,
    options?: AllOptions<ZScanOptions>,
  ): AsyncGenerator<UnverifiedMember, void, undefined> {
    return zScanAll(this.connection, taken(set), taken(options));
  }

  /** Executes operations of different kinds in one transaction, all or none. @see execAll of key-value/exec-all.ts */
  execAll(operations: readonly Operation[], options?: ExecAllOptions): Promise<UnverifiedTxHeader> {
    return execAll(this.connection, taken(operations), taken(options));
  }

  /** Reads a transaction by its number. */
  tx(txId: bigint, options?: TxOptions): Promise<UnverifiedTx> {
    return readTx(this.connection, txId, taken(options));
  }

  /** Lists transactions by their number, one page. */
  txScan(options?: TxScanOptions): Promise<UnverifiedTx[]> {
    return txScan(this.connection, taken(options));
  }

  /** Lists transactions by their number, all of them, page by page. */
  txScanAll(options?: TxScanOptions): AsyncGenerator<UnverifiedTx, void, undefined> {
    return txScanAll(this.connection, taken(options));
  }

  /** The newest transaction as the server says; its signature is not checked. */
  currentState(options?: OperationOptions): Promise<UnverifiedState> {
    return currentState(this.connection, taken(options));
  }

  /** Whether the server is well, by its own word. */
  health(options?: OperationOptions): Promise<ServerHealth> {
    return health(this.connection, taken(options));
  }

  /** What the server tells anyone about itself. */
  serverInfo(options?: OperationOptions): Promise<ServerInfo> {
    return serverInfo(this.connection, taken(options));
  }

  /** How busy the database is. */
  databaseHealth(options?: OperationOptions): Promise<DatabaseHealth> {
    return databaseHealth(this.connection, taken(options));
  }

  /** Creates a database; needs a system administrator. */
  async createDatabase(name: string, options?: CreateDatabaseOptions): Promise<CreatedDatabase> {
    const asked = taken(options);
    return databases.run((work) => work.createDatabase(this.connection, name, asked));
  }

  /** Lists the databases this user may see. */
  async listDatabases(options?: OperationOptions): Promise<DatabaseInfo[]> {
    const asked = taken(options);
    return databases.run((work) => work.listDatabases(this.connection, asked));
  }

  /**
   * Makes any RPC of one request and one answer as it is on the wire, for what has no method of its own: nothing is checked
   * before it is sent, and nothing of the answer is proven or left out, a replica's password included.
   *
   * @param service `ImmuService`, `DocumentService` or `AuthorizationService`
   * @param rpc in lower camel case: `createDatabase`
   * @throws TypeError for an RPC that is not there or streams · UnknownOutcomeError where the answer was lost
   */
  async unverifiedRpc<Service extends RpcService, Name extends RpcName<Service>>(
    service: Service,
    rpc: Name,
    request: RpcRequest<Service, Name>,
    options?: OperationOptions,
  ): Promise<RpcAnswer<Service, Name>> {
    const [asked, bounds] = [taken(request), taken(options)];
    return rpcs.run(async (work) => work.unverifiedRpc(this.connection, service, rpc, asked, bounds));
  }

  /** Ends the connection: waits for calls under way, closes the session. May be called twice. */
  close(): Promise<void> {
    return this.connection.close();
  }
}

// The client: plain operations as they are, and verified ones bound to one trusted state.

import type { VerificationError } from '../errors.js';
import type { LedgerState } from '../proof/index.js';
import type { TrustPolicy } from '../trust/policy.js';
import type { TrustOption } from '../trust/trust-option.js';
import { AdminClient } from './admin/admin-client.js';
import type { OperationOptions } from './call-scope.js';
import type { Connection } from './connection.js';
import { DocumentClient } from './documents/document-client.js';
import { type ClientEvents, Events, isConnectionEvent, type Observe } from './events.js';
import type { ExecAllOptions } from './key-value/exec-all.js';
import type { AllOptions } from './key-value/iterate.js';
import type { Operation } from './key-value/operations.js';
import type { SetReferenceOptions } from './key-value/references.js';
import type { ZAddOptions } from './key-value/sorted-sets.js';
import { assertKey, assertTxId } from './limits.js';
import type { ScanOptions } from './listing.js';
import { PlainClient } from './plain-client.js';
import { ProofClient } from './proofs/proof-client.js';
import { SqlClient } from './sql/sql-client.js';
import { StreamClient } from './streams/stream-client.js';
import { taken } from './taken.js';
import { Beginning } from './verified/beginning.js';
import type { CommittedMember, CommittedReference, VerifiedTransaction } from './verified/committed.js';
import type {
  LedgerIdentity,
  VerifiedEntry,
  VerifiedRevision,
  VerifiedTx,
  VerifiedValue,
  VerifiedWrite,
} from './verified/evidence.js';
import { verifiedExecAll } from './verified/exec-all.js';
import { floorsNamed, verifiedGetAll, type VerifiedGetAllOptions } from './verified/get-all.js';
import { verifiedGet, type VerifiedGetOptions } from './verified/get.js';
import { verifiedHistory, type VerifiedHistoryOptions } from './verified/history.js';
import { verifiedScanAll, verifiedZScanAll } from './verified/iterate.js';
import type { VerifiedLimits } from './verified/open.js';
import { operationsRequest } from './verified/operations-request.js';
import { stateCopy } from './verified/read-proof.js';
import { verifiedScanPage } from './verified/scan.js';
import { verifiedSetReference } from './verified/set-reference.js';
import { verifiedSet, type VerifiedSetOptions } from './verified/set.js';
import { verifiedZAdd } from './verified/sorted-set-add.js';
import { verifiedState } from './verified/state.js';
import { verifiedTx } from './verified/tx.js';
import { verifiedTxs, type VerifiedTxsOptions } from './verified/txs.js';
import { writeRequest } from './verified/write-request.js';
import { type VerifiedMember, verifiedZScanPage, type VerifiedZScanOptions } from './verified/z-scan.js';
import { assertWritable, type EntryToWrite } from './writes.js';

/** What a client is made of, besides its connection. */
export interface ClientParts {
  /** The trust policy of a database: how trust in it begins, and where it is kept; `own` is the database's own option. */
  readonly trustOf: (database: string, own?: TrustOption, created?: boolean) => TrustPolicy;
  /** What verified operations may hold in memory. */
  readonly limits: VerifiedLimits;
  /** Told of everything that happens. */
  readonly observe?: Observe;
}

/** How to use another database. */
export interface UseDatabaseOptions extends OperationOptions {
  /** Why that database is believed. */
  readonly trust?: TrustOption;
  /** Whether this program has just created it: then trust begins with it, and not by its first word. Default false. */
  readonly created?: boolean;
}

/**
 * One database of one immudb server. Operations named `verified…` return only what was proven against the trusted
 * state; the others return what the server says, typed `Unverified…`.
 */
export class ImmuClient extends PlainClient {
  /** SQL: statements, queries, interactive transactions, and rows with their proof. */
  readonly sql: SqlClient;
  /** Documents: collections, searches, and documents with their proof. */
  readonly documents: DocumentClient;
  /** The same operations with values as streams, so that large ones need not be held in memory. */
  readonly streams: StreamClient;
  /** Databases, users and permissions, replication. */
  readonly admin: AdminClient;
  /** Proofs laid open: the way from what is stored to the trusted state. */
  readonly proofs: ProofClient;
  readonly #parts: ClientParts;
  readonly #events: Events;
  readonly #verified: Beginning;

  /** Use `connect`. */
  constructor(connection: Connection, parts: ClientParts, trust?: TrustOption, created?: boolean) {
    super(connection);
    this.#parts = parts;
    this.#events = new Events(parts.observe);
    this.#verified = new Beginning({
      connection,
      policy: parts.trustOf(connection.database, trust, created),
      events: this.#events,
      limits: parts.limits,
    });
    const { begin, beginRead } = this.#verified;
    this.sql = new SqlClient(connection, begin);
    this.documents = new DocumentClient(connection, begin);
    this.streams = new StreamClient(connection, begin);
    this.admin = new AdminClient(connection, begin);
    this.proofs = new ProofClient(beginRead);
  }

  /**
   * Takes up the trusted state, or begins it, and proves that the server continues it. The first verified operation
   * does it by itself; call it to be told early.
   *
   * @returns which ledger this is, and how trust in it began
   */
  async openTrust(options: OperationOptions = {}): Promise<LedgerIdentity> {
    return (await this.#verified.begin('openTrust', options)).context.identity;
  }

  /**
   * Reads one key and proves it, through a reference too, whose target is then proven as well.
   *
   * @returns undefined if the server says the key is absent, which cannot be proven
   * @throws VerificationError; nothing of the answer was returned
   */
  async verifiedGet(key: Uint8Array, options: VerifiedGetOptions = {}): Promise<VerifiedValue | undefined> {
    assertKey(key);
    const { atTx, sinceTx, notBefore } = options;
    if (atTx !== undefined) assertTxId('atTx', atTx);
    if (sinceTx !== undefined) assertTxId('sinceTx', sinceTx);
    if (notBefore !== undefined) assertTxId('notBefore', notBefore);
    if (atTx !== undefined && (sinceTx !== undefined || notBefore !== undefined)) {
      throw new TypeError('verifiedGet: atTx cannot be given together with sinceTx or notBefore');
    }
    const request = { key: new Uint8Array(key), atTx, sinceTx, notBefore };
    const { context, scope } = await this.#verified.beginRead('verifiedGet', options);
    return verifiedGet(context, request, scope);
  }

  /**
   * Reads many keys of one snapshot and proves them.
   *
   * @returns in the order of `keys`, undefined where the server says the key is absent
   */
  async verifiedGetAll(
    keys: readonly Uint8Array[],
    options: VerifiedGetAllOptions = {},
  ): Promise<(VerifiedEntry | undefined)[]> {
    keys.forEach(assertKey);
    const floors = floorsNamed(keys.length, options.notBefore);
    const wanted = keys.map((key, index) => ({ key: new Uint8Array(key), notBefore: floors[index] }));
    const { context, scope } = await this.#verified.beginRead('verifiedGetAll', options);
    return verifiedGetAll(context, wanted, scope);
  }

  /**
   * Writes entries in one transaction and proves that exactly these were committed.
   *
   * A write whose answer is lost is settled before this returns: by sending it again where its own conditions keep it
   * from being applied twice, else by looking for it.
   *
   * @throws ImmuError PRECONDITION_FAILED · UnknownOutcomeError if the answer was lost and could not be settled
   */
  async verifiedSet(
    entries: readonly EntryToWrite[],
    options: VerifiedSetOptions = {},
  ): Promise<VerifiedWrite> {
    const { preconditions = [] } = options;
    assertWritable(entries, preconditions);
    const request = writeRequest(entries, preconditions);
    const { context, scope } = await this.#verified.begin('verifiedSet', options);
    return verifiedSet(context, request, scope);
  }

  /** Reads and proves every revision of a key the server shows, oldest first. That none is missing is not proven. */
  async verifiedHistory(key: Uint8Array, options: VerifiedHistoryOptions = {}): Promise<VerifiedRevision[]> {
    assertKey(key);
    const { notBefore } = options;
    if (notBefore !== undefined) assertTxId('notBefore', notBefore);
    const wanted = new Uint8Array(key);
    const { context, scope } = await this.#verified.beginRead('verifiedHistory', options);
    return verifiedHistory(context, wanted, notBefore, scope);
  }

  /** Reads and proves one transaction: its header and the digests of all its entries. */
  async verifiedTx(txId: bigint, options: OperationOptions = {}): Promise<VerifiedTx> {
    assertTxId('txId', txId);
    const { context, scope } = await this.#verified.beginRead('verifiedTx', options);
    return verifiedTx(context, txId, scope);
  }

  /** Reads and proves transactions, all from one to another, in order: one proof for a page of them. */
  verifiedTxs(options: VerifiedTxsOptions = {}): AsyncGenerator<VerifiedTx, void, undefined> {
    return verifiedTxs(this.#verified.begin, taken(options));
  }

  /**
   * Writes a reference and proves that exactly it was committed. Of the value it leads to nothing is proven by that.
   *
   * @throws as {@link verifiedSet} · ImmuError KEY_NOT_FOUND, INVALID_ARGUMENT as `setReference`
   */
  async verifiedSetReference(
    key: Uint8Array,
    referencedKey: Uint8Array,
    options: SetReferenceOptions = {},
  ): Promise<VerifiedTransaction<CommittedReference>> {
    const { atTx, preconditions = [] } = options;
    const request = operationsRequest([{ kind: 'setReference', key, referencedKey, atTx }], preconditions);
    const { context, scope } = await this.#verified.begin('verifiedSetReference', options);
    return verifiedSetReference(context, request, scope);
  }

  /**
   * Adds a key to a sorted set and proves that exactly this was committed. Of the value it leads to nothing is proven by that.
   *
   * @throws as {@link verifiedSet} · ImmuError KEY_NOT_FOUND, INVALID_ARGUMENT as `zAdd`
   */
  async verifiedZAdd(
    set: Uint8Array,
    score: number,
    key: Uint8Array,
    options: ZAddOptions = {},
  ): Promise<VerifiedTransaction<CommittedMember>> {
    const { atTx, negativeScore } = options;
    const request = operationsRequest([{ kind: 'zAdd', set, score, key, atTx, negativeScore }]);
    const { context, scope } = await this.#verified.begin('verifiedZAdd', options);
    return verifiedZAdd(context, request, scope);
  }

  /**
   * Executes operations of different kinds in one transaction, all or none, and proves that the transaction the server made is
   * exactly these operations, in this order.
   *
   * @throws ImmuError PRECONDITION_FAILED, KEY_NOT_FOUND and others: nothing was written
   * @throws UnknownOutcomeError if the answer, or the proof, was lost and could not be settled: it is never blindly repeated
   */
  async verifiedExecAll(
    operations: readonly Operation[],
    options: ExecAllOptions = {},
  ): Promise<VerifiedTransaction> {
    const request = operationsRequest(operations, options.preconditions);
    const { context, scope } = await this.#verified.begin('verifiedExecAll', options);
    return verifiedExecAll(context, request, scope);
  }

  /**
   * Lists live keys in byte order, one page, each entry proven, references together with their targets. That none is missing is
   * not proven. A page may be empty although more follow, as with `scan`.
   */
  async verifiedScan(options: ScanOptions = {}): Promise<readonly VerifiedValue[]> {
    const asked = taken(options);
    const { context, scope } = await this.#verified.beginRead('verifiedScan', asked);
    return (await verifiedScanPage(context, asked, scope)).items;
  }

  /** Lists live keys in byte order, all of them, page by page, each entry proven. That none is missing is not proven. */
  verifiedScanAll(options: AllOptions<ScanOptions> = {}): AsyncGenerator<VerifiedValue, void, undefined> {
    return verifiedScanAll(this.#verified.beginRead, taken(options));
  }

  /**
   * Lists members of a sorted set in order of score, one page. That each was added is proven, and the value it leads to. That none
   * is missing is not. The server does not say which transaction added a member; see `addedSince` for what that costs.
   */
  async verifiedZScan(
    set: Uint8Array,
    options: VerifiedZScanOptions = {},
  ): Promise<readonly VerifiedMember[]> {
    const [name, asked] = [new Uint8Array(set), taken(options)];
    const { context, scope } = await this.#verified.beginRead('verifiedZScan', asked);
    return (await verifiedZScanPage(context, name, asked, scope)).items;
  }

  /** Lists members of a sorted set in order of score, all of them, page by page, proven as by `verifiedZScan`. */
  verifiedZScanAll(
    set: Uint8Array,
    options: AllOptions<VerifiedZScanOptions> = {},
  ): AsyncGenerator<VerifiedMember, void, undefined> {
    return verifiedZScanAll(this.#verified.beginRead, taken(set), taken(options));
  }

  /** Proves that the server's newest state continues the trusted one, and trusts it. undefined for an empty database. */
  async verifiedState(options: OperationOptions = {}): Promise<LedgerState | undefined> {
    const { context, scope } = await this.#verified.begin('verifiedState', options);
    return verifiedState(context, scope);
  }

  /** The state trusted so far, without asking the server; undefined before the first transaction was seen. */
  async trustedState(): Promise<LedgerState | undefined> {
    const { head } = (await this.#verified.context()).keeper;
    return head === undefined ? undefined : stateCopy(head);
  }

  /**
   * A client for another database of the same server, with a session and a trusted state of its own. This one goes on
   * working on its database.
   *
   * @param options `trust` for that database; default: as here, but a pinned state, which belongs to one database
   */
  async useDatabase(name: string, options: UseDatabaseOptions = {}): Promise<ImmuClient> {
    const { trust, created, ...operation } = options;
    const connection = await this.connection.openDatabase(name, operation);
    try {
      return new ImmuClient(connection, this.#parts, trust, created);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /**
   * Calls `listener` for every event of that name, after the operation that caused it.
   *
   * @returns a function that stops it
   */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void {
    // It is told of events of that name only.
    const hear = listener as (event: unknown) => void;
    return isConnectionEvent(name) ? this.connection.events.on(name, hear) : this.#events.on(name, hear);
  }

  /**
   * Tells the listeners of `tampered` of a contradiction found above this client, in what the verified bytes say.
   *
   * @param operation the operation's name
   */
  report(operation: string, error: VerificationError): void {
    this.#events.emit('tampered', { operation, error });
  }

  /**
   * Ends the client: waits for calls under way, closes the session, and stores what is trusted, and the floors, where that
   * was to be done later. May be called twice.
   *
   * @throws ImmuError TRUST_STORE_FAILED and others of the store
   */
  override async close(): Promise<void> {
    if (this.connection.closed) return super.close();
    // Before the end of what it is kept with, and again for calls that were under way.
    const failures = [await this.#verified.store()];
    await super.close();
    failures.push(await this.#verified.store());
    this.#verified.stop();
    for (const failure of failures) if (failure !== undefined) throw failure;
  }

  /** Closes, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

// A ledger: one database seen through one trust policy, and the repositories of its entities.

import type { Provenance } from '../codec/revision-facts.js';
import type { ImmuClient, OperationOptions, TrustOption } from '../client/index.js';
import { OnFirstUse } from '../client/on-first-use.js';
import type { EntityClass } from '../entity/entity-types.js';
import type { LedgerState } from '../proof/index.js';
import type { RepositoryContext } from './context.js';
import { customRepository, isRepositoryClass, type RepositoryClass } from './custom-repository.js';
import { isRepositoryEvent, type LedgerEvents } from './ledger-events.js';
import { keepContext } from './ledger-context.js';
import { LedgerRecords } from './ledger-records.js';
import { relationsOf } from './relations.js';
import type { ReindexOptions } from './reindex/pass.js';
import type { ReindexReport } from './reindex/report.js';
import { Repository } from './repository.js';
import { RepositoryBinding } from './repository-binding.js';
import type { TransactionOptions } from './transaction/run-transaction.js';
import type { Transaction } from './transaction/transaction.js';
import { WorkScope } from './work-scope.js';

const transactions = new OnFirstUse(() => import('./transaction/run-transaction.js'));

/** How to open the ledger of a tenant. */
export interface TenantOptions extends OperationOptions {
  /** Create its database if there is none. Default: what the ledger was opened with. */
  readonly create?: boolean;
  /** Why its database is believed. Default: as this ledger's, but for a pinned state. */
  readonly trust?: TrustOption;
}

/** Where the ledgers that belong to one come from. */
export interface Kin {
  tenant(name: string, options: TenantOptions): Promise<Ledger>;
  namespace(name: string, options: OperationOptions): Promise<Ledger>;
  close(): Promise<void>;
}

/**
 * What an application opens. Everything read through its repositories was proven against one trusted state, which
 * grows with every operation and never goes back.
 *
 * @example
 * const ledger = await openLedger({ url: 'immudb://immudb:immudb@localhost:3322/bank', entities: [Account] });
 * const accounts = ledger.repository(Account);
 * await ledger.close();
 */
export class Ledger {
  /** The low-level client: bytes in, bytes out, with the same trusted state. */
  readonly client: ImmuClient;
  readonly #context: RepositoryContext;
  readonly #repositories = new Map<unknown, unknown>();
  readonly #underWay = new WorkScope<Transaction>();
  readonly #kin: Kin;

  /** Use `openLedger`. */
  constructor(context: RepositoryContext, kin: Kin) {
    this.client = context.client;
    this.#context = context;
    keepContext(this, context);
    const records = new LedgerRecords(context);
    context.entities.attach(relationsOf({ context, records, underWay: this.#underWay }));
    this.#kin = kin;
  }

  /** The database, by its name on the server. */
  get database(): string {
    return this.client.database;
  }

  /**
   * The repository of the application's own class, which extends `Repository`; always the same one for the same class.
   *
   * @throws TypeError for a class that does not say of which entity it is, or of one the ledger was not opened with
   * @example
   * class Accounts extends Repository<Account> {
   *   static readonly entity = Account;
   *   byEmail(email: string) { return this.findOneBy({ email }); }
   * }
   * await ledger.repository(Accounts).byEmail('ada@example.com');
   */
  repository<T extends object, R extends Repository<T>>(repositoryClass: RepositoryClass<T, R>): R;
  /**
   * The repository of an entity class; always the same one for the same class.
   *
   * @throws TypeError for a class the ledger was not opened with
   */
  repository<T extends object>(entity: EntityClass<T>): Repository<T>;
  /** Either. */
  repository<T extends object>(given: EntityClass<T> | RepositoryClass<T, Repository<T>>): Repository<T> {
    const known = this.#repositories.get(given);
    // What is kept under a class is the repository of that class.
    if (known !== undefined) return known as Repository<T>;
    const repository = isRepositoryClass(given)
      ? customRepository(this.#context, given)
      : new Repository(new RepositoryBinding(this.#context, this.#context.entities.of(given)));
    this.#repositories.set(given, repository);
    return repository;
  }

  /**
   * Runs `work` as one transaction: what it reads through `tx.repository(…)` is of one moment, what it saves is committed
   * at its end, in one verified write, on the condition that nothing it read has changed since. Where it has, `work` is run
   * again: it must do nothing else that counts. Inside of another transaction it is a part of that one: if it
   * fails, so does the whole, even if its error is caught.
   *
   * A query protects what it returned, not what may come to match it later.
   *
   * @returns what `work` returns; everything it saved has evidence then
   * @throws ConflictError if other writers were first each time · what `work` throws; nothing was written
   * @example
   * await ledger.transaction(async (tx) => {
   *   const accounts = tx.repository(Account);
   *   const [from, to] = [await accounts.findOrFail(a), await accounts.findOrFail(b)];
   *   from.balance -= 5n;
   *   to.balance += 5n;
   *   await accounts.saveMany([from, to]);
   * });
   */
  async transaction<Result>(
    work: (tx: Transaction) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    const [runner, asked] = [{ context: this.#context, underWay: this.#underWay }, { ...options }];
    // A part of a transaction joins it at once: it must not come after its end.
    return transactions.run(({ runTransaction }) => runTransaction(runner, work, asked));
  }

  /**
   * Does work in somebody's name: every record it saves, across awaits, says who wrote it, why, and in which course of
   * events. Inside of another `as`, what is left out is taken over. These texts can never be erased.
   *
   * @param provenance `actor`, `reason`, `correlationId`: each at most 4,096 bytes of UTF-8
   * @throws TypeError for what cannot be stored
   * @example
   * await ledger.as({ actor: 'ada', reason: 'correction' }, () => accounts.save(account));
   */
  as<Result>(provenance: Provenance, work: () => Result): Result {
    return this.#context.provenance.run(provenance, work);
  }

  /**
   * Completes the indexes of an entity class that were declared after entities were stored: each record that does not list
   * what it is to be found under is written anew, as a revision of its own; entries that no record lists are cleared away.
   * May be broken off and run again, and may run beside other writers, of which all must know the index.
   *
   * @param options `check` to look only; `onProgress`
   * @returns what was found, and whether the indexes answer now: not while a unique value is doubled or a record unreadable
   * @throws TypeError for a class the ledger was not opened with · ImmuError ACTOR_REQUIRED and others
   */
  async reindex(entity: EntityClass, options: ReindexOptions = {}): Promise<ReindexReport> {
    const schema = this.#context.entities.of(entity);
    // Loaded when it is needed: hardly any process ever does this.
    const asked = { ...options };
    const { reindex } = await import('./reindex/reindex.js');
    return reindex(this.#context, schema, asked);
  }

  /**
   * The ledger of a tenant: the same entities in a database of its own, with a trusted state of its own. What one tenant
   * stores, no key of another can name. Opened by the first call, and closed with this ledger or by itself. The
   * ledger's own database is no tenant's.
   *
   * @param name of the database: letters a-z, digits and underscores
   * @throws ImmuError DATABASE_NOT_FOUND where it has none and must not get one, INVALID_DATABASE_NAME, and as `openLedger`
   */
  tenant(name: string, options: TenantOptions = {}): Promise<Ledger> {
    return this.#kin.tenant(name, options);
  }

  /**
   * The same entities in another namespace of the same database: with the same trusted state, and with keys of their own.
   * It is closed with this ledger, and has nothing of its own to close.
   *
   * @param name as the option `namespace` of `openLedger`
   * @throws TypeError for a name that is none · ImmuError INDEX_CHANGED
   */
  namespace(name: string, options: OperationOptions = {}): Promise<Ledger> {
    return this.#kin.namespace(name, options);
  }

  /**
   * Proves that the server's newest state continues the trusted one, and trusts it.
   *
   * @returns the trusted state; undefined for an empty database
   * @throws VerificationError ROLLBACK_DETECTED, FORK_DETECTED, SERVER_IDENTITY_CHANGED and others
   */
  verifyState(options: OperationOptions = {}): Promise<LedgerState | undefined> {
    return this.client.verifiedState(options);
  }

  /** Whether the server answers. @throws ImmuError UNREACHABLE and others */
  async ping(options: OperationOptions = {}): Promise<void> {
    await this.client.health(options);
  }

  /**
   * Calls `listener` for every event of that name, after the operation that caused it: `committed` and `hook-failed` of this
   * very ledger, `tampered`, `latched` and `trust-initialised` of its client, which namespaces share.
   *
   * @returns a function that stops it
   */
  on<Name extends keyof LedgerEvents>(name: Name, listener: (event: LedgerEvents[Name]) => void): () => void {
    // It is told of events of that name only.
    const hear = listener as (event: unknown) => void;
    return isRepositoryEvent(name)
      ? this.#context.lifecycle.events.on(name, hear)
      : this.client.on(name, hear);
  }

  /** Ends the ledger: waits for operations under way, then closes the session. May be called twice. */
  close(): Promise<void> {
    return this.#kin.close();
  }

  /** Closes, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

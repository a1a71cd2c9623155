// A ledger: one database seen through one trust policy, and the repositories of its entities.

import type { ClientEvents, ImmuClient, OperationOptions } from '../client/index.js';
import type { EntitySet } from '../entity/entity-set.js';
import type { EntityClass } from '../entity/entity-types.js';
import type { LedgerState } from '../proof/index.js';
import type { RepositoryContext } from './context.js';
import { Repository } from './repository.js';

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
  readonly #repositories = new Map<EntityClass, unknown>();

  /** Use `openLedger`. */
  constructor(client: ImmuClient, entities: EntitySet) {
    this.client = client;
    this.#context = { client, entities };
  }

  /** The database, by its name on the server. */
  get database(): string {
    return this.client.database;
  }

  /**
   * The repository of an entity class; always the same one for the same class.
   *
   * @throws TypeError for a class the ledger was not opened with
   */
  repository<T extends object>(entity: EntityClass<T>): Repository<T> {
    const schema = this.#context.entities.of(entity);
    const known = this.#repositories.get(schema.entityClass);
    // What is kept under a class is the repository of that class.
    if (known !== undefined) return known as Repository<T>;
    const repository = new Repository(this.#context, schema);
    this.#repositories.set(schema.entityClass, repository);
    return repository;
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
   * Calls `listener` for every event of that name, after the operation that caused it.
   *
   * @returns a function that stops it
   */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void {
    return this.client.on(name, listener);
  }

  /** Ends the ledger: waits for operations under way, then closes the session. May be called twice. */
  close(): Promise<void> {
    return this.client.close();
  }

  /** Closes, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

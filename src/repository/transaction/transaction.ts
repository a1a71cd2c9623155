// What the callback of a transaction works with.

import type { EntityClass } from '../../entity/entity-types.js';
import type { RepositoryContext } from '../context.js';
import { customRepository, isRepositoryClass, type RepositoryClass } from '../custom-repository.js';
import type { Repository } from '../repository.js';
import { TransactionRepository } from './transaction-repository.js';
import type { TransactionRecords } from './transaction-records.js';

/** Several reads and writes, over several repositories, that hold together or not at all. */
export class Transaction {
  readonly #context: RepositoryContext;
  readonly #records: TransactionRecords;

  /** Use `ledger.transaction`. */
  constructor(context: RepositoryContext, records: TransactionRecords) {
    this.#context = context;
    this.#records = records;
  }

  /** Whether its callback is still running. */
  get isOpen(): boolean {
    return !this.#records.isFinished;
  }

  /** A part of it has failed: it cannot be committed any more. @internal */
  fail(error: unknown): void {
    this.#records.fail(error);
  }

  /**
   * A repository of the application's own class within this transaction: its reads are guarded and its writes kept back. What
   * it saves has its evidence once the transaction has committed. What cannot be guarded (`history`, `page`, `count` and
   * others) throws a TypeError.
   *
   * @throws TypeError for a class that does not say of which entity it is, or of one the ledger was not opened with, or after
   *   the transaction
   */
  repository<T extends object, R extends Repository<T>>(repositoryClass: RepositoryClass<T, R>): R;
  /**
   * The repository of an entity class within this transaction.
   *
   * @throws TypeError for a class the ledger was not opened with, or after the transaction
   */
  repository<T extends object>(entity: EntityClass<T>): TransactionRepository<T>;
  /** Either. */
  repository<T extends object>(
    given: EntityClass<T> | RepositoryClass<T, Repository<T>>,
  ): TransactionRepository<T> | Repository<T> {
    this.#records.assertOpen();
    if (isRepositoryClass(given)) return customRepository(this.#context, given, this.#records);
    return new TransactionRepository(this.#context, this.#records, this.#context.entities.of(given));
  }
}

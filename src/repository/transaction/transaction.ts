// What the callback of a transaction works with.

import type { EntityClass } from '../../entity/entity-types.js';
import type { RepositoryContext } from '../context.js';
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
   * The repository of an entity class within this transaction.
   *
   * @throws TypeError for a class the ledger was not opened with, or after the transaction
   */
  repository<T extends object>(entity: EntityClass<T>): TransactionRepository<T> {
    this.#records.assertOpen();
    return new TransactionRepository(this.#context, this.#records, this.#context.entities.of(entity));
  }
}

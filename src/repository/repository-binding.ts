// What makes a repository: handed to its constructor, and through the constructors of classes that extend it.

import type { EntitySchema } from '../entity/entity-schema.js';
import type { RepositoryContext } from './context.js';
import type { TransactionRecords } from './transaction/transaction-records.js';

/**
 * Says of which ledger and class a repository is, and within which transaction. Only ledgers and transactions make one;
 * a constructor of your own hands it on: `constructor(binding: RepositoryBinding<Account>) { super(binding); … }`.
 */
export class RepositoryBinding<T extends object> {
  /** The ledger. */
  readonly context: RepositoryContext;
  /** The class. */
  readonly schema: EntitySchema<T>;
  /** The transaction; undefined for the ledger itself. */
  readonly inside: TransactionRecords | undefined;

  /** Use `ledger.repository(Class)` or `tx.repository(Class)`. */
  constructor(context: RepositoryContext, schema: EntitySchema<T>, inside?: TransactionRecords) {
    this.context = context;
    this.schema = schema;
    this.inside = inside;
  }
}

/** What a constructor was given. @throws TypeError if it is no binding */
export function soundBinding<T extends object>(
  given: RepositoryBinding<T> | undefined,
  className: string,
): RepositoryBinding<T> {
  if (given instanceof RepositoryBinding) return given;
  throw new TypeError(
    `${className} is made by ledger.repository(${className}), not by itself. If it has a constructor of its own, that must hand on what it ` +
      'is given: constructor(binding) { super(binding); … }.',
  );
}

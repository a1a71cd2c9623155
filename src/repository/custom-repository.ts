// Repositories with methods of the application: classes that extend Repository.

import type { EntitySchema } from '../entity/entity-schema.js';
import type { EntityClass } from '../entity/entity-types.js';
import type { RepositoryContext } from './context.js';
import { Repository } from './repository.js';
import { RepositoryBinding } from './repository-binding.js';
import type { TransactionRecords } from './transaction/transaction-records.js';

/**
 * A class that extends `Repository`, and says of which entity.
 *
 * @example
 * class Accounts extends Repository<Account> {
 *   static readonly entity = Account;
 *   byEmail(email: string) { return this.findOneBy({ email }); }
 * }
 */
export interface RepositoryClass<T extends object, R extends Repository<T>> {
  new (binding: RepositoryBinding<T>): R;
  readonly entity: EntityClass<T>;
}

/** Whether it is a class of repositories, and not of entities. */
export function isRepositoryClass<T extends object>(
  given: EntityClass<T> | RepositoryClass<T, Repository<T>>,
): given is RepositoryClass<T, Repository<T>> {
  if (typeof given !== 'function') return false;
  const prototype = (given as { readonly prototype: unknown }).prototype;
  return given === (Repository as unknown) || prototype instanceof Repository;
}

/** The entity it is for. @throws TypeError if it does not say, or the ledger was not opened with that */
function schemaFor<T extends object>(
  { entities }: RepositoryContext,
  repositoryClass: RepositoryClass<T, Repository<T>>,
): EntitySchema<T> {
  const entity = repositoryClass.entity as EntityClass<T> | undefined;
  if (entity !== undefined) return entities.of(entity);
  throw new TypeError(
    `${repositoryClass.name} does not say which entity it is for: add \`static readonly entity = …;\` with the class.`,
  );
}

/** Makes one. @throws TypeError if its constructor does not hand on what it is given */
export function customRepository<T extends object>(
  context: RepositoryContext,
  repositoryClass: RepositoryClass<T, Repository<T>>,
  inside?: TransactionRecords,
): Repository<T> {
  const schema = schemaFor(context, repositoryClass);
  return new repositoryClass(new RepositoryBinding(context, schema, inside));
}

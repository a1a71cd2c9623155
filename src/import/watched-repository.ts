// A repository that lets it be told whether a write committed here, or had been committed under its name by somebody else: both
// return alike.

import type { ImmuClient } from '../client/index.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { RepositoryContext } from '../repository/context.js';
import { RepositoryBinding } from '../repository/repository-binding.js';
import { Repository } from '../repository/repository.js';

/** Counts transactions. */
export interface Commits {
  count: number;
}

/** A repository of its own, and how many transactions it has committed. */
export function watchedRepository<T extends object>(
  context: RepositoryContext,
  schema: EntitySchema<T>,
): { readonly repository: Repository<T>; readonly commits: Commits } {
  const commits: Commits = { count: 0 };
  const client = watched(context.client, commits);
  return { repository: new Repository(new RepositoryBinding({ ...context, client }, schema)), commits };
}

function watched(client: ImmuClient, commits: Commits): ImmuClient {
  const verifiedSet: ImmuClient['verifiedSet'] = async (...args) => {
    const proven = await client.verifiedSet(...args);
    commits.count++;
    return proven;
  };
  return new Proxy(client, {
    get: (target, name) => {
      if (name === 'verifiedSet') return verifiedSet;
      const value: unknown = Reflect.get(target, name, target);
      // Its private members are those of the client itself.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

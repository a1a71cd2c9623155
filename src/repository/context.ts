// What every repository of a ledger works with.

import type { ImmuClient } from '../client/index.js';
import type { EntitySet } from '../entity/entity-set.js';

/** The ledger as its repositories see it. */
export interface RepositoryContext {
  readonly client: ImmuClient;
  /** The entities the ledger was opened with. */
  readonly entities: EntitySet;
}

// What every repository of a ledger works with.

import type { ImmuClient } from '../client/index.js';
import type { EntitySet } from '../entity/entity-set.js';
import type { IndexStates } from './index-states.js';
import type { Lifecycle } from './lifecycle.js';
import type { ProvenanceScope } from './provenance.js';
import type { TenantChecks } from './tenant-checks.js';
import type { CoalescedWrites } from './write/coalesced-writes.js';

/** The ledger as its repositories see it. */
export interface RepositoryContext {
  readonly client: ImmuClient;
  /** The entities the ledger was opened with. */
  readonly entities: EntitySet;
  /** In whose name is written. */
  readonly provenance: ProvenanceScope;
  /** What is run around reads and writes. */
  readonly lifecycle: Lifecycle;
  /** Which indexes hold every entity. */
  readonly indexes: IndexStates;
  /** Where concurrent writes share transactions; undefined where each has its own. */
  readonly coalesced: CoalescedWrites | undefined;
  /** What became known of all tenants of the family. */
  readonly tenantChecks: TenantChecks;
}

// From a client with a trusted state to the ledger an application works with.

import type { ImmuClient, OperationOptions } from '../client/index.js';
import type { EntitySet } from '../entity/entity-set.js';
import { Family } from './family.js';
import type { Ledger } from './ledger.js';
import { ProvenanceScope } from './provenance.js';

/** What repositories hold to, whatever ledger they are on. */
export interface LedgerRules {
  /** Refuse to write what nobody is named for: `ledger.as({ actor }, …)`. Default false. */
  readonly requireActor?: boolean | undefined;
  /**
   * Keeps these entities apart from others of the same names in the same database: a lower-case letter, then up to 63 of
   * `a-z 0-9 . _ -`. Part of every key, for ever. Default none.
   */
  readonly namespace?: string | undefined;
  /** Let `ledger.tenant(name)` create the database of a tenant that has none yet. Default false. */
  readonly createTenants?: boolean | undefined;
  /**
   * Let saves that are under way at the same time share a transaction: many more of them a second, where many callers save at
   * once; one that waits for no other takes as long as before. Each is refused or accepted as if it were alone. Writes with
   * an `idempotencyKey`, a `signal` or a `timeoutMs`, and `ledger.transaction`, keep transactions of their own. Default false.
   */
  readonly coalesceSaves?: boolean | undefined;
}

/** The rules among an application's options. @throws TypeError for what is none */
export function rulesOf(options: LedgerRules): LedgerRules {
  const { requireActor, namespace, createTenants, coalesceSaves } = options;
  for (const [name, value] of Object.entries({ requireActor, createTenants, coalesceSaves })) {
    if (value !== undefined && typeof value !== 'boolean')
      throw new TypeError(`Ledger option "${name}" must be true or false`);
  }
  return { requireActor, namespace, createTenants, coalesceSaves };
}

/** What a program says of a ledger it opens, and no application. */
export interface OpeningRules extends LedgerRules {
  /** Whether opening may write that new indexes of empty entities are complete. Default true. */
  readonly mayNote?: boolean | undefined;
}

/** Opens the repositories on a client, which is closed with them. @throws ImmuError INDEX_CHANGED */
export function openRepositories(
  client: ImmuClient,
  entities: EntitySet,
  rules: OpeningRules,
  operation: OperationOptions,
): Promise<Ledger> {
  const { requireActor = false, createTenants = false, coalesceSaves = false, mayNote = true } = rules;
  const provenance = new ProvenanceScope(requireActor);
  return new Family(client, { provenance, createTenants, coalesceSaves, mayNote }).founder(
    entities,
    operation,
  );
}

// From a client with a trusted state to the ledger an application works with.

import type { ImmuClient, OperationOptions } from '../client/index.js';
import type { EntitySet } from '../entity/entity-set.js';
import type { Hydrator } from '../entity/hydrator.js';
import { problemOfValidator, type Validator } from '../entity/validator.js';
import { Family } from './family.js';
import { checkedPlugins, type LedgerPlugin } from './hooks/plugin.js';
import type { Ledger } from './ledger.js';
import type { CodecRules } from './payload-codecs.js';
import { ProvenanceScope } from './provenance.js';

/** What repositories hold to, whatever ledger they are on. */
export interface LedgerRules extends CodecRules {
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
  /**
   * Says of every entity whether it may be stored, after what its class says: a function, such as `classValidator(…)` of
   * `immurepo/adapters`, or a Standard Schema. Default: any may.
   */
  readonly validator?: Validator<object> | undefined;
  /** What is run around the reads and writes of all entities, after what their classes say. */
  readonly plugins?: readonly LedgerPlugin[] | undefined;
  /**
   * Libraries that make instances, for entities that ask for one: `classTransformer(await import('class-transformer'))` of
   * `immurepo/adapters`. Default none.
   */
  readonly hydrators?: readonly Hydrator[] | undefined;
}

/** The rules among an application's options. @throws TypeError for what is none */
export function rulesOf(options: LedgerRules): LedgerRules {
  const { requireActor, namespace, createTenants, coalesceSaves, validator, codec, codecs } = options;
  const { hydrators } = options;
  for (const [name, value] of Object.entries({ requireActor, createTenants, coalesceSaves })) {
    if (value !== undefined && typeof value !== 'boolean')
      throw new TypeError(`Ledger option "${name}" must be true or false`);
  }
  const problem = validator === undefined ? undefined : problemOfValidator(validator);
  if (problem !== undefined) throw new TypeError(`Ledger option "validator" ${problem}`);
  const plugins = checkedPlugins(options.plugins);
  const shared = { validator, plugins, codec, codecs, hydrators };
  return { requireActor, namespace, createTenants, coalesceSaves, ...shared };
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
  const { validator, plugins = [], codec, codecs } = rules;
  const provenance = new ProvenanceScope(requireActor);
  const forAll = { provenance, createTenants, coalesceSaves, mayNote, validator, plugins, codec, codecs };
  return new Family(client, forAll).founder(entities, operation);
}

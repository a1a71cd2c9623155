// From a client with a trusted state to the ledger an application works with, and to its tenants and namespaces.

import type { ImmuClient, OperationOptions } from '../client/index.js';
import { type EntitySet, entitySchemas } from '../entity/entity-set.js';
import { ImmuError } from '../errors.js';
import { openIndexes } from './index-states.js';
import { type Kin, Ledger, type TenantOptions } from './ledger.js';
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
}

/** The rules among an application's options. @throws TypeError for what is none */
export function rulesOf({ requireActor, namespace, createTenants }: LedgerRules): LedgerRules {
  for (const [name, value] of Object.entries({ requireActor, createTenants })) {
    if (value !== undefined && typeof value !== 'boolean')
      throw new TypeError(`Ledger option "${name}" must be true or false`);
  }
  return { requireActor, namespace, createTenants };
}

/** Opens the repositories on a client, which is closed with them. @throws ImmuError INDEX_CHANGED */
export function openRepositories(
  client: ImmuClient,
  entities: EntitySet,
  rules: LedgerRules,
  operation: OperationOptions,
): Promise<Ledger> {
  const { requireActor = false, createTenants = false } = rules;
  const family = new Family(client, new ProvenanceScope(requireActor), createTenants);
  return family.ledgerOn(client, entities, operation);
}

/** All ledgers that were opened from one: its tenants, in databases of their own, and namespaces. */
class Family {
  readonly #founder: ImmuClient;
  readonly #provenance: ProvenanceScope;
  readonly #createTenants: boolean;
  readonly #tenants = new Map<string, Promise<Ledger>>();

  /** @param founder the client that the others are opened from */
  constructor(founder: ImmuClient, provenance: ProvenanceScope, createTenants: boolean) {
    this.#founder = founder;
    this.#provenance = provenance;
    this.#createTenants = createTenants;
  }

  /** A ledger of these entities on a client of the family. */
  async ledgerOn(client: ImmuClient, entities: EntitySet, operation: OperationOptions): Promise<Ledger> {
    const indexes = await openIndexes(client, entities, operation);
    const kin: Kin = {
      tenant: (name, options) => this.#tenant(name, entities, options),
      namespace: (namespace, options) => {
        const classes = entities.schemas.map(({ entityClass }) => entityClass);
        return this.ledgerOn(client, entitySchemas(classes, namespace), options);
      },
      close: () => (client === this.#founder ? this.#closeAll() : client.close()),
    };
    return new Ledger({ client, entities, provenance: this.#provenance, indexes }, kin);
  }

  /** The ledger of a tenant: opened once, and again after it was closed or could not be opened. */
  async #tenant(name: string, entities: EntitySet, options: TenantOptions): Promise<Ledger> {
    const [first] = entities.schemas;
    const key = JSON.stringify([name, first?.keys.namespace]);
    const known = await this.#tenants.get(key)?.catch(() => undefined);
    if (known !== undefined && !known.client.closed) return known;
    const opening = this.#openTenant(name, entities, options);
    this.#tenants.set(key, opening);
    return opening;
  }

  async #openTenant(name: string, entities: EntitySet, options: TenantOptions): Promise<Ledger> {
    const { create = this.#createTenants, trust, ...operation } = options;
    const created = create && !(await this.#isThere(name, operation));
    const client = await this.#use(name, {
      ...operation,
      ...(trust === undefined ? {} : { trust }),
      created,
    });
    try {
      await client.openTrust(operation);
      return await this.ledgerOn(client, entities, operation);
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** Whether the database was there before. It is afterwards. */
  async #isThere(name: string, operation: OperationOptions): Promise<boolean> {
    const { alreadyExisted } = await this.#founder.createDatabase(name, { ...operation, ifNotExists: true });
    return alreadyExisted;
  }

  async #use(name: string, options: Parameters<ImmuClient['useDatabase']>[1] & object): Promise<ImmuClient> {
    try {
      return await this.#founder.useDatabase(name, options);
    } catch (error) {
      if (!(error instanceof ImmuError) || error.code !== 'DATABASE_NOT_FOUND') throw error;
      throw new ImmuError(
        'DATABASE_NOT_FOUND',
        `Tenant "${name}" has no database yet. Create it, or let it be created: ledger.tenant(name, { create: true }), or ` +
          'createTenants when opening the ledger.',
        { cause: error, details: error.details },
      );
    }
  }

  async #closeAll(): Promise<void> {
    const tenants = await Promise.allSettled(this.#tenants.values());
    for (const tenant of tenants) if (tenant.status === 'fulfilled') await tenant.value.client.close();
    await this.#founder.close();
  }
}

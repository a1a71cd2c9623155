// All ledgers that were opened from one: its tenants, in databases of their own, and the namespaces of each.

import type { ImmuClient, OperationOptions } from '../client/index.js';
import { scopeOf } from '../client/call.js';
import { verifyStoredName } from '../codec/record-key.js';
import type { EntitySet } from '../entity/entity-set.js';
import { ImmuError } from '../errors.js';
import { openIndexes } from './index-states.js';
import { type Kin, Ledger, type TenantOptions } from './ledger.js';
import { Lifecycle, type LifecycleRules } from './lifecycle.js';
import { OpenedOnce } from './opened-once.js';
import { bindCodecs, type CodecRules } from './payload-codecs.js';
import type { ProvenanceScope } from './provenance.js';
import { TenantChecks } from './tenant-checks.js';
import { databaseOf, openTenantClient } from './tenant-client.js';
import { CoalescedWrites, type Commit } from './write/coalesced-writes.js';
import { commitWrites } from './write/commit.js';

/** What the members of a family have in common. */
export interface FamilyRules extends LifecycleRules, CodecRules {
  /** In whose name is written. */
  readonly provenance: ProvenanceScope;
  /** Whether the database of a tenant may be created. */
  readonly createTenants: boolean;
  /** Whether concurrent saves share transactions. */
  readonly coalesceSaves: boolean;
  /** Whether it may be noted that new indexes of empty entities are complete. */
  readonly mayNote: boolean;
}

/** One ledger and where it is. */
interface Member {
  readonly client: ImmuClient;
  readonly entities: EntitySet;
  /** Empty for none. */
  readonly namespace: string;
  /** The others on its client. */
  readonly namespaces: OpenedOnce<Ledger>;
  /** Where they all write, if saves share transactions. */
  readonly coalesced: CoalescedWrites | undefined;
  /** Closes the ledger. */
  readonly close: () => Promise<void>;
}

/** All ledgers that were opened from one. */
export class Family {
  readonly #client: ImmuClient;
  readonly #rules: FamilyRules;
  readonly #tenants = new OpenedOnce<Ledger>(({ client }) => client.closed);
  readonly #tenantChecks = new TenantChecks();
  #closed = false;

  /** @param client the founder's, which the others are opened from */
  constructor(client: ImmuClient, rules: FamilyRules) {
    this.#client = client;
    this.#rules = rules;
  }

  /** The ledger that the others are opened from, and closed with. @throws ImmuError INDEX_CHANGED */
  founder(entities: EntitySet, operation: OperationOptions): Promise<Ledger> {
    const place = this.#placeOf(this.#client);
    const namespace = entities.schemas[0]?.keys.namespace ?? '';
    const close = () => this.#close(place.coalesced);
    return this.#ledgerOf({ ...place, entities, namespace, close }, operation);
  }

  async #ledgerOf(member: Member, operation: OperationOptions): Promise<Ledger> {
    const { client, entities, coalesced, close } = member;
    const { provenance, mayNote } = this.#rules;
    const kin: Kin = {
      tenant: (name, options) => this.#tenant(name, member, options),
      namespace: (name, options) => this.#namespace(name, member, options),
      close,
    };
    bindCodecs(entities.schemas, this.#rules);
    const indexes = await openIndexes(client, entities, operation, mayNote);
    const lifecycle = new Lifecycle(this.#rules);
    const tenantChecks = this.#tenantChecks;
    return new Ledger({ client, entities, provenance, lifecycle, indexes, coalesced, tenantChecks }, kin);
  }

  async #namespace(name: string, member: Member, options: OperationOptions): Promise<Ledger> {
    // Without a name it would be what is in no namespace.
    verifyStoredName('namespace', name);
    const { client, namespaces } = member;
    return namespaces.get(name, scopeOf(client.connection, 'namespace', options), () => {
      const entities = member.entities.anew(name);
      // Closed with its client, which others use.
      const close = () => Promise.resolve();
      return this.#ledgerOf({ ...member, entities, namespace: name, close }, options);
    });
  }

  async #tenant(name: string, { entities, namespace }: Member, options: TenantOptions): Promise<Ledger> {
    const database = databaseOf(name);
    if (this.#closed || this.#client.closed)
      throw new ImmuError('CLOSED', `Tenant "${database}": this ledger is closed. Open it again.`);
    if (database === this.#client.database) throw notATenant(database);
    const { create = this.#rules.createTenants, trust, signal, timeoutMs } = options;
    const scope = scopeOf(this.#client.connection, 'tenant', options);
    return this.#tenants.get(JSON.stringify([database, namespace]), scope, async () => {
      const opening = openTenantClient(this.#client, { database, create, trust }, { signal, timeoutMs });
      const client = await this.#tenantChecks.watch(database, opening);
      try {
        const place = this.#placeOf(client);
        const close = async () => {
          await place.coalesced?.drained();
          await client.close();
        };
        const its = { ...place, entities: entities.anew(), namespace, close };
        return await this.#ledgerOf(its, { signal, timeoutMs });
      } catch (error) {
        await client.close();
        throw error;
      }
    });
  }

  #placeOf(client: ImmuClient): Pick<Member, 'client' | 'namespaces' | 'coalesced'> {
    const { provenance, coalesceSaves } = this.#rules;
    const commit: Commit = (writes) => commitWrites({ client, provenance }, writes, {});
    return {
      client,
      namespaces: new OpenedOnce<Ledger>(() => client.closed),
      coalesced: coalesceSaves ? new CoalescedWrites(client.limits, commit) : undefined,
    };
  }

  /** Each is closed, whatever becomes of the others. @throws the first failure */
  async #close(coalesced: CoalescedWrites | undefined): Promise<void> {
    this.#closed = true;
    const tenants = await this.#tenants.all();
    const closed = await Promise.allSettled(tenants.map((tenant) => tenant.close()));
    await coalesced?.drained();
    await this.#client.close();
    for (const one of closed) if (one.status === 'rejected') throw one.reason;
  }
}

/** The name may come from the tenant: it must not lead to what belongs to all of them. */
function notATenant(database: string): ImmuError {
  return new ImmuError(
    'INVALID_DATABASE_NAME',
    `"${database}" is the database of the ledger that tenants are opened from, and none of theirs. Use that ledger itself.`,
    { details: { database } },
  );
}

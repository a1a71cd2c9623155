// Checks of tenants that failed, for whoever watches over the ledger they are opened from: nobody else sees all of them.

import type { ImmuClient } from '../client/index.js';
import { Events } from '../client/events.js';
import { ImmuError, VerificationError } from '../errors.js';

/** What is told of tenants, by name. */
interface TenantEvents {
  /** A check failed in the database of a tenant, in any operation, while it was opened too. */
  readonly 'check-failed': { readonly database: string; readonly error: VerificationError | ImmuError };
}

/** Listens to the tenants of one ledger. */
export class TenantChecks {
  readonly events = new Events<TenantEvents>();

  /** Waits for the client of a tenant, and listens to it from then on. @throws what opening it throws */
  async watch(database: string, opening: Promise<ImmuClient>): Promise<ImmuClient> {
    const tell = ({ error }: { readonly error: VerificationError | ImmuError }) => {
      this.events.emit('check-failed', { database, error });
    };
    try {
      const client = await opening;
      client.on('tampered', tell);
      client.on('latched', tell);
      return client;
    } catch (error) {
      // Nobody could listen yet.
      if (error instanceof VerificationError || isLatched(error)) tell({ error });
      throw error;
    }
  }
}

function isLatched(error: unknown): error is ImmuError {
  return error instanceof ImmuError && error.code === 'TRUST_LATCHED';
}

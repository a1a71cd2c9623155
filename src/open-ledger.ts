// The composition root: the only place that decides what a ledger is made of.

import { connect, type ConnectOptions, type OperationOptions } from './client/index.js';
import { entitySchemas } from './entity/entity-set.js';
import type { EntityClass } from './entity/entity-types.js';
import { Ledger } from './repository/ledger.js';

/** Where a ledger is, whom to believe, and which entities it holds. */
export interface OpenLedgerOptions extends ConnectOptions {
  /** The entity classes; no two of one stored name. */
  readonly entities: readonly EntityClass[];
}

/**
 * Opens a ledger: connects, logs in, takes up the trusted state (or begins it) and proves that the server continues it.
 *
 * @param options `url` (`immudb://user:password@host:3322/database`) or its parts, `entities`, and `trust`
 * @returns an open ledger; close it when done
 * @throws TypeError for wrong options or entities · ImmuError UNREACHABLE (a retry may help), INVALID_CREDENTIALS,
 *   DATABASE_NOT_FOUND, TRUST_MISSING, TRUST_CORRUPT, TRUST_POLICY and others
 * @throws VerificationError ROLLBACK_DETECTED, FORK_DETECTED, SERVER_IDENTITY_CHANGED and others
 * @example
 * const ledger = await openLedger({ url: 'immudb://immudb:immudb@localhost:3322/defaultdb', entities: [Account] });
 * const accounts = ledger.repository(Account);
 * const ada = await accounts.save(accounts.create({ email: 'ada@example.com', balance: 10n }));
 * evidenceOf(ada).txId;
 * await ledger.close();
 */
export async function openLedger(
  options: OpenLedgerOptions,
  operation: OperationOptions = {},
): Promise<Ledger> {
  const { entities, ...connection } = options;
  // Entities first: a mistake in the code is told before anything is sent.
  const schemas = entitySchemas(entities);
  const client = await connect(connection, operation);
  try {
    await client.openTrust();
  } catch (error) {
    await client.close();
    throw error;
  }
  return new Ledger(client, schemas);
}

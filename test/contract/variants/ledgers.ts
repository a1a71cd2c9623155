// Ledgers on a variant: a database of its own for a suite, made with the settings of the variant.
import { openLedger, type Ledger } from 'immurepo';
import type { EntityClass } from 'immurepo/extend';
import { connect } from '../../../src/client/connect.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { freshDatabaseName } from '../../support/describe-real.js';
import type { OpenVariant, Variant } from './variants.js';

/** Makes a database on a variant. */
export async function createDatabase({ settings }: Variant, { connection }: OpenVariant): Promise<string> {
  const database = freshDatabaseName('variant');
  const admin = await connect({
    ...connection,
    trust: { ...connection.trust, store: new MemoryTrustStore() },
  });
  await admin.createDatabase(database, { settings });
  await admin.close();
  return database;
}

/** Opens a ledger with a trusted state of its own. */
export function openOn(
  { connection }: OpenVariant,
  database: string,
  entities: readonly EntityClass[],
): Promise<Ledger> {
  return openLedger({
    ...connection,
    database,
    entities,
    trust: { ...connection.trust, store: new MemoryTrustStore(), ledgerId: 'test' },
  });
}

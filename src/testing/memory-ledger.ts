// One ledger with data of its own: all that most tests need.

import type { Ledger } from '../repository/ledger.js';
import { MemoryDatabase } from './memory-database.js';
import { apart, type MemoryLedgerOptions, type MemoryServerOptions } from './options.js';

/**
 * Opens a new, empty ledger in memory: the engine of an embedded ledger, and the client that checks every proof it gives.
 * Closing it ends everything. Nothing touches the disk, and nothing keeps the process alive.
 *
 * @param options `entities`; the others have defaults
 * @throws TypeError for wrong options or entities · ImmuError TRUST_POLICY for a key that cannot be used
 * @see MemoryServer for several ledgers on the same data
 * @example
 * await using ledger = await memoryLedger({ entities: [Account] });
 * const accounts = ledger.repository(Account);
 * await accounts.save(accounts.create({ email: 'ada@example.com', balance: 10n }));
 */
export async function memoryLedger(options: MemoryServerOptions & MemoryLedgerOptions): Promise<Ledger> {
  const { forServer, forLedger } = apart(options);
  const database = await MemoryDatabase.make(forServer);
  return database.open(forLedger, () => database.end());
}

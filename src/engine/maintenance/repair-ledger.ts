// A damaged ledger repaired as far as what was committed is still there. The folder is held for writing meanwhile, as by
// whoever writes to it.

import { resolve } from 'node:path';
import { acquireWriterLock } from '../storage/writer-lock.js';
import { assertLedger, noSuchDatabase } from './folders.js';
import { type CatalogRepair, repairCatalog } from './repair-catalog.js';
import { type DatabaseRepair, repairDatabase } from './repair-database.js';
import type { TaskOptions } from './run-task.js';
import { sweepStages } from './stage.js';
import type { ExpectedState, Progress } from './verify-rows.js';

/** What is to be repaired. */
export interface RepairLedgerOptions extends Pick<TaskOptions, 'stallMs' | 'signal' | 'script'> {
  /** The folder of the ledger. */
  readonly path: string;
  /** Only this database. Default: all. The catalog is repaired in any case. */
  readonly database?: string | undefined;
  /** States known from elsewhere, by database: rows that do not lead to them are not put in place. */
  readonly expected?: ReadonlyMap<string, readonly ExpectedState[]>;
  /** Is told how far a database is. */
  readonly onProgress?: (database: string, progress: Progress) => void;
}

/** What was done. */
export interface LedgerRepair {
  readonly catalog: CatalogRepair;
  readonly databases: readonly DatabaseRepair[];
}

/**
 * Repairs a ledger: each database that is damaged is rebuilt from its transactions beside the old one, checked, and put
 * in its place; the old one is kept. A process that ends at any moment of this leaves the old or the new one in place.
 *
 * @returns also for databases that cannot be repaired, with the reason
 * @throws ImmuError LEDGER_MISSING; LEDGER_LOCKED while somebody has it open; LEDGER_DAMAGED if no catalog can be read;
 *   DATABASE_NOT_FOUND; LEDGER_STORAGE_FAILED; ABORTED
 */
export async function repairLedger(options: RepairLedgerOptions): Promise<LedgerRepair> {
  const { database, expected, onProgress, ...watch } = options;
  const path = resolve(options.path);
  await assertLedger(path);
  const lock = await acquireWriterLock(path);
  try {
    await sweepStages(path);
    const { catalog, names } = await repairCatalog(path);
    if (database !== undefined && !names.includes(database)) throw noSuchDatabase(path, database, names);
    const databases: DatabaseRepair[] = [];
    for (const name of database === undefined ? names : [database]) {
      const task = { ...watch, onProgress: (progress: Progress) => onProgress?.(name, progress) };
      databases.push(await repairDatabase({ path, name, expected: expected?.get(name) ?? [] }, lock, task));
    }
    return { catalog, databases };
  } finally {
    await lock.release();
  }
}

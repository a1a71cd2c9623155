// A whole ledger checked, in its folder and beside whoever has it open: its catalog, and the rows of every database.
// Nothing is written.

import { resolve } from 'node:path';
import { ImmuError } from '../../errors.js';
import type { CatalogValue } from '../catalog.js';
import { isDatabaseName } from '../database-name.js';
import { clauseOf, type Fault } from './faults.js';
import { assertLedger, catalogOf, databaseFolders, noSuchDatabase } from './folders.js';
import type { TaskOptions } from './run-task.js';
import { type DatabaseVerification, verifyDatabase } from './verify-database.js';
import type { ExpectedState, Progress } from './verify-rows.js';

/** What is to be checked, and against what. */
export interface VerifyLedgerOptions extends Pick<TaskOptions, 'stallMs' | 'signal' | 'script'> {
  /** The folder of the ledger. */
  readonly path: string;
  /** Only this database. Default: all. */
  readonly database?: string | undefined;
  /** States known from elsewhere, by database. To be read before this is called: a writer may go on meanwhile. */
  readonly expected?: ReadonlyMap<string, readonly ExpectedState[]>;
  /** Is told how far a database is. */
  readonly onProgress?: (database: string, progress: Progress) => void;
}

/** What was found. */
export interface LedgerVerification {
  /** The ledger's name for itself; `undefined` where ledger.json cannot be read. */
  readonly uuid: string | undefined;
  /** What is wrong with the ledger as a whole. */
  readonly faults: readonly Fault[];
  readonly databases: readonly DatabaseVerification[];
}

/**
 * Checks everything a ledger holds: every hash is computed again. Each database is read in a process of its own.
 *
 * @throws ImmuError LEDGER_MISSING if there is no ledger, DATABASE_NOT_FOUND, LEDGER_STORAGE_FAILED, UNSUPPORTED_FORMAT,
 *   ABORTED. Damage is not thrown: it is in what is returned
 */
export async function verifyLedger(options: VerifyLedgerOptions): Promise<LedgerVerification> {
  const { database, expected = new Map<string, readonly ExpectedState[]>(), onProgress, ...watch } = options;
  const path = resolve(options.path);
  await assertLedger(path);
  const faults: Fault[] = [];
  const folders = await databaseFolders(path);
  const catalog = await readableCatalog(path, faults);
  // In the order of the catalog, then those that have rows, or are known elsewhere, without being in it.
  const listed = (catalog?.databases ?? []).map(({ name }) => name);
  const known = [...expected.keys()].filter(isDatabaseName);
  const names = [...new Set([...listed, ...folders, ...known])];
  if (database !== undefined && !names.includes(database)) throw noSuchDatabase(path, database, names);
  const databases: DatabaseVerification[] = [];
  for (const name of database === undefined ? names : [database]) {
    const verification = await verifyDatabase(
      { path, name, expected: expected.get(name) ?? [] },
      { ...watch, onProgress: (progress) => onProgress?.(name, progress) },
    );
    if (verification !== undefined) databases.push(verification);
  }
  return { uuid: catalog?.uuid, faults, databases };
}

async function readableCatalog(path: string, faults: Fault[]): Promise<CatalogValue | undefined> {
  try {
    return await catalogOf(path);
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'LEDGER_DAMAGED') throw error;
    faults.push({ message: clauseOf(error) });
    return undefined;
  }
}

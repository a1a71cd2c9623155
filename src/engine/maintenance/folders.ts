// What stands in the folder of a ledger, for those who look at it without opening it (src/engine/FORMAT.md).

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ImmuError } from '../../errors.js';
import type { CatalogValue } from '../catalog.js';
import { isDatabaseName } from '../database-name.js';
import { parseCatalog } from '../parse-catalog.js';
import { CATALOG_FILE, PREVIOUS_CATALOG_FILE, readCatalog } from '../storage/catalog-file.js';
import { errorCode, missing, onDisk } from '../storage/storage-errors.js';

/** The folder in which there is one for each database. */
export const DATABASES_FOLDER = 'databases';

/** The folder of one database. */
export function databaseFolder(path: string, name: string): string {
  return join(path, DATABASES_FOLDER, name);
}

/** The catalog of a ledger that must be there. @throws ImmuError LEDGER_MISSING, LEDGER_DAMAGED, UNSUPPORTED_FORMAT */
export async function catalogOf(path: string): Promise<CatalogValue> {
  const catalog = await readCatalog(path, (value) => parseCatalog(value, join(path, CATALOG_FILE)));
  if (catalog === undefined) throw missing(path);
  return catalog;
}

/** Whether there is, or was, a ledger in the folder. */
export async function hasLedger(path: string): Promise<boolean> {
  const names = await namesIn(path);
  return names.includes(CATALOG_FILE) || names.includes(PREVIOUS_CATALOG_FILE);
}

/** @throws ImmuError LEDGER_MISSING unless there is, or was, a ledger in the folder */
export async function assertLedger(path: string): Promise<void> {
  if (!(await hasLedger(path))) throw missing(path);
}

/** The databases that have a folder, whatever the catalog says. */
export async function databaseFolders(path: string): Promise<string[]> {
  return (await namesIn(join(path, DATABASES_FOLDER))).filter(isDatabaseName).sort();
}

/** The names in a folder; none where there is no folder. @throws ImmuError LEDGER_STORAGE_FAILED */
export async function namesIn(path: string): Promise<string[]> {
  return onDisk('look into', path, async () => {
    try {
      return await readdir(path);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  });
}

/** @throws ImmuError DATABASE_NOT_FOUND */
export function noSuchDatabase(path: string, name: string, names: readonly string[]): ImmuError {
  return new ImmuError(
    'DATABASE_NOT_FOUND',
    `The ledger in ${path} has no database "${name}", but: ${names.join(', ')}.`,
    { details: { path, database: name, databases: names } },
  );
}

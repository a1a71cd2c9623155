// The catalog of a folder made to fit again: from the one before its last change, and by what databases there are.

import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImmuError } from '../../errors.js';
import type { CatalogValue, DatabaseEntry } from '../catalog.js';
import { catalogJson, parseCatalog } from '../parse-catalog.js';
import { CATALOG_FILE, PREVIOUS_CATALOG_FILE, readCatalog, writeCatalog } from '../storage/catalog-file.js';
import { findStore } from '../storage/lmdb-folder.js';
import { errorCode, onDisk } from '../storage/storage-errors.js';
import { catalogOf, databaseFolder, databaseFolders } from './folders.js';
import { onStage, timeInName } from './stage.js';

/** What was done to the catalog. */
export interface CatalogRepair {
  /** Whether it is the one before the last change, since the newest was damaged: that change is undone. */
  readonly restored: boolean;
  /** Where the damaged one is kept; absent where there was none. */
  readonly kept?: string;
  /** Databases that it did not know, and that it has now with default settings. */
  readonly added: readonly string[];
  /** Databases that it said were never used, and that have rows. */
  readonly marked: readonly string[];
}

/** A catalog that fits, and the databases it has. */
export interface RepairedCatalog {
  readonly catalog: CatalogRepair;
  readonly names: readonly string[];
}

/** Repairs the catalog, if it needs to be. @throws ImmuError LEDGER_DAMAGED if there is none to start from */
export async function repairCatalog(path: string): Promise<RepairedCatalog> {
  const found = await readable(path);
  const used = new Set<string>();
  for (const name of await databaseFolders(path)) if (await hasStore(path, name)) used.add(name);
  const { value, added, marked } = fitted(found.value, used);
  const names = value.databases.filter(({ stage }) => stage !== 'removing').map(({ name }) => name);
  if (!found.restored && added.length === 0 && marked.length === 0)
    return { catalog: { restored: false, added, marked }, names };
  const kept = found.restored ? await keepDamaged(path) : undefined;
  // What could not be read again is not written.
  const checked = parseCatalog(catalogJson(value), join(path, CATALOG_FILE));
  await writeCatalog(path, catalogJson(checked));
  return {
    catalog: { restored: found.restored, ...(kept === undefined ? {} : { kept }), added, marked },
    names,
  };
}

async function readable(path: string): Promise<{ readonly value: CatalogValue; readonly restored: boolean }> {
  try {
    return { value: await catalogOf(path), restored: false };
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'LEDGER_DAMAGED') throw error;
    const value = await previousCatalog(path);
    if (value === undefined) throw noCatalog(path, error);
    return { value, restored: true };
  }
}

/** The catalog before the last change, if it is whole. */
async function previousCatalog(path: string): Promise<CatalogValue | undefined> {
  const previous = join(path, PREVIOUS_CATALOG_FILE);
  return onStage(path, 'catalog', async (stage) => {
    try {
      await copyFile(previous, join(stage, CATALOG_FILE));
      return await readCatalog(stage, (value) => parseCatalog(value, previous));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      if (error instanceof ImmuError && error.code === 'LEDGER_DAMAGED') return undefined;
      throw error;
    }
  });
}

async function hasStore(path: string, name: string): Promise<boolean> {
  try {
    return (await findStore(databaseFolder(path, name))) === 'store';
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'LEDGER_DAMAGED') return true;
    throw error;
  }
}

/** The catalog with every database that has rows. */
function fitted(
  value: CatalogValue,
  used: ReadonlySet<string>,
): { readonly value: CatalogValue; readonly added: readonly string[]; readonly marked: readonly string[] } {
  const known = new Set(value.databases.map(({ name }) => name));
  const added = [...used].filter((name) => !known.has(name));
  const isMarked = ({ name, stage }: DatabaseEntry) => stage === 'new' && used.has(name);
  const marked = value.databases.filter(isMarked).map(({ name }) => name);
  const administrator = value.users.find((user) => user.administrator)?.name ?? '';
  const createdAt = Math.floor(Date.now() / 1000);
  const databases: DatabaseEntry[] = [
    ...value.databases.map((entry) => {
      if (!isMarked(entry)) return entry;
      const { stage: _, ...rest } = entry;
      return rest;
    }),
    ...added.map((name) => ({ name, settings: {}, createdBy: administrator, createdAt })),
  ];
  return { value: { ...value, databases }, added, marked };
}

/** @returns where; undefined if there was none */
async function keepDamaged(path: string): Promise<string | undefined> {
  const kept = join(path, `${CATALOG_FILE}.damaged.${timeInName()}`);
  return onDisk('keep', kept, async () => {
    try {
      await copyFile(join(path, CATALOG_FILE), kept);
      return kept;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  });
}

function noCatalog(path: string, cause: unknown): ImmuError {
  return new ImmuError(
    'LEDGER_DAMAGED',
    `Neither ${CATALOG_FILE} nor ${PREVIOUS_CATALOG_FILE} in ${path} can be read, and nothing else says which users and ` +
      `databases there are. Put back a ${CATALOG_FILE} of this ledger from a backup, and run this again: databases that it ` +
      'does not know yet are added. Nothing was changed.',
    { cause, details: { path } },
  );
}

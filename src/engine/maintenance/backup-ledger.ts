// A copy of a whole ledger, made while it is in use. Each part is as of one moment, and none is newer than what depends
// on it: first what the caller copies, then the catalog, then the rows.

import { rm } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ImmuError } from '../../errors.js';
import type { CatalogValue } from '../catalog.js';
import { catalogJson } from '../parse-catalog.js';
import { writeCatalog } from '../storage/catalog-file.js';
import { makeDirectories, makeDirectory } from '../../durable-files.js';
import { onDisk } from '../storage/storage-errors.js';
import { catalogOf, databaseFolder, namesIn } from './folders.js';
import { runTask, type TaskOptions } from './run-task.js';
import { type LedgerVerification, verifyLedger } from './verify-ledger.js';
import type { ExpectedState, Progress } from './verify-rows.js';

/** What is to be copied, and where to. */
export interface BackupLedgerOptions extends Pick<TaskOptions, 'stallMs' | 'signal' | 'script'> {
  /** The folder of the ledger. */
  readonly path: string;
  /** A folder that is new or empty, and not inside of the ledger's. */
  readonly to: string;
  /** Copies to the folder what must not be newer than the rows. Default nothing. */
  readonly first?: (to: string) => Promise<void>;
  /** Whether the copy is checked. Default true. */
  readonly verify?: boolean;
  /** States known from elsewhere, by database, that the copy must agree with. Read before this is called, or by `first`. */
  readonly expected?: ReadonlyMap<string, readonly ExpectedState[]>;
  /** Is told how far a database is: `bytes` while it is copied, then as `verifyLedger`. */
  readonly onProgress?: (database: string, progress: Progress) => void;
}

/** A copy that was made. */
export interface LedgerBackup {
  /** The folder, absolute. */
  readonly to: string;
  readonly uuid: string;
  readonly databases: readonly string[];
  /** What the check found: no faults. `undefined` where it was not checked. */
  readonly verification: LedgerVerification | undefined;
}

/**
 * Copies a ledger. What fails half way, or turns out to be damaged, is removed again.
 *
 * @throws ImmuError LEDGER_MISSING; LEDGER_DAMAGED, also if the copy is; LEDGER_STORAGE_FAILED; ABORTED
 * @throws TypeError if the target is inside of the ledger's folder
 */
export async function backupLedger(options: BackupLedgerOptions): Promise<LedgerBackup> {
  const [path, to] = [resolve(options.path), resolve(options.to)];
  await catalogOf(path);
  if (isWithin(path, to)) throw new TypeError('A copy cannot be inside of the folder that is copied.');
  const wasThere = await takeTarget(to);
  try {
    return await copyAndVerify(path, to, options);
  } catch (error) {
    await clear(to, wasThere);
    throw error;
  }
}

function isWithin(path: string, inner: string): boolean {
  const way = relative(path, inner);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** @returns whether the folder was there, empty */
async function takeTarget(to: string): Promise<boolean> {
  const wasThere = await onDisk('make', to, async () => (await makeDirectories(to)) === undefined);
  const [found] = await namesIn(to);
  if (found === undefined) return wasThere;
  throw new ImmuError(
    'LEDGER_STORAGE_FAILED',
    `The folder ${to} is not empty (there is ${found}). Copy to a new one, so that nothing in it is overwritten.`,
    { details: { path: to, found } },
  );
}

async function clear(to: string, wasThere: boolean): Promise<void> {
  const litter = wasThere ? (await namesIn(to).catch(() => [])).map((name) => join(to, name)) : [to];
  for (const each of litter) await rm(each, { recursive: true, force: true }).catch(() => undefined);
}

async function copyAndVerify(
  path: string,
  to: string,
  { first, expected, verify = true, onProgress, ...watch }: BackupLedgerOptions,
): Promise<LedgerBackup> {
  await first?.(to);
  const catalog = await catalogOf(path);
  const copied = new Set<string>();
  for (const { name, stage } of catalog.databases) {
    if (stage === 'removing') continue;
    const task = { ...watch, onProgress: (progress: Progress) => onProgress?.(name, progress) };
    const copy = () => copyDatabase(path, to, name, task);
    // Perhaps used for the first time in between: then there are rows now.
    if ((await copy()) || ((await isUsed(path, name)) && (await copy()))) copied.add(name);
    else if (await isUsed(path, name)) throw rowsGone(path, name);
  }
  const value = ofCopy(catalog, copied);
  // Last: a copy that is not complete is no ledger.
  await makeDirectory(to);
  await writeCatalog(to, catalogJson(value));
  const databases = value.databases.map(({ name }) => name);
  if (!verify) return { to, uuid: value.uuid, databases, verification: undefined };
  const verification = await verifyLedger({
    ...watch,
    path: to,
    ...(expected === undefined ? {} : { expected }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  assertWhole(path, verification);
  return { to, uuid: value.uuid, databases, verification };
}

/** @returns false if there are no rows */
async function copyDatabase(path: string, to: string, name: string, options: TaskOptions): Promise<boolean> {
  try {
    await runTask({ kind: 'copy', from: databaseFolder(path, name), to: databaseFolder(to, name) }, options);
    return true;
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'LEDGER_MISSING') return false;
    throw error;
  }
}

/** Whether a database without rows should have some: it is not new, and was not removed meanwhile. */
async function isUsed(path: string, name: string): Promise<boolean> {
  const entry = (await catalogOf(path)).databases.find((listed) => listed.name === name);
  return entry !== undefined && entry.stage === undefined;
}

/** Those with rows are in use; those without are new, or were removed meanwhile. */
function ofCopy(catalog: CatalogValue, copied: ReadonlySet<string>): CatalogValue {
  const databases = catalog.databases.flatMap(({ stage, ...entry }) => {
    if (copied.has(entry.name)) return [entry];
    return stage === 'new' ? [{ ...entry, stage }] : [];
  });
  return { ...catalog, databases };
}

function assertWhole(path: string, { faults, databases }: LedgerVerification): void {
  const found = [
    ...faults.map(({ message }) => message),
    ...databases.flatMap(({ database, faults: own }) =>
      own.map(({ txId, message }) =>
        txId === undefined
          ? `database "${database}": ${message}`
          : `database "${database}", transaction ${String(txId)}: ${message}`,
      ),
    ),
  ];
  if (found[0] === undefined) return;
  throw new ImmuError(
    'LEDGER_DAMAGED',
    `The copy is damaged (${found[0]}), and so it was removed. Run \`immurepo verify --path ${path}\`: if the ledger itself is ` +
      'whole, look into the disk of the copy. `--no-verify` keeps a copy of a damaged ledger.',
    { details: { path, faults: found.slice(0, 10) } },
  );
}

function rowsGone(path: string, name: string): ImmuError {
  return new ImmuError(
    'LEDGER_DAMAGED',
    `The rows of the database "${name}" are gone: there is no store in ${databaseFolder(path, name)}. Nothing was copied.`,
    { details: { path, database: name } },
  );
}

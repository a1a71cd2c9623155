// One database of a folder checked: its rows, in a process of their own, and whether the catalog says of it what is there.
// The catalog is read after the rows, since a writer may go on: it makes its changes known there first.

import { ImmuError } from '../../errors.js';
import { EMPTY_HASH } from '../../proof/layout/hash.js';
import { CATALOG_FILE } from '../storage/catalog-file.js';
import { findStore } from '../storage/lmdb-folder.js';
import { type Fault, MAX_KEPT_FAULTS } from './faults.js';
import { catalogOf, databaseFolder, namesIn } from './folders.js';
import { runTask, type TaskOptions } from './run-task.js';
import type { ExpectedState, Progress, VerifyReport } from './verify-rows.js';

/** What was found of one database. */
export interface DatabaseVerification extends VerifyReport {
  readonly database: string;
}

/** What the catalog says of a database; `unknown` where it cannot be read. */
type Stage = 'none' | 'new' | 'used' | 'removing' | 'unknown';

/** A database to be checked. */
export interface DatabaseToVerify {
  /** Of the ledger, absolute. */
  readonly path: string;
  readonly name: string;
  readonly expected: readonly ExpectedState[];
}

/** Checks one database. @returns undefined for one that was removed @throws ImmuError LEDGER_STORAGE_FAILED and others, not for damage */
export async function verifyDatabase(
  database: DatabaseToVerify,
  options: TaskOptions,
): Promise<DatabaseVerification | undefined> {
  const { path, name } = database;
  let found = await verifyFiles(database, options);
  const stage = await stageOf(path, name);
  // Perhaps used for the first time in between.
  if (found === undefined && stage === 'used') found = await verifyFiles(database, options);
  if (found === undefined) return withoutRows(database, stage);
  const problem = await misplacement(database, stage, found);
  if (problem === 'removed') return undefined;
  if (problem === undefined) return { database: name, ...found };
  const faults = [{ message: problem }, ...found.faults];
  return { database: name, ...found, faults, faultCount: found.faultCount + 1 };
}

/** @returns undefined where there is no store */
async function verifyFiles(
  { path, name, expected }: DatabaseToVerify,
  options: TaskOptions,
): Promise<VerifyReport | undefined> {
  const folder = databaseFolder(path, name);
  if (!(await isThere(folder))) return undefined;
  const faults: Fault[] = [];
  let faultCount = 0;
  let checked = 0n;
  const onFault = (fault: Fault) => {
    faultCount++;
    if (faults.length < MAX_KEPT_FAULTS) faults.push(fault);
    options.onFault?.(fault);
  };
  const onProgress = (progress: Progress) => {
    if (progress.unit === 'transactions') checked = progress.done;
    options.onProgress?.(progress);
  };
  const task = { kind: 'verify', folder, expected } as const;
  try {
    return { ...(await runTask(task, { ...options, onFault, onProgress })), faults };
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    if (error.code === 'LEDGER_MISSING') return undefined;
    if (error.code !== 'LEDGER_DAMAGED') throw error;
    onFault({ message: error.message });
    return { transactions: checked, entries: 0n, state: undefined, faults, faultCount };
  }
}

/** Whether it is worth a process to look. One that is damaged is there. */
async function isThere(folder: string): Promise<boolean> {
  try {
    return (await findStore(folder)) !== 'nothing';
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'LEDGER_DAMAGED') return true;
    throw error;
  }
}

async function stageOf(path: string, name: string): Promise<Stage> {
  try {
    const { databases } = await catalogOf(path);
    const entry = databases.find((listed) => listed.name === name);
    return entry === undefined ? 'none' : (entry.stage ?? 'used');
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'LEDGER_DAMAGED') return 'unknown';
    throw error;
  }
}

/** A database without rows: new, gone, or never there. */
function withoutRows(
  { path, name, expected }: DatabaseToVerify,
  stage: Stage,
): DatabaseVerification | undefined {
  const faults = expected
    .filter(({ txId }) => txId > 0n)
    .map(({ source, txId }): Fault => ({
      message: `it has no rows, but ${source} is at transaction ${String(txId)}`,
    }));
  if (stage === 'used')
    faults.unshift({ message: `its rows are gone: there is no store in ${databaseFolder(path, name)}` });
  if (faults.length === 0 && stage !== 'new') return undefined;
  const state = { txId: 0n, alh: EMPTY_HASH };
  return { database: name, transactions: 0n, entries: 0n, state, faults, faultCount: faults.length };
}

/** What is wrong between the catalog and the rows that there are. */
async function misplacement(
  { path, name }: DatabaseToVerify,
  stage: Stage,
  { transactions }: VerifyReport,
): Promise<string | undefined> {
  if (stage === 'new' && transactions > 0n)
    return `${CATALOG_FILE} says that it was never used, but it has rows`;
  if (stage === 'removing') return 'removed';
  if (stage !== 'none') return undefined;
  const folder = databaseFolder(path, name);
  return (await namesIn(folder)).length > 0
    ? `${CATALOG_FILE} does not know this database, but there are rows in ${folder}`
    : 'removed';
}

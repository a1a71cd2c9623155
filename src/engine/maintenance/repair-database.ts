// One database rebuilt beside the old one, checked, and put in its place.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImmuError } from '../../errors.js';
import type { LedgerState } from '../../proof/layout/ledger-state.js';
import { DATA_FILE } from '../storage/lmdb-environment.js';
import type { WriterLock } from '../storage/held-lock.js';
import { onDisk } from '../storage/storage-errors.js';
import { DATABASES_FOLDER, databaseFolder } from './folders.js';
import { runTask, type TaskOptions } from './run-task.js';
import { onStage, timeInName } from './stage.js';
import { swapRows } from './swap-rows.js';
import { type DatabaseToVerify, type DatabaseVerification, verifyDatabase } from './verify-database.js';

/** What became of a database. */
export type DatabaseRepair =
  | { readonly outcome: 'whole'; readonly database: string; readonly state: LedgerState | undefined }
  | RebuiltDatabase
  | {
      /** What was committed is not all there: nothing was changed. */
      readonly outcome: 'refused';
      readonly database: string;
      readonly reason: string;
      readonly before: DatabaseVerification;
    };

/** A database that was made anew. */
export interface RebuiltDatabase {
  readonly outcome: 'rebuilt';
  readonly database: string;
  readonly state: LedgerState;
  /** What was wrong. */
  readonly before: DatabaseVerification;
  /** The damaged one, and its size. */
  readonly kept: { readonly path: string; readonly bytes: number };
  /** Whether its file `head` could not be read: then nothing in the folder tells whether newer transactions were lost. */
  readonly headLost: boolean;
}

/** Repairs one database. @param lock of the ledger's folder @throws ImmuError LEDGER_STORAGE_FAILED, ABORTED */
export async function repairDatabase(
  database: DatabaseToVerify,
  lock: WriterLock,
  options: TaskOptions,
): Promise<DatabaseRepair> {
  const { name } = database;
  const before = await verifyDatabase(database, options);
  if (before === undefined || before.faultCount === 0)
    return { outcome: 'whole', database: name, state: before?.state };
  try {
    return await rebuild(database, before, lock, options);
  } catch (error) {
    if (!(error instanceof ImmuError) || !/^LEDGER_(DAMAGED|MISSING)$/.test(error.code)) throw error;
    return { outcome: 'refused', database: name, reason: error.message, before };
  }
}

async function rebuild(
  { path, name, expected }: DatabaseToVerify,
  before: DatabaseVerification,
  lock: WriterLock,
  options: TaskOptions,
): Promise<RebuiltDatabase> {
  const from = databaseFolder(path, name);
  return onStage(path, name, async (stage) => {
    const to = join(stage, 'rows');
    const { state, headLost } = await runTask({ kind: 'rebuild', from, to, expected }, options);
    if (!lock.isHeld) throw lockLost(path);
    const kept = join(path, DATABASES_FOLDER, `.damaged.${name}.${timeInName()}`);
    const bytes = await onDisk('swap', from, async () => {
      const { size } = await stat(join(from, DATA_FILE));
      await swapRows({ rows: from, by: to, kept });
      return size;
    });
    return { outcome: 'rebuilt', database: name, state, before, kept: { path: kept, bytes }, headLost };
  });
}

function lockLost(path: string): ImmuError {
  return new ImmuError(
    'LEDGER_LOCKED',
    `Another process has taken ${path} for writing, since this one did not show for long that it lives (was the machine ` +
      'asleep?). Nothing was changed: close the ledger there, and repair it again.',
    { details: { path } },
  );
}

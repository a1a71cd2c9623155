// What an error of LMDB means: that the files are damaged, or that the system did not let it do its work.

import { ImmuError } from '../../errors.js';
import { damaged, errorCode, storageFailed } from './storage-errors.js';

/** LMDB's own errors that say nothing about what is stored. All others mean that it found what it never writes. */
const ABOUT_THE_SYSTEM: ReadonlySet<string | undefined> = new Set([
  'MDB_MAP_FULL',
  'MDB_DBS_FULL',
  'MDB_READERS_FULL',
  'MDB_TLS_FULL',
  'MDB_TXN_FULL',
  'MDB_MAP_RESIZED',
  'MDB_LOCK_FAILURE',
]);

/** Runs something that reads LMDB's files. @throws ImmuError LEDGER_DAMAGED, LEDGER_STORAGE_FAILED */
export function reading<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw readError(path, error);
  }
}

/** What an error of reading is reported as. */
export function readError(path: string, error: unknown): unknown {
  if (error instanceof ImmuError) return error;
  return isDamage(error)
    ? damaged('LMDB finds its file damaged', path, { cause: error, code: errorCode(error) })
    : storageFailed('read', path, error);
}

/** What an error of a write is reported as. LMDB hides the reason in a promise beside it. */
export async function writeError(path: string, error: unknown): Promise<ImmuError> {
  const reason = await reasonOf(error);
  return isDamage(reason)
    ? damaged('LMDB finds its file damaged', path, { cause: reason, code: errorCode(reason) })
    : storageFailed('write', path, reason);
}

function isDamage(error: unknown): boolean {
  // A RangeError: LMDB told of a value that lies beyond its file.
  if (error instanceof RangeError) return true;
  const code = errorCode(error);
  return code?.startsWith('MDB') === true && !ABOUT_THE_SYSTEM.has(code);
}

/** The reason comes at once after the failure, or never: it is not worth waiting for. */
const REASON_TIMEOUT_MS = 1_000;

async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<unknown>((resolve) => {
    timer = setTimeout(resolve, REASON_TIMEOUT_MS, error);
  });
  const reason = Promise.resolve(error.commitError).then(
    () => error,
    (cause: unknown) => cause,
  );
  try {
    return await Promise.race([reason, late]);
  } finally {
    clearTimeout(timer);
  }
}

// What an error of LMDB means: that the files are damaged, or that the system did not let it do its work.

import { types } from 'node:util';
import { ImmuError } from '../../errors.js';
import { hasRoom } from './disk-room.js';
import { damaged, errorCode, nothingWritten, storageFailed } from './storage-errors.js';

/** LMDB's own errors that say nothing about what is stored. All others mean that it found what it never writes. */
const ABOUT_THE_SYSTEM: ReadonlySet<string | undefined> = new Set([
  'MDB_MAP_FULL',
  'MDB_DBS_FULL',
  'MDB_READERS_FULL',
  'MDB_TLS_FULL',
  'MDB_TXN_FULL',
  'MDB_MAP_RESIZED',
  'MDB_LOCK_FAILURE',
  // A write to the page that names the newest transaction failed before: LMDB takes no more.
  'MDB_PANIC',
]);

/** There is no room: LMDB gives up before it names the transaction in the file. */
const NO_ROOM: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

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

/**
 * What a failed commit is reported as.
 *
 * @param room how many bytes it may have needed
 * @param isThere whether the file names a newer transaction than before
 */
export async function commitError(
  path: string,
  error: unknown,
  room: number,
  isThere: () => boolean,
): Promise<ImmuError> {
  const failure = await writeError(path, error);
  if (failure.code !== 'LEDGER_STORAGE_FAILED') return failure;
  // LMDB calls a write that came back short EIO, which is what the last one before a full disk does.
  const isFull = failure.details.code === 'EIO' && !hasRoom(path, room);
  const code = isFull ? 'ENOSPC' : failure.details.code;
  if (!NO_ROOM.has(code as string | undefined) || isThere()) return failure;
  return nothingWritten(path, noRoom(String(code)), { cause: failure.cause, code, reopen: false });
}

function noRoom(code: string): string {
  const why = {
    ENOSPC: 'The disk is full (ENOSPC): free some space',
    EDQUOT: "The user's quota is used up (EDQUOT): free some space",
    EFBIG: 'The file is larger than this system allows (EFBIG): raise the limit',
  }[code];
  return `${why ?? code}, and write again. Reading goes on meanwhile.`;
}

function isDamage(error: unknown): boolean {
  // A RangeError: LMDB told of a value that lies beyond its file.
  if (types.isNativeError(error) && error.name === 'RangeError') return true;
  const code = errorCode(error);
  return code?.startsWith('MDB') === true && !ABOUT_THE_SYSTEM.has(code);
}

/** The reason comes at once after the failure, or never: it is not worth waiting for. */
const REASON_TIMEOUT_MS = 1_000;

async function reasonOf(error: unknown): Promise<unknown> {
  if (!types.isNativeError(error) || !('commitError' in error)) return error;
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

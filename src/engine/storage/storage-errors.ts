// Errors of an embedded ledger's folder, with what a person can do about each.

import { getSystemErrorName, types } from 'node:util';
import { toHex } from '../../bytes.js';
import { systemErrorCode } from '../../durable-files.js';
import { ImmuError } from '../../errors.js';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: 'It is not there: put it back, or check the path',
  ENOSPC: 'The disk is full: free some space',
  EDQUOT: "The user's quota is used up: free some space",
  EFBIG: 'The file is larger than this system allows: raise the limit',
  EROFS: 'The file system is read-only: mount it writable',
  EACCES: 'Permission is denied: run as the user who owns it',
  EPERM: 'The operation is not permitted: run as the user who owns it',
  ENOTDIR: 'A part of the path is not a directory: move that file away',
  EMFILE: 'Too many files are open: raise the limit, close some',
  ENFILE: 'Too many files are open: raise the limit, close some',
  ENOMEM: 'There is too little memory: free some, or raise the limit on address space',
  EIO: 'The disk is full or reports an error: check its space and its health',
  MDB_PANIC: 'An earlier write failed: look into the disk, and open the ledger again',
  MDB_MAP_FULL: 'The disk is full: free some space',
  MDB_READERS_FULL: 'Too many processes read this folder at once: close some',
};

/** How much of a key a message shows. */
const SHOWN_KEY_BYTES = 64;

const WHAT_TO_DO =
  'Run `immurepo verify --path` on the folder of the ledger to see what is affected, then `immurepo repair --path`, or ' +
  'restore a backup.';

/**
 * What is stored is not what was stored.
 *
 * @param what one sentence that names the file or the row, without the full stop
 * @param path the folder or file
 */
export function damaged(
  what: string,
  path: string,
  { cause, ...details }: Readonly<Record<string, unknown>> = {},
): ImmuError {
  return new ImmuError('LEDGER_DAMAGED', `${what}, in ${path}. ${WHAT_TO_DO}`, {
    ...(cause === undefined ? {} : { cause }),
    details: { path, ...details },
  });
}

/** A row is not as it was put. @param problem what is wrong with it, e.g. `does not match its checksum` */
export function damagedRow(path: string, table: string, key: Uint8Array, problem: string): ImmuError {
  const shown = key.length > SHOWN_KEY_BYTES ? `${toHex(key.subarray(0, SHOWN_KEY_BYTES))}…` : toHex(key);
  return damaged(`The row ${shown} of the table "${table}" ${problem}`, path, { table, key: toHex(key) });
}

/** There is no ledger in the folder. */
export function missing(path: string): ImmuError {
  return new ImmuError(
    'LEDGER_MISSING',
    `There is no ledger in ${path}. Check the path; if a ledger was there, restore its folder from a backup.`,
    { details: { path } },
  );
}

/** The store was written by a version this one does not know. */
export function unsupportedFormat(path: string, format: number, known: number): ImmuError {
  return new ImmuError(
    'UNSUPPORTED_FORMAT',
    `The ledger in ${path} has storage format ${format}, and this immurepo reads format ${known}: use the one that ` +
      'wrote it, or a newer one.',
    { details: { path, format } },
  );
}

/**
 * What a failed operation of the operating system or of LMDB is reported as. An error that is ours already is passed on.
 *
 * @param doing what was tried, e.g. `write`
 * @param path the file or folder
 * @param error what was thrown
 */
export function storageFailed(doing: string, path: string, error: unknown): ImmuError {
  if (error instanceof ImmuError) return error;
  const code = errorCode(error);
  const remedy = REMEDIES[code ?? ''] ?? 'Check the disk';
  return new ImmuError(
    'LEDGER_STORAGE_FAILED',
    `Could not ${doing} ${path}${code === undefined ? '' : ` (${code})`}. ${remedy}.`,
    { cause: error, details: { path, code } },
  );
}

/**
 * A commit of which nothing is there. Its text begins with what clients know it by: it did not take effect.
 *
 * @param why one or more sentences: what went wrong, and what to do
 * @param details `reopen`: whether only opening the ledger again helps. `tried`: false where the store was not touched
 */
export function nothingWritten(
  path: string,
  why: string,
  {
    cause,
    ...details
  }: {
    readonly cause?: unknown;
    readonly reopen: boolean;
    readonly tried?: boolean;
    readonly code?: unknown;
  },
): ImmuError {
  return new ImmuError('LEDGER_STORAGE_FAILED', `Nothing was written to ${path}. ${why}`, {
    ...(cause === undefined ? {} : { cause }),
    details: { path, written: false, ...details },
  });
}

/** Whether a commit failed like this that others may follow, once the store was opened again if it was touched. */
export function isPassing({ details }: ImmuError): boolean {
  return details.written === false && details.reopen === false;
}

/** Whether a commit was refused before the store was touched. */
export function isUntried(error: unknown): error is ImmuError {
  return error instanceof ImmuError && error.details.tried === false;
}

/** The name of an error of the operating system or of LMDB, e.g. `ENOSPC`; undefined for any other. */
export function errorCode(error: unknown): string | undefined {
  const code = systemErrorCode(error);
  if (code !== undefined) return code;
  if (!types.isNativeError(error) || !('code' in error) || typeof error.code !== 'number') return undefined;
  // LMDB: its own numbers are negative, those of the operating system positive.
  if (error.code < 0) return /^MDB_\w+/.exec(error.message)?.[0] ?? `MDB ${error.code}`;
  return error.code === EDQUOT ? 'EDQUOT' : getSystemErrorName(-error.code);
}

/** Of a quota that is used up; Node has no name for it. */
const EDQUOT = process.platform === 'darwin' ? 69 : 122;

/** Runs a file operation; what it throws is reported with the path and a remedy. */
export async function onDisk<T>(doing: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storageFailed(doing, path, error);
  }
}

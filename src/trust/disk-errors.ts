// Errors of the disk, with what a person can do about each.

import { systemErrorCode } from '../durable-files.js';
import { ImmuError } from '../errors.js';

const ANOTHER_DIRECTORY =
  'or keep trust records elsewhere: set IMMUREPO_TRUST_DIR, or pass `new FileTrustStore({ directory })`';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: 'It is gone since it was last looked at: find out who removed it, and put it back',
  ENOSPC: 'The disk is full: free some space',
  EDQUOT: "The user's quota is used up: free some space",
  EFBIG: 'The file is larger than this system allows: raise the limit',
  EROFS: 'The file system is read-only: mount it writable',
  EACCES: 'Permission is denied: run as the user who owns it',
  EPERM: 'The operation is not permitted: run as the user who owns it',
  ENOTDIR: 'A part of the path is not a directory: move that file away',
  ELOOP: 'A symbolic link stands where none may: remove it',
  EMFILE: 'Too many files are open: raise the limit, close some',
  ENFILE: 'Too many files are open: raise the limit, close some',
  EIO: 'The disk reports an error: check its health',
};

/**
 * What a failed file operation is reported as. An error that is ours already is passed on.
 *
 * @param doing what was tried, e.g. `read`
 * @param path the file or directory
 * @param error what the operating system said
 */
export function diskError(doing: string, path: string, error: unknown): ImmuError {
  if (error instanceof ImmuError) return error;
  const code = systemErrorCode(error);
  const remedy = REMEDIES[code ?? ''] ?? 'Check the disk';
  return new ImmuError(
    'TRUST_STORE_FAILED',
    `The trust store could not ${doing} ${path}${code === undefined ? '' : ` (${code})`}. ${remedy}, ` +
      `${ANOTHER_DIRECTORY}.`,
    { cause: error, retryable: code === 'EMFILE' || code === 'ENFILE', details: { path, code } },
  );
}

/** The directory is on a file system without hard links, on which records cannot be swapped safely. */
export function noHardLinks(path: string, error: unknown): ImmuError {
  return new ImmuError(
    'TRUST_STORE_FAILED',
    `The trust store could not link ${path} (${systemErrorCode(error) ?? 'unknown'}): the file system has no hard links, ` +
      'by which several processes take turns safely. Use a local one (ext4, xfs, btrfs, apfs, ntfs), ' +
      `${ANOTHER_DIRECTORY}.`,
    { cause: error, details: { path, code: systemErrorCode(error) } },
  );
}

/** Something that the store did not make stands where a directory of records belongs. */
export function strangerAt(path: string, found: string): ImmuError {
  return new ImmuError(
    'TRUST_STORE_FAILED',
    `The trust store does not use ${path}: it is a ${found}, not a directory. Find out who put it there and move it ` +
      `away, ${ANOTHER_DIRECTORY}.`,
    { details: { path, found } },
  );
}

/** Runs a file operation; what it throws is reported with the path and a remedy. */
export async function onDisk<T>(doing: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(doing, path, error);
  }
}

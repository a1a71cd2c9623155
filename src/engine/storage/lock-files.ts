// The files of a folder's lock: how they are named, made, found and judged. What follows from them is in writer-lock.ts.

import { link, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImmuError } from '../../errors.js';
import { removeIfThere } from '../../durable-files.js';
import { type Holder, isGone, MAX_HEARTBEAT_AGE_MS, parseHolder } from './lock-holder.js';
import { errorCode } from './storage-errors.js';

/** The file of a holder. */
export interface LockFile {
  readonly number: number;
  readonly path: string;
  readonly holder: Holder | undefined;
  readonly gone: boolean;
}

/** @returns false if the name is taken */
export async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'EEXIST') return false;
    if (/^(EPERM|ENOTSUP|ENOSYS|EOPNOTSUPP)$/.test(code)) throw noHardLinks(to, error);
    throw error;
  }
}

/**
 * The lock files of a folder, by number.
 *
 * @param me this process
 * @param now as the file system counts time, whose clock need not be ours
 */
export async function lockFiles(folder: string, me: Holder, now: number): Promise<LockFile[]> {
  const files: LockFile[] = [];
  for (const name of await readdir(folder)) {
    const digits = /^writer\.([1-9][0-9]{0,14})\.lock$/.exec(name)?.[1];
    if (digits === undefined) continue;
    const path = join(folder, name);
    try {
      const holder = parseHolder(await readFile(path, 'utf8'));
      const { mtimeMs } = await stat(path);
      files.push({ number: Number(digits), path, holder, gone: await isGone(holder, me, now - mtimeMs) });
    } catch (error) {
      // Released meanwhile.
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }
  return files.sort((a, b) => a.number - b.number);
}

/** Finished files of processes that were killed before they could remove them. */
export async function removeLitter(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^writer\.[0-9a-f]{16}\.tmp$/.test(name)) continue;
    const path = join(folder, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => now - mtimeMs,
      () => 0,
    );
    if (age > MAX_HEARTBEAT_AGE_MS) await removeIfThere(path);
  }
}

function noHardLinks(path: string, cause: unknown): ImmuError {
  return new ImmuError(
    'LEDGER_STORAGE_FAILED',
    `Could not link ${path} (${errorCode(cause)}): the file system has no hard links, by which processes take turns ` +
      'safely. Keep the ledger on a local one (ext4, xfs, btrfs, apfs, ntfs).',
    { cause, details: { path, code: errorCode(cause) } },
  );
}

// Files and directories that are there after a power loss once a call returned. Errors are those of the operating system;
// the callers name them.

import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { types } from 'node:util';

/** The `code` of an error of the operating system, like `ENOSPC`; undefined for any other. */
export function systemErrorCode(error: unknown): string | undefined {
  // Of whatever realm: in Jest, Node's own errors are no instances of the Error a test sees.
  if (!types.isNativeError(error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Writes a file that must not exist, readable by its owner only. Its name is durable after {@link syncDirectory}. */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await closing(file, async () => {
      await file.writeFile(bytes);
      await file.sync();
    });
  } catch (error) {
    await removeIfThere(path);
    throw error;
  }
}

/** Removes a file if that is possible. For what is only litter: never fails. */
export async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}

/** Makes a directory and those above it, for their owner only; each new name is durable when it returns. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await makeDirectories(path);
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
}

/** Makes a directory and those above it, for their owner only. @returns the topmost that was made, undefined for none */
export async function makeDirectories(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    // Node 20 says ENOENT of a disk that is read-only: only a single step tells the reason.
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    const above = dirname(path);
    const first = above === path ? undefined : await makeDirectories(above);
    await mkdir(path, { mode: 0o700 });
    return first ?? path;
  }
}

/** Makes the names in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    await closing(directory, () => directory.sync());
  } catch (error) {
    if (!cannotSyncDirectories(error)) throw error;
  }
}

/** Windows opens no directories, and some file systems sync none: their names are as durable as they make them. */
function cannotSyncDirectories(error: unknown): boolean {
  const code = systemErrorCode(error) ?? '';
  return (
    code === 'EINVAL' ||
    code === 'ENOTSUP' ||
    (process.platform === 'win32' && /^(EPERM|EISDIR|EACCES)$/.test(code))
  );
}

/** Does something with an open file, and closes it whatever comes of it. */
export async function closing<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}

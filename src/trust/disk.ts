// Files that are there after a power loss once a call returned, and reads that follow no link. Knows nothing of
// records. Errors are those of the operating system; the callers name them.

import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskCode } from './disk-errors.js';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** What stands at a path. */
export type Found = 'nothing' | 'file' | 'directory' | 'link' | 'something else';

/** What stands at a path, links not followed. */
export async function whatIsAt(path: string): Promise<Found> {
  try {
    const found = await lstat(path);
    if (found.isFile()) return 'file';
    if (found.isDirectory()) return 'directory';
    return found.isSymbolicLink() ? 'link' : 'something else';
  } catch (error) {
    if (diskCode(error) === 'ENOENT') return 'nothing';
    throw error;
  }
}

/**
 * Reads a file whole.
 *
 * @param maxBytes where to stop: a result of `maxBytes + 1` bytes means there was more
 */
export async function readFileUpTo(path: string, maxBytes: number): Promise<Uint8Array> {
  // Non-blocking, or a pipe put in the file's place would hold the reader for ever. Windows has neither flag.
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  return closing(file, async () => {
    const { size } = await file.stat();
    const buffer = new Uint8Array(Math.min(size, maxBytes) + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  });
}

/** Writes a file that must not exist, readable by its owner only. Its name is durable after `syncDirectory`. */
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

/** Adds a line to a file, which is created if need be. Durable when it returns, once the directory is synced. */
export async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  await closing(file, async () => {
    await file.appendFile(`${line}\n`);
    await file.sync();
  });
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

/** @returns the topmost that was made, undefined for none */
async function makeDirectories(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    // Node 20 says ENOENT of a disk that is read-only: only a single step tells the reason.
    if (diskCode(error) !== 'ENOENT') throw error;
    const above = dirname(path);
    const first = above === path ? undefined : await makeDirectories(above);
    await mkdir(path, { mode: 0o700 });
    return first ?? path;
  }
}

/** Makes the names in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, O_RDONLY);
    await closing(directory, () => directory.sync());
  } catch (error) {
    if (!cannotSyncDirectories(error)) throw error;
  }
}

/** Windows opens no directories, and some file systems sync none: their names are as durable as they make them. */
function cannotSyncDirectories(error: unknown): boolean {
  const code = diskCode(error) ?? '';
  return (
    code === 'EINVAL' ||
    code === 'ENOTSUP' ||
    (process.platform === 'win32' && /^(EPERM|EISDIR|EACCES)$/.test(code))
  );
}

async function closing<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}

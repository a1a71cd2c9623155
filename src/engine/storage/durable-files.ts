// Files and folders that are there after a power loss once a call returned. Errors are those of the operating system;
// the callers name them.

import { randomBytes } from 'node:crypto';
import { chmod, type FileHandle, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from './storage-errors.js';

/** Reads a file whole. @returns undefined where there is none */
export async function readFileIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Puts a file in the place of another, or of none, entirely or not at all. Readable by its owner only. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    const file = await open(temporary, 'wx', 0o600);
    await closing(file, async () => {
      await file.writeFile(bytes);
      await file.sync();
    });
    await rename(temporary, path);
  } catch (error) {
    await removeIfThere(temporary);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** A name that no file has yet, beside a file and of its kind. */
export function temporaryBeside(path: string): string {
  return `${path}.${randomBytes(8).toString('hex')}.new`;
}

/** Removes a file if that is possible. For what is only litter: never fails. */
export async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}

/** Makes a folder and those above it, for their owner only; each new name is durable when it returns. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await makeDirectories(path);
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
}

/** Makes a folder and those above it, for their owner only. @returns the topmost that was made, undefined for none */
export async function makeDirectories(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    // Node 20 says ENOENT of a disk that is read-only: only a single step tells the reason.
    if (errorCode(error) !== 'ENOENT') throw error;
    const above = dirname(path);
    const first = above === path ? undefined : await makeDirectories(above);
    await mkdir(path, { mode: 0o700 });
    return first ?? path;
  }
}

/** Makes the bytes of a file durable, and lets only its owner read it. */
export async function syncFile(directory: string, name: string): Promise<void> {
  const path = join(directory, name);
  await chmod(path, 0o600);
  const file = await open(path, 'r+');
  await closing(file, () => file.sync());
}

/** Makes the names in a folder durable. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    await closing(directory, () => directory.sync());
  } catch (error) {
    if (!cannotSyncDirectories(error)) throw error;
  }
}

/** Windows opens no folders, and some file systems sync none: their names are as durable as they make them. */
function cannotSyncDirectories(error: unknown): boolean {
  const code = errorCode(error) ?? '';
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

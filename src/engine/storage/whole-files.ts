// Files that are read, replaced and made durable whole. Errors are those of the operating system; the callers name them.

import { randomBytes } from 'node:crypto';
import { chmod, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { closing, removeIfThere, syncDirectory, systemErrorCode, writeNewFile } from '../../durable-files.js';

/** Reads a file whole. @returns undefined where there is none */
export async function readFileIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Puts a file in the place of another, or of none, entirely or not at all. Readable by its owner only. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path);
  await writeNewFile(temporary, bytes);
  try {
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

/** Makes the bytes of a file durable, and lets only its owner read it. */
export async function syncFile(directory: string, name: string): Promise<void> {
  const path = join(directory, name);
  await chmod(path, 0o600);
  const file = await open(path, 'r+');
  await closing(file, () => file.sync());
}

// What stands at a path, and reads and lines added that follow no link. Knows nothing of records. Errors are those of the
// operating system; the callers name them.

import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { closing, systemErrorCode } from '../durable-files.js';

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
    if (systemErrorCode(error) === 'ENOENT') return 'nothing';
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

/** Adds a line to a file, which is created if need be. Durable when it returns, once the directory is synced. */
export async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  await closing(file, async () => {
    await file.appendFile(`${line}\n`);
    await file.sync();
  });
}

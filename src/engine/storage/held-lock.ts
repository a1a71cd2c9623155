// A lock that this process holds: shows that it lives, and gives the folder free.

import { open, readFile, unlink } from 'node:fs/promises';
import { HEARTBEAT_MS } from './lock-holder.js';
import { errorCode, onDisk } from './storage-errors.js';

/** A folder's lock, held. */
export interface WriterLock {
  /** The file that shows it. */
  readonly path: string;
  /** False once another process overruled this one, which was not seen alive for long: stop writing. */
  readonly isHeld: boolean;
  /** Gives the folder free. May be called twice. */
  release(): Promise<void>;
}

/**
 * Holds a lock from now on.
 *
 * @param path of its file, which this process made
 * @param text what the file holds, like no other
 */
export function hold(path: string, text: string): WriterLock {
  let isHeld = true;
  let released = false;
  const timer = setInterval(() => {
    void beat(path, text).then((alive) => {
      if (alive || released) return;
      isHeld = false;
      clearInterval(timer);
    });
  }, HEARTBEAT_MS);
  // A lock does not keep a process alive that has nothing else to do.
  timer.unref();
  return {
    path,
    get isHeld() {
      return isHeld;
    },
    async release() {
      clearInterval(timer);
      if (released) return;
      [released, isHeld] = [true, false];
      await onDisk('unlock', path, () => removeOwn(path, text));
    },
  };
}

/**
 * Shows that this process lives, by writing a byte that is there already: the file system notes when.
 *
 * @returns false if the file is gone or another's; true also if that could not be found out
 */
async function beat(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'r+');
    try {
      if ((await file.readFile('utf8')) !== text) return false;
      await file.write(text.slice(-1), Buffer.byteLength(text) - 1);
      return true;
    } finally {
      await file.close();
    }
  } catch (error) {
    return errorCode(error) !== 'ENOENT';
  }
}

async function removeOwn(path: string, text: string): Promise<void> {
  try {
    if ((await readFile(path, 'utf8')) === text) await unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

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

/** A lock of this process, that can tell more. */
export interface HeldLock extends WriterLock {
  /**
   * Looks at the file now instead of waiting for the next heartbeat. False for good once the file is gone or another's
   * without having been released: the lock was taken over, or its folder was removed, moved, unmounted or replaced.
   */
  check(): Promise<boolean>;
}

/**
 * Holds a lock from now on.
 *
 * @param path of its file, which this process made
 * @param text what the file holds, like no other
 */
export function hold(path: string, text: string): HeldLock {
  let lost = false;
  let released = false;
  const isReleased = () => released;
  const check = async () => {
    if (lost || released || (await beat(path, text))) return !lost;
    // Released meanwhile, the file is gone for that.
    lost = !isReleased();
    if (lost) clearInterval(timer);
    return !lost;
  };
  const timer = setInterval(() => void check(), HEARTBEAT_MS);
  // A lock does not keep a process alive that has nothing else to do.
  timer.unref();
  return {
    path,
    get isHeld() {
      return !lost && !released;
    },
    check,
    async release() {
      clearInterval(timer);
      if (released) return;
      released = true;
      await onDisk('unlock', path, () => removeOwn(path, text));
    },
  };
}

/**
 * Shows that this process lives, by writing a byte that is there already: the file system notes when.
 *
 * @returns false if the file is gone or another's; true also if that could not be found out, or shown: the disk may be
 *   full or read-only
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
    return !/^(ENOENT|ENOTDIR)$/.test(errorCode(error) ?? '');
  }
}

async function removeOwn(path: string, text: string): Promise<void> {
  try {
    if ((await readFile(path, 'utf8')) === text) await unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

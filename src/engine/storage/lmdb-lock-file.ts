// LMDB's own lock file, made before LMDB makes it. LMDB only sets its length and then writes through a memory map: where
// the disk is full, the system ends the process for that (SIGBUS). Here its bytes are written, so that they have their
// place on the disk, or an error says that they have none.

import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeIfThere } from '../../durable-files.js';
import { temporaryBeside } from './whole-files.js';
import { linked } from './lock-files.js';
import { errorCode } from './storage-errors.js';

/** The file of LMDB that processes take turns by. */
const LMDB_LOCK_FILE = 'lock.mdb';

/** As many readers as fit in three pages; LMDB counts them by the length of the file. */
const LOCK_BYTES = 3 * 4_096;

/**
 * Makes the lock file of a folder if there is none that LMDB has begun.
 *
 * @param canDoWithout a reader where nobody can write: LMDB reads without the file then
 * @throws Error of the operating system
 */
export async function prepareLockFile(directory: string, canDoWithout: boolean): Promise<void> {
  const path = join(directory, LMDB_LOCK_FILE);
  const found = await beginningOf(path, canDoWithout);
  if (found === 'begun') return;
  const made = temporaryBeside(path);
  try {
    const file = await open(made, 'wx', 0o600);
    try {
      await file.writeFile(new Uint8Array(LOCK_BYTES));
    } finally {
      await file.close();
    }
    // One that only has a length is what a process left that could not begin it: nobody uses it.
    if (found === 'empty') await rename(made, path);
    else await linked(made, path);
  } catch (error) {
    if (!canDoWithout || !/^(EROFS|EACCES|EPERM)$/.test(errorCode(error) ?? '')) throw error;
  } finally {
    await removeIfThere(made);
  }
}

async function beginningOf(path: string, canDoWithout: boolean): Promise<'nothing' | 'empty' | 'begun'> {
  try {
    const { size, blocks } = await stat(path);
    if (blocks * 512 >= size) return 'begun';
    // Some systems count blocks later. What LMDB begins with is never zero.
    return (await readFile(path)).some((byte) => byte !== 0) ? 'begun' : 'empty';
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'nothing';
    if (canDoWithout && errorCode(error) === 'EACCES') return 'begun';
    throw error;
  }
}

// Rows put in the place of others so that at every moment one or the other are there, whole. Not the folder is renamed,
// which would take two steps with nothing in between, but the files in it, one by one:
//
// 1. `head`: the new one fits the old rows as well, since both lead to the same newest transaction;
// 2. `data.mdb`.
//
// The old ones have a second name by then. LMDB's own `lock.mdb` speaks of the old file and goes before the next writer
// comes.

import { link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../../durable-files.js';
import { syncFile } from '../storage/whole-files.js';
import { HEAD_FILE } from '../storage/head-file.js';
import { DATA_FILE } from '../storage/lmdb-environment.js';
import { errorCode } from '../storage/storage-errors.js';

const LOCK_FILE = 'lock.mdb';

/** Folders of one file system. */
export interface Swap {
  /** The folder whose rows are to be others. Nobody writes to it, or opens it, meanwhile. */
  readonly rows: string;
  /** The folder of the new ones, which nobody has open. */
  readonly by: string;
  /** A folder to be made for the old ones. */
  readonly kept: string;
}

/** Swaps rows. @throws Error of the operating system */
export async function swapRows(swap: Swap): Promise<void> {
  const { rows, by, kept } = swap;
  for (const name of [DATA_FILE, HEAD_FILE]) await syncFile(by, name);
  await mkdir(kept, { mode: 0o700 });
  try {
    await swapFiles(swap);
  } catch (error) {
    // Where the old rows are still in their place they need no second name.
    if ((await inode(join(rows, DATA_FILE))) === (await inode(join(kept, DATA_FILE))))
      await rm(kept, { recursive: true, force: true });
    throw error;
  }
}

async function inode(path: string): Promise<bigint | undefined> {
  return stat(path, { bigint: true }).then(
    ({ ino }) => ino,
    () => undefined,
  );
}

async function swapFiles({ rows, by, kept }: Swap): Promise<void> {
  for (const name of [DATA_FILE, HEAD_FILE]) await keep(join(rows, name), join(kept, name));
  await syncDirectory(kept);
  await syncDirectory(dirname(kept));
  await rm(join(rows, LOCK_FILE), { force: true });
  for (const name of [HEAD_FILE, DATA_FILE]) {
    await rename(join(by, name), join(rows, name));
    await syncDirectory(rows);
  }
  // A reader may have come meanwhile, with the old rows.
  await rm(join(rows, LOCK_FILE), { force: true });
}

/** One that is not there needs not be kept. */
async function keep(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

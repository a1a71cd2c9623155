// A consistent copy of a store that is in use.

import { readdir } from 'node:fs/promises';
import { assertRoom } from './disk-room.js';
import { makeDirectory, syncDirectory } from '../../durable-files.js';
import { syncFile } from './whole-files.js';
import { ImmuError } from '../../errors.js';
import { type CountedHead, createHeadFile } from './head-file.js';
import { DATA_FILE, type Environment } from './lmdb-environment.js';
import { onDisk } from './storage-errors.js';

/**
 * Copies rows as of one moment, and then a head that is not newer than they.
 *
 * @param head read before this call
 * @param directory made if need be; must be empty
 */
export async function copyStore(
  { root, bytesInPlace }: Environment,
  head: CountedHead,
  directory: string,
): Promise<void> {
  await onDisk('copy a ledger to', directory, async () => {
    await makeDirectory(directory);
    if ((await readdir(directory)).length > 0) throw notEmpty(directory);
    const bytes = bytesInPlace();
    assertRoom(directory, bytes);
    try {
      // Page by page: compacting would read every page's meaning, and stop at the first damaged one.
      await root.backup(directory, false);
    } catch (error) {
      // LMDB does not always say why.
      assertRoom(directory);
      throw error;
    }
    await syncFile(directory, DATA_FILE);
    await syncDirectory(directory);
    // Last: a copy without it is not taken for a store.
    await createHeadFile(directory, head);
  });
}

function notEmpty(path: string): ImmuError {
  return new ImmuError(
    'LEDGER_STORAGE_FAILED',
    `The folder ${path} is not empty. Copy to a new one, so that nothing in it is overwritten.`,
    { details: { path } },
  );
}

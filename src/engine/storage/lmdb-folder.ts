// How the folder of a store comes to be, so that a crash at any moment leaves one that is whole or one that was never
// there. `data.mdb` is made in a folder of its own and moved in when it is complete; `head` is made last. Nothing is
// acknowledged before, so that rows without a `head` are a creation to be finished, and anything else is damage.

import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assertRoom } from './disk-room.js';
import { makeDirectory, syncDirectory } from '../../durable-files.js';
import { syncFile } from './whole-files.js';
import { createHeadFile, HEAD_FILE } from './head-file.js';
import { DATA_FILE, openEnvironment } from './lmdb-environment.js';
import { damaged, errorCode, missing, onDisk } from './storage-errors.js';

/** What stands in a folder: no store, one whose creation was cut short, or a store. */
export type Found = 'nothing' | 'unfinished' | 'store';

/** LMDB starts with two pages of its own. A shorter file it would take for a new one. */
const MIN_DATA_BYTES = 2 * 4_096;

/** @throws ImmuError LEDGER_DAMAGED where a part of a store is missing */
export async function findStore(directory: string): Promise<Found> {
  const [data, head] = await onDisk('look into', directory, () =>
    Promise.all([sizeOf(join(directory, DATA_FILE)), sizeOf(join(directory, HEAD_FILE))]),
  );
  if (data === undefined && head === undefined) return 'nothing';
  if (data === undefined) throw damaged(`The file "${DATA_FILE}" is missing`, directory);
  if (data < MIN_DATA_BYTES)
    throw damaged(`The file "${DATA_FILE}" is cut short`, directory, { bytes: data });
  return head === undefined ? 'unfinished' : 'store';
}

/** Makes a store where there is none. The folder and those above it are made if need be. */
export async function createStore(directory: string): Promise<void> {
  await onDisk('create a ledger in', directory, async () => {
    await makeDirectory(directory);
    await removeLitter(directory);
    assertRoom(directory);
    const workshop = join(directory, `new.${randomBytes(8).toString('hex')}`);
    await makeDirectory(workshop);
    await (await openEnvironment(workshop, 'create')).close();
    await syncFile(workshop, DATA_FILE);
    await rename(join(workshop, DATA_FILE), join(directory, DATA_FILE));
    await rm(workshop, { recursive: true, force: true });
    await syncDirectory(directory);
    await createHeadFile(directory);
  });
}

/**
 * Finishes a creation that was cut short.
 *
 * @param mustExist only look: what is not finished is no store
 * @throws ImmuError LEDGER_DAMAGED if there are commits, of which `head` should tell; LEDGER_MISSING
 */
export async function finishCreation(directory: string, mustExist: boolean): Promise<void> {
  const { commits, close } = await openEnvironment(directory, mustExist ? 'read' : 'write');
  await close();
  if (commits > 0) throw damaged(`The file "${HEAD_FILE}" is missing`, directory, { commits });
  if (mustExist) throw missing(directory);
  await onDisk('create a ledger in', directory, () => createHeadFile(directory));
}

/** Folders that killed processes made a store in. */
async function removeLitter(directory: string): Promise<void> {
  const litter = (await readdir(directory)).filter((name) => /^new\.[0-9a-f]{16}$/.test(name));
  for (const name of litter) await rm(join(directory, name), { recursive: true, force: true });
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

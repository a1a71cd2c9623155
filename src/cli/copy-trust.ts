// The trust records of a ledger copied while they may be replaced. Records are files that never change: the newest is
// copied first, and one that is gone meanwhile had newer ones.

import { constants } from 'node:fs';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory, syncDirectory } from '../durable-files.js';
import { syncFile } from '../engine/storage/whole-files.js';
import { errorCode, onDisk } from '../engine/storage/storage-errors.js';
import { epochOf, isDirectoryName, RECOVERY_LOG } from '../trust/file-layout.js';

/** How often to begin anew when all records of a listing were replaced before they were copied. */
const MAX_ATTEMPTS = 10;

/** Copies all records of a trust folder, if there is one. @throws ImmuError LEDGER_STORAGE_FAILED */
export async function copyTrust(from: string, to: string): Promise<void> {
  for (const name of await namesIn(from)) {
    if (!isDirectoryName(name)) continue;
    const [source, target] = [join(from, name), join(to, name)];
    await onDisk(`copy ${source} to`, target, () => copyRecords(source, target));
  }
}

async function copyRecords(from: string, to: string): Promise<void> {
  await makeDirectory(to);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const names = (await namesIn(from)).filter(
      (name) => epochOf(name) !== undefined || name === RECOVERY_LOG,
    );
    names.sort((a, b) => (epochOf(b) ?? 0) - (epochOf(a) ?? 0));
    let copied = 0;
    for (const name of names) if (await copiedRecord(join(from, name), to, name)) copied++;
    if (copied > 0 || names.length === 0) break;
  }
  await syncDirectory(to);
}

/** @returns false if it is gone */
async function copiedRecord(from: string, to: string, name: string): Promise<boolean> {
  try {
    await copyFile(from, join(to, name), constants.COPYFILE_FICLONE);
    await syncFile(to, name);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

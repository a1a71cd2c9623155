// Which folders this process has open. LMDB shares one environment among all handles that a process has of a file, and
// the first decides whether it can write. A writer after a reader would fail, and leave the environment as it is until
// the process ends; so it is stopped before. This is why there is a registry for the process: LMDB has one.

import { stat } from 'node:fs/promises';
import { ImmuError } from '../../errors.js';

interface Shared {
  handles: number;
  readonly canWrite: boolean;
}

const shared = new Map<string, Shared>();

/**
 * Notes that a handle is about to be opened.
 *
 * @param file of LMDB, which must exist
 * @returns to be called once it is closed, or was not opened
 * @throws ImmuError LEDGER_STORAGE_FAILED for a writer where only readers are
 */
export async function enter(directory: string, file: string, canWrite: boolean): Promise<() => void> {
  const { dev, ino } = await stat(file);
  const name = `${dev}:${ino}`;
  const found = shared.get(name) ?? { handles: 0, canWrite };
  if (canWrite && !found.canWrite) throw onlyReadersHere(directory);
  found.handles += 1;
  shared.set(name, found);
  return () => {
    found.handles -= 1;
    if (found.handles === 0) shared.delete(name);
  };
}

function onlyReadersHere(path: string): ImmuError {
  return new ImmuError(
    'LEDGER_STORAGE_FAILED',
    `This process has ${path} open for reading only. Close that before it opens the folder for writing, or open it for ` +
      'writing first.',
    { details: { path } },
  );
}

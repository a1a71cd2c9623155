// Where a repair works until it is done: folders beside the databases, which a killed process leaves behind and the next
// repair removes.

import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk } from '../storage/storage-errors.js';
import { DATABASES_FOLDER, namesIn } from './folders.js';

const STAGE = '.rebuilding.';

/** Works in a folder that is gone afterwards. */
export async function onStage<T>(
  path: string,
  name: string,
  work: (stage: string) => Promise<T>,
): Promise<T> {
  const stage = join(path, DATABASES_FOLDER, `${STAGE}${name}.${randomBytes(8).toString('hex')}`);
  await onDisk('make', stage, () => mkdir(stage, { recursive: true, mode: 0o700 }));
  try {
    return await work(stage);
  } finally {
    await rm(stage, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Removes what killed repairs left. The folder must be held for writing. */
export async function sweepStages(path: string): Promise<void> {
  const databases = join(path, DATABASES_FOLDER);
  for (const name of await namesIn(databases)) {
    if (!name.startsWith(STAGE)) continue;
    await onDisk('remove', join(databases, name), () =>
      rm(join(databases, name), { recursive: true, force: true }),
    );
  }
}

/** When something was set aside, as a part of a name. */
export function timeInName(): string {
  return new Date().toISOString().replaceAll(/[-:]/g, '');
}

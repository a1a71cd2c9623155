// Temporary folders, gone when their owner is done.
import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder, and the end of it. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
}

/** Makes one. It also goes where the process exits early. */
export async function temporaryFolder(): Promise<Folder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'immurepo-package-')));
  const options = { recursive: true, force: true, maxRetries: 3 };
  const atExit = () => {
    rmSync(path, options);
  };
  process.once('exit', atExit);
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      process.off('exit', atExit);
      await rm(path, options);
    },
  };
}

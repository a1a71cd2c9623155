// Rows that an import refuses: the first are kept to be shown, all of them go to a file if there is one.

import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { RefusedRow } from '../import/options.js';
import { UsageError } from './arguments.js';

/** How many are kept. */
const KEPT = 20;

/** Where refused rows go. */
export interface RefusedRows {
  /** The first of them, without the rows themselves. */
  readonly first: readonly Omit<RefusedRow, 'raw'>[];
  readonly add: (row: RefusedRow) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the file, and empties it: what an earlier run refused is not to be mixed up with what this one does.
 *
 * @param source the file that is imported: where it cannot be read, nothing is opened, as the import says that itself
 * @throws UsageError if it cannot be written, or is the source
 */
export async function refusedRows(file: string | undefined, source: string): Promise<RefusedRows> {
  const first: Omit<RefusedRow, 'raw'>[] = [];
  const read = file === undefined ? undefined : await stat(source, { bigint: true }).catch(() => undefined);
  const handle = file === undefined || read === undefined ? undefined : await emptied(file, read);
  return {
    first,
    add: async ({ line, message, raw }) => {
      if (first.length < KEPT) first.push({ line, message });
      await handle?.appendFile(`${JSON.stringify({ line, message, raw })}\n`);
    },
    close: async () => {
      await handle?.close();
    },
  };
}

/** Emptied only once it is known to be another file than the source, whatever links lead to either. */
async function emptied(file: string, source: BigIntStats): Promise<FileHandle> {
  // Rows may be anybody's data: they are for who runs this alone.
  const handle = await open(file, 'a', 0o600).catch((error: unknown) => {
    throw new UsageError(`--rejects: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    const found = await handle.stat({ bigint: true });
    if (found.dev === source.dev && found.ino === source.ino)
      throw new UsageError('--rejects names the file that is imported: name another, which is emptied first');
    if (found.isFile()) await handle.truncate();
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

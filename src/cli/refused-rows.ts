// Rows that an import refuses: the first are kept to be shown, all of them go to a file if there is one.

import { open } from 'node:fs/promises';
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
 * @throws UsageError if it cannot be written
 */
export async function refusedRows(file: string | undefined): Promise<RefusedRows> {
  const first: Omit<RefusedRow, 'raw'>[] = [];
  // Rows may be anybody's data: they are for who runs this alone.
  const handle =
    file === undefined
      ? undefined
      : await open(file, 'w', 0o600).catch((error: unknown) => {
          throw new UsageError(`--rejects: ${error instanceof Error ? error.message : String(error)}`);
        });
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

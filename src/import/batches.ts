// Where a file is cut into transactions: by its rows alone, so that every run cuts it in the same places.

import { createHash } from 'node:crypto';
import type { SourceRow } from './source-row.js';

/** The most text of one transaction, in UTF-16 units, unless one row alone has more. Part of where files are cut. */
const MAX_TEXT = 1024 * 1024;

/** The rows of one transaction, as the file has them: one at least. */
export interface Batch {
  /** From 0. */
  readonly position: number;
  readonly rows: readonly SourceRow[];
  /** The line its first row begins in. */
  readonly firstLine: number;
  /** The line its last row begins in. */
  readonly lastLine: number;
}

/**
 * Cuts rows into batches.
 *
 * @param rowsEach the most rows of one, ≥ 1
 */
export async function* batchesOf(
  rows: AsyncIterable<SourceRow>,
  rowsEach: number,
): AsyncGenerator<Batch, void, undefined> {
  let position = 0;
  let taken: SourceRow[] = [];
  let text = 0;
  for await (const row of rows) {
    if (taken.length === rowsEach || (taken.length > 0 && text + row.raw.length > MAX_TEXT)) {
      yield batchOf(position++, taken);
      [taken, text] = [[], 0];
    }
    taken.push(row);
    text += row.raw.length;
  }
  if (taken.length > 0) yield batchOf(position, taken);
}

function batchOf(position: number, rows: readonly SourceRow[]): Batch {
  const [firstLine, lastLine] = [rows[0]?.line ?? 0, rows.at(-1)?.line ?? 0];
  return { position, rows, firstLine, lastLine };
}

/** SHA-256 of what the file says in a batch: where it is another at a second reading, the file was changed. */
export function digestOf({ rows }: Batch): string {
  const hash = createHash('sha256');
  for (const { line, raw } of rows) hash.update(`${String(line)} ${String(raw.length)}\n${raw}\n`);
  return hash.digest('hex');
}

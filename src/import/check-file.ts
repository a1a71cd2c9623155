// The first pass: all of the file is read and looked at as a write would, and nothing is written.

import { VerificationError } from '../errors.js';
import { type Batch, digestOf } from './batches.js';
import { committedBatch } from './committed-batch.js';
import { assertBatchFits } from './batch-size.js';
import { type CheckedRow, checkedRow, type EntityRow, entityRow, problemOf } from './entity-rows.js';
import { SeenKeys } from './seen-keys.js';
import { isReadable, type ReadableRow } from './source-row.js';
import { storedAlready } from './stored-already.js';
import { storedOf } from './stored-rows.js';
import { leftOut } from './take-stock.js';
import { batchesIn, type ImportWork } from './work.js';

/** A batch as the first pass saw it. */
export interface PlannedBatch {
  /** SHA-256 of what it said. */
  readonly digest: string;
  readonly rows: number;
  /** The lines of rows that are not to be imported. */
  readonly refused: readonly number[];
  /** Whether an earlier run committed it. */
  readonly isCommitted: boolean;
}

/** A file that was looked at. */
export interface CheckedFile {
  readonly batches: readonly PlannedBatch[];
  readonly rows: number;
  readonly refused: number;
  /** Whether it could be read to its end. */
  readonly isWhole: boolean;
}

/** Checks the file of an import, and tells of each row that is refused. */
export async function checkFile<T extends object>(work: ImportWork<T>): Promise<CheckedFile> {
  const { onRefused, onProgress } = work.options;
  const seen = new SeenKeys();
  const batches: PlannedBatch[] = [];
  let [rows, refused, isWhole] = [0, 0, true];
  for await (const batch of batchesIn(work)) {
    const problems = new Map<number, string>();
    const isCommitted = await checkBatch(work, batch, seen, problems);
    for (const { line, raw } of batch.rows) {
      const message = problems.get(line);
      if (message !== undefined) await onRefused?.({ line, message, raw });
    }
    const lines = batch.rows.flatMap(({ line }) => (problems.has(line) ? [line] : []));
    batches.push({ digest: digestOf(batch), rows: batch.rows.length, refused: lines, isCommitted });
    [rows, refused] = [rows + batch.rows.length, refused + lines.length];
    isWhole &&= batch.rows.every((row) => isReadable(row) || row.endsReading !== true);
    onProgress?.({ phase: 'checking', done: rows, total: undefined, refused });
  }
  return { batches, rows, refused, isWhole };
}

/** @returns whether an earlier run committed it */
async function checkBatch<T extends object>(
  work: ImportWork<T>,
  batch: Batch,
  seen: SeenKeys,
  problems: Map<number, string>,
): Promise<boolean> {
  const { context, schema, options } = work;
  const rows: CheckedRow<T>[] = [];
  for (const [line, parsed] of await parsedRows(work, batch)) {
    const checked = typeof parsed === 'string' ? parsed : await rowOrProblem(work, parsed);
    const problem = typeof checked === 'string' ? checked : twice(checked, seen);
    if (problem !== undefined) problems.set(line, problem);
    else if (typeof checked !== 'string') rows.push(checked);
  }
  const committed = work.resumed ? await committedBatch(work, batch, [...problems.keys()]) : undefined;
  if (committed !== undefined) {
    if (!options.update)
      for (const [line, problem] of leftOut(batch, committed, rows)) problems.set(line, problem);
    return true;
  }
  if (!options.update) {
    const { signal } = options;
    for (const [line, problem] of await storedAlready(context.client, schema, rows, { signal }))
      problems.set(line, problem);
  }
  assertBatchFits(
    work,
    batch,
    rows.filter(({ row }) => !problems.has(row.line)),
  );
  return false;
}

/** A row of which the types are right, and what is stored of it already, if it may be changed. */
interface ParsedRow<T extends object> {
  readonly parsed: EntityRow<T>;
  readonly stored: T | undefined;
}

/** Rows or what is wrong with them, by the line they begin in. */
async function parsedRows<T extends object>(
  work: ImportWork<T>,
  batch: Batch,
): Promise<ReadonlyMap<number, ParsedRow<T> | string>> {
  const rows = new Map<number, ParsedRow<T> | string>();
  for (const row of batch.rows) {
    rows.set(row.line, isReadable(row) ? typedRow(work, row) : row.problem);
  }
  if (!work.options.update) return rows;
  // Whether a change may be stored is for the entity to say that it makes, and not for the row alone.
  const parsed = [...rows.values()].flatMap((row) => (typeof row === 'string' ? [] : [row.parsed]));
  for (const [position, found] of (await storedOf(work, parsed)).entries()) {
    const one = parsed[position];
    if (one === undefined) continue;
    const isLoaded = found.status === 'fulfilled';
    rows.set(one.row.line, isLoaded ? { parsed: one, stored: found.value } : problemOf(found.reason));
  }
  return rows;
}

function typedRow<T extends object>(
  { schema, options }: ImportWork<T>,
  row: ReadableRow,
): ParsedRow<T> | string {
  try {
    return { parsed: entityRow(schema, row, options.update), stored: undefined };
  } catch (error) {
    return problemOf(error);
  }
}

async function rowOrProblem<T extends object>(
  { context, schema }: ImportWork<T>,
  { parsed, stored }: ParsedRow<T>,
): Promise<CheckedRow<T> | string> {
  try {
    return await checkedRow(schema, context.lifecycle, parsed, stored);
  } catch (error) {
    if (error instanceof VerificationError) throw error;
    return problemOf(error);
  }
}

/** What an earlier row of the file has already. */
function twice<T extends object>(
  { row, key, hasId, write }: CheckedRow<T>,
  seen: SeenKeys,
): string | undefined {
  const before = hasId ? seen.firstLine(key, row.line) : undefined;
  if (before !== undefined) return `Its id is that of line ${String(before)}.`;
  for (const entry of write.indexEntries) {
    if (!entry.index.unique) continue;
    const other = seen.firstLine(entry.key, row.line);
    if (other !== undefined)
      return `It has the same ${entry.index.properties.join(', ')} as line ${String(other)}, which must be unique.`;
  }
  return undefined;
}

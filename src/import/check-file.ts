// The first pass: all of the file is read and looked at as a write would, and nothing is written.

import { toMapKey } from '../bytes.js';
import { ImmuError, VerificationError } from '../errors.js';
import { type Batch, digestOf } from './batches.js';
import { type CommittedBatch, committedBatch } from './committed-batch.js';
import { assertBatchFits } from './batch-size.js';
import { type CheckedRow, checkedRow, problemOf } from './entity-rows.js';
import { SeenKeys } from './seen-keys.js';
import { isReadable, type SourceRow } from './source-row.js';
import { storedAlready } from './stored-already.js';
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
  for (const row of batch.rows) {
    const checked = await rowOrProblem(work, row);
    const problem = typeof checked === 'string' ? checked : twice(checked, seen);
    if (problem !== undefined) problems.set(row.line, problem);
    else if (typeof checked !== 'string') rows.push(checked);
  }
  const committed = work.resumed ? await committedBatch(work, batch, [...problems.keys()]) : undefined;
  if (committed !== undefined) {
    if (!options.update) takeStock(batch, committed, rows, problems);
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

async function rowOrProblem<T extends object>(
  { context, schema, options }: ImportWork<T>,
  row: SourceRow,
): Promise<CheckedRow<T> | string> {
  if (!isReadable(row)) return row.problem;
  try {
    return await checkedRow(schema, context.lifecycle, row, options.update);
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

/**
 * Holds what an earlier run committed of a batch against what the batch is now: the code that judges rows may be another.
 *
 * @throws ImmuError IDEMPOTENCY_KEY_REUSED where it cannot be told which rows were left out
 */
function takeStock<T extends object>(
  { firstLine, lastLine }: Batch,
  { txId, keys }: CommittedBatch,
  rows: readonly CheckedRow<T>[],
  problems: Map<number, string>,
): void {
  const isLeftOut = ({ key, hasId }: CheckedRow<T>) => hasId && !keys.has(toMapKey(key));
  for (const { row } of rows.filter(isLeftOut))
    problems.set(
      row.line,
      `It was left out when the rows around it were imported, in transaction ${String(txId)}.`,
    );
  const taken = rows.filter((row) => !isLeftOut(row)).length;
  if (taken === keys.size) return;
  throw new ImmuError(
    'IDEMPOTENCY_KEY_REUSED',
    `Of lines ${String(firstLine)} to ${String(lastLine)}, ${String(keys.size)} rows were imported in transaction ${String(txId)}, ` +
      `and ${String(taken)} would be now: what is valid was judged otherwise then. Nothing was written. Go on with the code of ` +
      'that time, and put what it refused into a file of its own.',
    { details: { firstLine, lastLine, txId, committed: keys.size, valid: taken } },
  );
}

// The second pass: what was found valid is written, batch by batch, each in one transaction under the batch's own name.

import { toMapKey } from '../bytes.js';
import { ConflictError, ImmuError } from '../errors.js';
import { trackedOf } from '../repository/verified.js';
import { type Batch, digestOf } from './batches.js';
import { committedBatch } from './committed-batch.js';
import type { CheckedFile, PlannedBatch } from './check-file.js';
import { type EntityRow, entityRow, patched } from './entity-rows.js';
import { isReadable } from './source-row.js';
import { idsOf } from './stored-rows.js';
import { leftOut } from './take-stock.js';
import { batchesIn, type ImportWork } from './work.js';

/** What was written. */
export interface Written {
  imported: number;
  unchanged: number;
  skipped: number;
  /** Rows that another process left out while it imported the same file. */
  leftOut: number;
  transactions: number;
}

/** How often entities are read and changed anew because another writer was first. */
const ATTEMPTS = 10;

/** Writes what the first pass found valid. */
export async function writeFile<T extends object>(
  work: ImportWork<T>,
  checked: CheckedFile,
): Promise<Written> {
  const { onProgress, signal } = work.options;
  const written: Written = { imported: 0, unchanged: 0, skipped: 0, leftOut: 0, transactions: 0 };
  let done = 0;
  for await (const batch of batchesIn(work)) {
    signal?.throwIfAborted();
    const planned = checked.batches[batch.position];
    if (planned?.digest !== digestOf(batch)) throw changed(work.file.path);
    const valid = planned.rows - planned.refused.length;
    // What is under way is not broken off: whether it was committed would have to be found out by the next run.
    if (planned.isCommitted) written.skipped += valid;
    else if (valid > 0) await writeBatch(work, batch, planned, written);
    done += planned.rows;
    const refused = checked.refused + written.leftOut;
    onProgress?.({ phase: 'writing', done, total: checked.rows, refused });
  }
  if (done !== checked.rows) throw changed(work.file.path);
  return written;
}

async function writeBatch<T extends object>(
  work: ImportWork<T>,
  batch: Batch,
  { refused }: PlannedBatch,
  written: Written,
): Promise<void> {
  const lines = new Set(refused);
  const name = work.names.batch(batch, refused);
  const rows = batch.rows
    .filter(isReadable)
    .filter(({ line }) => !lines.has(line))
    .map((row) => entityRow(work.schema, row, work.options.update));
  const before = work.commits.count;
  try {
    const changes = work.options.update ? await update(work, rows, name) : await insert(work, rows, name);
    written.unchanged += rows.length - changes;
    // Where nothing was committed here, another process has, the very same.
    if (work.commits.count === before) written.skipped += changes;
    else {
      written.imported += changes;
      written.transactions++;
    }
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    if (error.code !== 'IDEMPOTENCY_KEY_REUSED') throw refusedBatch(batch, rows, error);
    // Another process has imported this batch since it was looked for: with other ids, or not all of it.
    const missing = await takeStock(work, batch, rows, refused);
    written.skipped += rows.length - missing;
    written.leftOut += missing;
  }
}

/**
 * Looks at what another process has committed of a batch, and tells of what it left out.
 *
 * @returns how many rows that are
 * @throws ConflictError for any of them, unless other rows than all may be imported · ImmuError IDEMPOTENCY_KEY_REUSED
 */
async function takeStock<T extends object>(
  work: ImportWork<T>,
  batch: Batch,
  rows: readonly EntityRow<T>[],
  refused: readonly number[],
): Promise<number> {
  const { update, acceptValid, onRefused } = work.options;
  const committed = await committedBatch(work, batch, refused);
  if (committed === undefined)
    throw new ConflictError(
      `Lines ${String(batch.firstLine)} to ${String(batch.lastLine)} were imported by another process meanwhile, and the server does not ` +
        'show what. Run it again.',
    );
  // The name of an update says which rows are left out.
  if (update) return 0;
  const missing = leftOut(batch, committed, rows);
  if (missing.size > 0 && !acceptValid)
    throw new ConflictError(
      `Another process imports this file, too, and has left out ${String(missing.size)} of lines ${String(batch.firstLine)} to ` +
        `${String(batch.lastLine)}, in transaction ${String(committed.txId)}. Run it again: it tells which, and goes on if only what is ` +
        'valid is to be imported.',
      { details: { txId: committed.txId, lines: [...missing.keys()] } },
    );
  for (const { row } of rows) {
    const message = missing.get(row.line);
    if (message !== undefined) await onRefused?.({ line: row.line, message, raw: row.raw });
  }
  return missing.size;
}

async function insert<T extends object>(
  { repository }: ImportWork<T>,
  rows: readonly EntityRow<T>[],
  idempotencyKey: string,
): Promise<number> {
  await repository.insertMany(
    rows.map(({ entity }) => entity),
    { idempotencyKey },
  );
  return rows.length;
}

/** @returns how many were changed, or are new */
async function update<T extends object>(
  { repository, schema }: ImportWork<T>,
  rows: readonly EntityRow<T>[],
  idempotencyKey: string,
): Promise<number> {
  const ids = idsOf(schema, rows);
  for (let attempt = 1; ; attempt++) {
    const stored = await repository.findMany(ids);
    const before = stored.map((entity) => entity && trackedOf(entity)?.evidence.txId);
    const entities = rows.map((row, index) => patched(schema, row, stored[index]));
    try {
      await repository.saveMany(entities, { idempotencyKey });
      return entities.filter((entity, index) => trackedOf(entity)?.evidence.txId !== before[index]).length;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
}

function changed(path: string): ImmuError {
  return new ImmuError(
    'INVALID_ARGUMENT',
    `The file ${path} was changed while it was imported. What was written of it stays; import a file that nobody writes to.`,
  );
}

/** The same error, naming the lines. */
function refusedBatch<T extends object>(
  { firstLine, lastLine }: Batch,
  rows: readonly EntityRow<T>[],
  error: ImmuError,
): ImmuError {
  const keys = new Set(changedKeys(error).map(toMapKey));
  const named = rows.filter(({ key }) => keys.has(toMapKey(key))).map(({ row: { line } }) => line);
  const where =
    named.length === 0
      ? `Lines ${String(firstLine)} to ${String(lastLine)}`
      : `Line ${named.slice(0, 5).join(', ')}${named.length > 5 ? ' and others' : ''}`;
  const { code, details, retryable } = error;
  return new ImmuError(
    code,
    `${where}: ${error.message} What stood before in the file is imported, and is passed over when the same file is imported again.`,
    { cause: error, retryable, details: { ...details, firstLine, lastLine, lines: named } },
  );
}

function changedKeys({ details: { changed: keys } }: ImmuError): Uint8Array[] {
  return Array.isArray(keys) ? keys.filter((key) => key instanceof Uint8Array) : [];
}

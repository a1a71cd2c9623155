// The second pass: what was found valid is written, batch by batch, each in one transaction under the batch's own name.

import { toMapKey } from '../bytes.js';
import type { IdOf, UpdateData } from '../entity/entity-types.js';
import { ConflictError, ImmuError } from '../errors.js';
import { trackedOf } from '../repository/verified.js';
import { type Batch, digestOf } from './batches.js';
import type { CheckedFile, PlannedBatch } from './check-file.js';
import { type EntityRow, entityRow } from './entity-rows.js';
import { isReadable } from './source-row.js';
import { batchesIn, type ImportWork } from './work.js';

/** What was written. */
export interface Written {
  imported: number;
  unchanged: number;
  skipped: number;
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
  const written: Written = { imported: 0, unchanged: 0, skipped: 0, transactions: 0 };
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
    onProgress?.({ phase: 'writing', done, total: checked.rows, refused: checked.refused });
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
    .map((row) => entityRow(work.schema, row));
  try {
    const changes = work.options.update ? await update(work, rows, name) : await insert(work, rows, name);
    written.imported += changes;
    written.unchanged += rows.length - changes;
    if (changes > 0) written.transactions++;
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    // Another process has imported this very batch since it was looked for.
    if (error.code === 'IDEMPOTENCY_KEY_REUSED') written.skipped += rows.length;
    else throw refusedBatch(batch, rows, error);
  }
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
  const ids = rows.map(({ entity }): IdOf<T> => schema.idOf(entity));
  for (let attempt = 1; ; attempt++) {
    const stored = await repository.findMany(ids);
    const before = stored.map((entity) => entity && trackedOf(entity)?.evidence.txId);
    const entities = rows.map(({ row, entity }, index): T => {
      const current = stored[index];
      if (current === undefined) return entity;
      const given = schema.properties.filter(({ property, isId }) => !isId && property in row.data);
      const patch = given.map(
        ({ property }) => [property, Reflect.get(entity, property) as unknown] as const,
      );
      schema.assign(current, Object.fromEntries(patch) as UpdateData<T>);
      return current;
    });
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

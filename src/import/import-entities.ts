// An import from beginning to end: the file's name in the ledger, the pass that checks, the pass that writes.

import type { EntityClass } from '../entity/entity-types.js';
import { ConflictError } from '../errors.js';
import { contextOf } from '../repository/ledger-context.js';
import type { Ledger } from '../repository/ledger.js';
import { mostRowsEach } from './batch-size.js';
import { type CheckedFile, checkFile } from './check-file.js';
import { Columns } from './columns.js';
import { begin, begunWith, importNames } from './import-keys.js';
import { checkedOptions, type CheckedOptions, type ImportOptions, type ImportReport } from './options.js';
import { SourceFile } from './source-file.js';
import type { ImportWork } from './work.js';
import { watchedRepository } from './watched-repository.js';
import { writeFile, type Written } from './write-file.js';

const NOTHING: Written = { imported: 0, unchanged: 0, skipped: 0, leftOut: 0, transactions: 0 };

/**
 * Stores what a file holds, an entity for each row: newline-delimited JSON or comma-separated values. All of the file is
 * checked before any of it is written: syntax, columns, types, validators, sizes, ids. Each row is stored exactly once, however
 * often the import is broken off and run again: the ledger itself knows the file by its SHA-256, and how far it is.
 *
 * Hooks before a save run in both passes. With `update`, validators are asked of the entity a row becomes: what is stored with
 * the properties the row has. Memory does not grow with the file but for about 50 bytes for each id and
 * unique value in it.
 *
 * @param ledger open, and with the entity; write in somebody's name by `ledger.as`
 * @param entity its class
 * @param source the path of a file, which must not change meanwhile
 * @returns what was found and done. Rows that were refused are told to `onRefused`; without `acceptValid` nothing was written then
 * @throws TypeError for options that are none · ImmuError INVALID_ARGUMENT for a file that cannot be read, or a header that does
 *   not fit; ACTOR_REQUIRED, BATCH_TOO_LARGE, CONFLICT, UNIQUE_VIOLATION and others, naming lines
 * @throws what `signal` was aborted with
 * @example
 * const refused: RefusedRow[] = [];
 * const report = await ledger.as({ actor: 'migration' }, () =>
 *   importEntities(ledger, Account, './accounts.csv', { onRefused: (row) => void refused.push(row) }),
 * );
 */
export async function importEntities<T extends object>(
  ledger: Ledger,
  entity: EntityClass<T>,
  source: string | URL,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const began = performance.now();
  const checked = checkedOptions(source, options);
  const context = contextOf(ledger);
  const schema = context.entities.of(entity);
  const names = schema.properties.map(({ property }) => property);
  const columns = new Columns(schema.className, names, checked.map);
  // Whether anybody must be named is better known before a long look at the file.
  context.provenance.current([schema]);
  const file = await SourceFile.open(source, checked.signal);
  try {
    const watched = watchedRepository(context, schema);
    const parts = { context, schema, ...watched, file, columns, options: checked };
    return await imported(await begunWork(parts), began);
  } finally {
    await file.close();
  }
}

/** Takes up an import that was begun, as it was begun. @throws TypeError for more rows in a transaction than it takes */
async function begunWork<T extends object>(
  parts: Omit<ImportWork<T>, 'names' | 'rowsEach' | 'resumed'>,
): Promise<ImportWork<T>> {
  const { context, schema, file, options } = parts;
  const { client } = context;
  const names = importNames(file.digest, options, schema.keys);
  const most = mostRowsEach(schema, client.limits);
  const rowsEach = rowsAsked(options, most, schema.className);
  const { signal } = options;
  const begun = await begunWith(client, names, client.limits.maxEntriesPerTx, { signal });
  return { ...parts, names, rowsEach: begun ?? rowsEach, resumed: begun !== undefined };
}

function rowsAsked({ batch }: CheckedOptions, most: number, className: string): number {
  if (batch === undefined || batch <= most) return batch ?? most;
  throw new TypeError(
    `One transaction takes ${String(most)} of ${className} in any case: import no more at once.`,
  );
}

async function imported<T extends object>(work: ImportWork<T>, began: number): Promise<ImportReport> {
  const { options, file, rowsEach, resumed } = work;
  const checked = await checkFile(work);
  const mayWrite = !options.check && checked.isWhole && (checked.refused === 0 || options.acceptValid);
  const { leftOut, ...written } = mayWrite ? await write(work, checked) : NOTHING;
  return {
    digest: file.digest,
    rows: checked.rows,
    ...written,
    refused: checked.refused + leftOut,
    batch: rowsEach,
    resumed,
    complete: mayWrite,
    ms: Math.round(performance.now() - began),
  };
}

async function write<T extends object>(work: ImportWork<T>, checked: CheckedFile): Promise<Written> {
  const { context, names, rowsEach, resumed } = work;
  const hasAny = checked.batches.some(({ rows, refused }) => rows > refused.length);
  if (hasAny && !resumed && !(await begin(context.client, names, rowsEach))) {
    throw new ConflictError(
      'Another process has begun to import this file meanwhile. Nothing was written by this one: run it again to go on with both.',
    );
  }
  return writeFile(work, checked);
}

// What the two passes of one import work with.

import type { EntitySchema } from '../entity/entity-schema.js';
import type { RepositoryContext } from '../repository/context.js';
import type { Repository } from '../repository/repository.js';
import { batchesOf, type Batch } from './batches.js';
import type { Columns } from './columns.js';
import { csvRows } from './csv-rows.js';
import type { ImportNames } from './import-keys.js';
import { ndjsonRows } from './ndjson-rows.js';
import type { CheckedOptions } from './options.js';
import type { SourceFile } from './source-file.js';
import type { Commits } from './watched-repository.js';

/** One import, under way. */
export interface ImportWork<T extends object> {
  readonly context: RepositoryContext;
  readonly schema: EntitySchema<T>;
  readonly repository: Repository<T>;
  /** What the repository has committed. */
  readonly commits: Commits;
  readonly file: SourceFile;
  readonly columns: Columns;
  readonly options: CheckedOptions;
  readonly names: ImportNames;
  /** The most rows of one transaction. */
  readonly rowsEach: number;
  /** Whether an earlier run began it. */
  readonly resumed: boolean;
}

/** The rows of the file from the beginning, in batches. */
export function batchesIn<T extends object>(work: ImportWork<T>): AsyncGenerator<Batch, void, undefined> {
  const { file, columns, options, rowsEach } = work;
  const chunks = file.chunks(options.signal);
  const rows = options.format === 'csv' ? csvRows(chunks, columns) : ndjsonRows(chunks, columns);
  return batchesOf(rows, rowsEach);
}

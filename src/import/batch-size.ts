// How much goes into one transaction of an import.

import type { ClientLimits } from '../client/index.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import { ImmuError } from '../errors.js';
import { utf8 } from '../bytes.js';
import { batchLimitOf } from '../repository/write/forecast.js';
import type { Batch } from './batches.js';
import type { CheckedRow } from './entity-rows.js';
import type { ImportWork } from './work.js';

/** What a record has besides its key, its payload and its lists of keys, at the most and rounded up: lengths and numbers. */
const RECORD_BYTES = 256;

/** The most rows of one transaction, whatever index entries they move: the batch leaves a key of its own. */
export function mostRowsEach<T extends object>(schema: EntitySchema<T>, limits: ClientLimits): number {
  const { maxEntriesPerTx, maxPreconditions } = limits;
  return batchLimitOf(schema, {
    ...limits,
    maxEntriesPerTx: maxEntriesPerTx - 1,
    maxPreconditions: maxPreconditions - 1,
  });
}

/**
 * Refuses a batch that one transaction does not take, before anything is written.
 *
 * @throws ImmuError BATCH_TOO_LARGE
 */
export function assertBatchFits<T extends object>(
  { context, schema, rowsEach, resumed, options }: ImportWork<T>,
  { firstLine, lastLine }: Batch,
  rows: readonly CheckedRow<T>[],
): void {
  const { limits } = context.client;
  const texts = Object.values(context.provenance.current([schema])).map((text) => utf8(String(text)).length);
  const each = RECORD_BYTES + texts.reduce((sum, bytes) => sum + bytes, 0);
  const bytes = rows.reduce((sum, row) => sum + each + sizeOf(row), 0);
  // An update may delete as many entries as it writes.
  const per = options.update ? 2 : 1;
  const entries = rows.reduce((sum, { write }) => sum + 1 + per * write.indexEntries.length, 1);
  if (bytes <= limits.maxMessageBytes && entries <= limits.maxEntriesPerTx) return;
  const remedy = resumed
    ? `The import was begun with ${String(rowsEach)} rows in a transaction, and the entity has become larger since: finish it ` +
      'with the entity as it was.'
    : `Import fewer than ${String(rowsEach)} rows in a transaction.`;
  throw new ImmuError(
    'BATCH_TOO_LARGE',
    `Lines ${String(firstLine)} to ${String(lastLine)} would be a transaction of ${String(entries)} entries and ${String(bytes)} ` +
      `bytes, and one takes ${String(limits.maxEntriesPerTx)} and ${String(limits.maxMessageBytes)}. Nothing was written. ${remedy}`,
    { details: { firstLine, lastLine, entries, bytes } },
  );
}

/** Bytes of keys and values. Index keys are listed in the record, too. */
function sizeOf<T extends object>({ key, write: { payload, indexEntries } }: CheckedRow<T>): number {
  const ofIndexes = indexEntries.reduce(
    (sum, entry) => sum + 2 * entry.key.length + entry.value.length + 8,
    0,
  );
  return key.length + payload.length + ofIndexes;
}

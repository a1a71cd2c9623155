// What was committed of a batch, held against what the batch is now: the code that judges rows may be another.

import { toMapKey } from '../bytes.js';
import { ImmuError } from '../errors.js';
import type { Batch } from './batches.js';
import type { CommittedBatch } from './committed-batch.js';
import type { EntityRow } from './entity-rows.js';

/**
 * Which rows were left out when the rows around them were imported.
 *
 * @param rows those that are valid now
 * @returns what to tell of them, by the line they begin in
 * @throws ImmuError IDEMPOTENCY_KEY_REUSED where it cannot be told which they were
 */
export function leftOut<T extends object>(
  { firstLine, lastLine }: Batch,
  { txId, keys }: CommittedBatch,
  rows: readonly EntityRow<T>[],
): ReadonlyMap<number, string> {
  const missing = rows.filter(({ key, hasId }) => hasId && !keys.has(toMapKey(key)));
  const taken = rows.length - missing.length;
  const story = `It was left out when the rows around it were imported, in transaction ${String(txId)}.`;
  if (taken === keys.size) return new Map(missing.map(({ row }) => [row.line, story]));
  throw new ImmuError(
    'IDEMPOTENCY_KEY_REUSED',
    `Of lines ${String(firstLine)} to ${String(lastLine)}, ${String(keys.size)} rows were imported in transaction ${String(txId)}, ` +
      `and ${String(taken)} would be now: what is valid was judged otherwise then. Nothing of them was written by this run. Go on ` +
      'with the code of that time, and put what it refused into a file of its own.',
    { details: { firstLine, lastLine, txId, committed: keys.size, valid: taken } },
  );
}

// What an earlier run committed: found by the key it left, and read from the transaction itself.

import { equalBytes, toMapKey } from '../bytes.js';
import type { Batch } from './batches.js';
import type { ImportWork } from './work.js';

/** A batch that is in the ledger. */
export interface CommittedBatch {
  readonly txId: bigint;
  /** The records of the entity that were written. */
  readonly keys: ReadonlySet<string>;
}

/**
 * Looks for a batch, with proof of what is found.
 *
 * @param refused the lines of it that are not imported
 * @returns undefined if the server shows none: the write itself is refused then if there is one
 */
export async function committedBatch<T extends object>(
  { context: { client }, schema, names, options: { signal, update } }: ImportWork<T>,
  batch: Batch,
  refused: readonly number[],
): Promise<CommittedBatch | undefined> {
  const found = await client.verifiedGet(names.keyOf(names.batch(batch, refused)), { signal });
  if (found === undefined) return undefined;
  // An update writes only what it changes: its entries tell nothing of the others.
  if (update) return { txId: found.txId, keys: new Set() };
  const { prefix } = schema.keys;
  const { entries } = await client.verifiedTx(found.txId, { signal });
  const records = entries
    .map(({ storedKey }) => storedKey.subarray(1))
    .filter((key) => equalBytes(key.subarray(0, prefix.length), prefix));
  return { txId: found.txId, keys: new Set(records.map(toMapKey)) };
}

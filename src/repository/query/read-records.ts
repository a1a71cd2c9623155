// The records that listed keys stand for, proven, as they are or as they were at a transaction.
import { toMapKey } from '../../bytes.js';
import type { ImmuClient, VerifiedEntry } from '../../client/index.js';
import type { CallScope } from '../../client/call-scope.js';
import { concurrently } from '../../client/concurrently.js';
import { leftOf } from '../../client/verified/bounds.js';
import { ImmuError } from '../../errors.js';
import { decodeRevision, type StoredRevision } from '../stored-revision.js';
import { revisionsAt } from '../time/revision-at.js';
import type { QuerySource, View } from './source.js';
import { isUnreadable, type OnUnreadable, readable } from './unreadable.js';

/** How to read. */
export interface ReadTerms extends View {
  /** Told of records that cannot be read; undefined: the first of them fails the query. */
  readonly onUnreadable: OnUnreadable | undefined;
}

/** A record that was read. */
export interface ReadRecord<T extends object> {
  /** As it is now, proven. */
  readonly entry: VerifiedEntry;
  /** As of the moment asked for; undefined if it was not there yet, or cannot be read. */
  readonly revision: StoredRevision<T> | undefined;
}

/** Revisions read at once one by one, after one among many could not be read. */
const SINGLE_READS = 8;

/**
 * Reads and proves records.
 *
 * @param keys record keys, of which some may be equal, or not exist
 * @returns by key (one character per byte); absent ones are missing
 * @throws ImmuError UNREADABLE_RECORD, UNSUPPORTED_FORMAT without `terms.onUnreadable`
 */
export async function readRecords<T extends object>(
  source: QuerySource<T>,
  keys: readonly Uint8Array[],
  terms: ReadTerms,
  scope: CallScope,
): Promise<ReadonlyMap<string, ReadRecord<T>>> {
  const distinct = [...new Map(keys.map((key) => [toMapKey(key), key])).values()];
  const found = (await currentEntries(source.context.client, distinct, scope)).filter(
    (entry) => entry !== undefined,
  );
  const isLater = ({ txId }: VerifiedEntry) => terms.asOf !== undefined && txId > terms.asOf;
  const earlier = await revisionsBefore(source, found.filter(isLater), terms, scope);
  const records = new Map<string, ReadRecord<T>>();
  for (const entry of found) {
    const name = toMapKey(entry.key);
    const revision = isLater(entry)
      ? earlier.get(name)
      : await readable(entry, terms.onUnreadable, () => decodeRevision(source.schema, entry));
    records.set(name, { entry, revision });
  }
  return records;
}

/** As many in one call as fit its answer. */
async function currentEntries(
  client: ImmuClient,
  keys: readonly Uint8Array[],
  scope: CallScope,
): Promise<(VerifiedEntry | undefined)[]> {
  try {
    return await client.verifiedGetAll(keys, leftOf(scope));
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'MESSAGE_TOO_LARGE' || keys.length <= 1) throw error;
    const half = Math.ceil(keys.length / 2);
    const first = await currentEntries(client, keys.slice(0, half), scope);
    return [...first, ...(await currentEntries(client, keys.slice(half), scope))];
  }
}

/** What was written since is taken as it was: the revision before. */
async function revisionsBefore<T extends object>(
  { context, schema }: QuerySource<T>,
  entries: readonly VerifiedEntry[],
  { asOf, onUnreadable }: ReadTerms,
  scope: CallScope,
): Promise<ReadonlyMap<string, StoredRevision<T> | undefined>> {
  if (entries.length === 0 || asOf === undefined) return new Map();
  const readAt = (keys: readonly Uint8Array[]) => revisionsAt(context, schema, keys, asOf, leftOf(scope));
  const keys = entries.map(({ key }) => key);
  let revisions: readonly (StoredRevision<T> | undefined)[];
  try {
    revisions = await readAt(keys);
  } catch (error) {
    if (onUnreadable === undefined || !isUnreadable(error)) throw error;
    // One of them cannot be read, and does not say what the others are.
    revisions = await concurrently(entries, SINGLE_READS, (entry) =>
      readable(entry, onUnreadable, async () => (await readAt([entry.key]))[0]),
    );
  }
  return new Map(keys.map((key, index) => [toMapKey(key), revisions[index]]));
}

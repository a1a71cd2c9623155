// What an entity was as of a transaction: its last revision not after it, and the next one, which names it, as proof that
// none was in between.

import type { OperationOptions } from '../../client/index.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
import type { RepositoryContext } from '../context.js';
import type { StoredSchema } from '../entity-bytes.js';
import { decodeRevision, type StoredRevision } from '../stored-revision.js';
import { boundaryHint } from './boundary-hint.js';
import { chained, type ChainedEntry, type ChainOf, latestOf } from './chain.js';
import { lastBefore, type Line } from './locate.js';
import { type TimeLeft, timeLeft } from './time-left.js';

/** What reading needs of a ledger. */
type Reading = Pick<RepositoryContext, 'client'>;

/** The operation, for those who are told of a contradiction. */
const OPERATION = 'at';

/** Entities looked into at once: each takes several calls, which share the server's slots with every other client. */
const ENTITIES_AT_ONCE = 8;

/**
 * The last revision of an entity that was committed in transaction `txId` or before, tombstones included.
 *
 * Where a later revision exists, this one is proven to be the last before it: the later one is committed after `txId` and
 * names it. Where the server shows none, that it is the latest is not provable. A chain that forked between the two is
 * not noticed here in all cases: that is for `history` to find.
 *
 * Costs one call if the latest revision is not after `txId`, and two if the one before it is not. Else the server is asked
 * for a list as a hint, which costs one call for up to 33 revisions and one more for each doubling, and the two next to
 * `txId` are proven; where the list does not lead to them, the chain is followed back from the latest.
 *
 * @param key the record key
 * @param txId from 0n; SERVER_BEHIND where the server does not have it
 * @returns undefined if the first revision is later, which is proven, or if the server says there is none at all, which
 *   is not
 * @throws VerificationError CHAIN_BROKEN if a revision that another one names is not shown · ChainForkError
 * @throws ImmuError UNREADABLE_RECORD, UNSUPPORTED_FORMAT
 */
export async function revisionAt<T extends object>(
  { client }: Reading,
  schema: EntitySchema<T>,
  key: Uint8Array,
  txId: bigint,
  options: OperationOptions,
): Promise<StoredRevision<T> | undefined> {
  assertTxId(txId);
  if (txId === 0n) return undefined;
  const found = await entryAt({ client }, schema, key, txId, options);
  return found === undefined ? undefined : decodeRevision(schema, found.entry);
}

/** {@link revisionAt}, with the entity left as its bytes. @param txId from 1n */
export async function entryAt(
  { client }: Reading,
  schema: StoredSchema,
  key: Uint8Array,
  txId: bigint,
  options: OperationOptions,
): Promise<ChainedEntry | undefined> {
  const left = timeLeft(client, OPERATION, options);
  const chain = { client, schema, key, operation: OPERATION };
  const latest = await latestOf(chain, { ...left(), sinceTx: txId });
  return latest && lastBefore(chain, latest, lineAfter(chain, txId, left), left);
}

/**
 * The same for many entities, whose latest revisions are read as of one moment; only those that are later than `txId` are
 * looked into one by one.
 *
 * @returns in the order of `keys`
 * @throws as {@link revisionAt}
 */
export async function revisionsAt<T extends object>(
  { client }: Reading,
  schema: EntitySchema<T>,
  keys: readonly Uint8Array[],
  txId: bigint,
  options: OperationOptions,
): Promise<(StoredRevision<T> | undefined)[]> {
  assertTxId(txId);
  if (txId === 0n) return keys.map(() => undefined);
  const left = timeLeft(client, OPERATION, options);
  const latest = await client.verifiedGetAll(keys, left());
  const read = async (key: Uint8Array, index: number): Promise<StoredRevision<T> | undefined> => {
    const entry = latest[index];
    if (entry === undefined) return undefined;
    const chain = { client, schema, key, operation: OPERATION };
    const found = await lastBefore(chain, chained(chain, entry), lineAfter(chain, txId, left), left);
    return found === undefined ? undefined : decodeRevision(schema, found.entry);
  };
  const found: (StoredRevision<T> | undefined)[] = [];
  for (let at = 0; at < keys.length; at += ENTITIES_AT_ONCE) {
    const some = keys.slice(at, at + ENTITIES_AT_ONCE);
    found.push(...(await Promise.all(some.map((key, index) => read(key, at + index)))));
  }
  return found;
}

/** The line after a transaction. */
function lineAfter({ client, key }: ChainOf, txId: bigint, left: TimeLeft): Line {
  return {
    isAfter: (revision) => revision.txId > txId,
    hint: (latest) => boundaryHint(client, key, latest, txId, left),
  };
}

function assertTxId(txId: unknown): void {
  if (typeof txId === 'bigint' && txId >= 0n) return;
  throw new TypeError('at: a transaction is named by its id, a bigint of at least 0n');
}

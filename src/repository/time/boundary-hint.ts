// Where among an entity's revisions a transaction or a number falls, as the server lists them: a hint, proven by whoever
// uses it.

import type { ImmuClient, OperationOptions } from '../../client/index.js';
import { ImmuError, type ImmuErrorCode } from '../../errors.js';
import type { TimeLeft } from './time-left.js';

/** Two writes of a key that follow one another, by their transactions. */
export interface BoundaryHint {
  /** The last one that is wanted; 0n for none. */
  readonly before: bigint;
  /** The next one. */
  readonly after: bigint;
}

/** Revisions listed in one call: most entities have no more, and their values come with them. */
const PAGE = 32n;

/** What ends an operation, whatever could be tried instead. */
const ENDINGS: ReadonlySet<ImmuErrorCode> = new Set(['ABORTED', 'CLOSED', 'DEADLINE_EXCEEDED']);

/** A place in the list, from 1, and the transaction there. */
interface Place {
  readonly position: bigint;
  readonly txId: bigint;
}

/**
 * Bisects the list of a key's writes.
 *
 * @param latest the newest revision, whose number is its position in the list, later than `txId`
 * @returns undefined if the list cannot be had or contradicts itself
 */
export async function boundaryHint(
  client: ImmuClient,
  key: Uint8Array,
  latest: { readonly revision: bigint; readonly txId: bigint },
  txId: bigint,
  left: TimeLeft,
): Promise<BoundaryHint | undefined> {
  let before: Place = { position: 0n, txId: 0n };
  let after: Place = { position: latest.revision, txId: latest.txId };
  for (let size = PAGE; after.position - before.position > 1n;) {
    const [first, count] = middle(before.position, after.position, size);
    const listed = await listedTxIds(client, key, first, count, left());
    if (listed === 'too large' && size > 1n) {
      size = 1n;
      continue;
    }
    if (!Array.isArray(listed) || !ascends([before.txId, ...listed, after.txId])) return undefined;
    for (const [index, listedTxId] of listed.entries()) {
      const place = { position: first + BigInt(index), txId: listedTxId };
      if (listedTxId <= txId) before = place;
      else if (place.position < after.position) after = place;
    }
  }
  return { before: before.txId, after: after.txId };
}

/**
 * Looks up the write at a position of the list, and the one after it.
 *
 * @param position from 1, at least two before the last
 * @param latestTxId the transaction of the last
 * @returns as {@link boundaryHint}
 */
export async function hintAtPosition(
  client: ImmuClient,
  key: Uint8Array,
  position: bigint,
  latestTxId: bigint,
  left: TimeLeft,
): Promise<BoundaryHint | undefined> {
  const listed = await listedTxIds(client, key, position, 2n, left());
  if (!Array.isArray(listed) || !ascends([0n, ...listed, latestTxId])) return undefined;
  const [before, after] = listed;
  return before === undefined || after === undefined ? undefined : { before, after };
}

/** Up to `size` positions in the middle between two: the first, and how many. */
function middle(before: bigint, after: bigint, size: bigint): [bigint, bigint] {
  const between = after - before - 1n;
  if (between <= size) return [before + 1n, between];
  return [before + 1n + (between - size) / 2n, size];
}

async function listedTxIds(
  client: ImmuClient,
  key: Uint8Array,
  first: bigint,
  count: bigint,
  options: OperationOptions,
): Promise<bigint[] | 'too large' | undefined> {
  try {
    const page = await client.history(key, { ...options, offset: first - 1n, limit: Number(count) });
    return page.length === Number(count) ? page.map((entry) => entry.txId) : undefined;
  } catch (error) {
    if (!(error instanceof ImmuError) || ENDINGS.has(error.code)) throw error;
    return error.code === 'MESSAGE_TOO_LARGE' ? 'too large' : undefined;
  }
}

function ascends(txIds: readonly bigint[]): boolean {
  return txIds.every((txId, index) => index === 0 || txId > (txIds[index - 1] ?? txId));
}

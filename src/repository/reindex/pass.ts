// What the parts of a pass over an entity's indexes share, and how they read.

import type { OperationOptions, VerifiedEntry } from '../../client/index.js';
import { scopeOf } from '../../client/call.js';
import { equalBytes, NO_BYTES } from '../../bytes.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
import { ImmuError } from '../../errors.js';
import type { RepositoryContext } from '../context.js';
import type { KeyRange } from '../query/key-range.js';
import { Listing } from '../query/listing.js';
import type { ReindexProgress, ReindexTally } from './report.js';

/** How to complete or check the indexes of an entity. `timeoutMs` counts for each call, not for the whole. */
export interface ReindexOptions extends OperationOptions {
  /** Only look, and write nothing. Default false. */
  readonly check?: boolean;
  /** Told after every page. What it throws breaks off the pass, which can be run again. */
  readonly onProgress?: (progress: ReindexProgress) => void;
}

/** A pass over one entity. */
export interface Pass<T extends object> {
  readonly context: RepositoryContext;
  readonly schema: EntitySchema<T>;
  /** Only look. */
  readonly check: boolean;
  /** The bounds of each call. */
  readonly bounds: OperationOptions;
  readonly tally: ReindexTally;
}

/**
 * The keys of a range in their order, page by page, as the server lists them: hints, to be proven one by one.
 *
 * @throws VerificationError BINDING_MISMATCH for keys outside of the range, or out of order
 */
export async function* keysIn<T extends object>(
  { context: { client }, bounds, tally }: Pass<T>,
  range: KeyRange,
  limit: number,
): AsyncGenerator<readonly Uint8Array[]> {
  const listing = new Listing(client, 'reindex', { index: undefined, range, desc: false }, undefined);
  let scope = scopeOf(client.connection, 'reindex', bounds);
  for (;;) {
    const page = await listing.next(limit, scope);
    if (page.length === 0) return;
    const before = tally.proven;
    yield page.map(({ key }) => key);
    // Lists of what does not exist could go on for ever: they do not get more time.
    if (tally.proven > before) scope = scopeOf(client.connection, 'reindex', bounds);
  }
}

/**
 * Reads keys of one moment and proves them, in their order. What a reference leads to is not what is stored under the key:
 * it counts as absent.
 */
export async function entriesAt<T extends object>(
  { context: { client }, bounds, tally }: Pass<T>,
  keys: readonly Uint8Array[],
): Promise<(VerifiedEntry | undefined)[]> {
  if (keys.length === 0) return [];
  const found = await client.verifiedGetAll(keys, bounds);
  return found.map((entry, position) => {
    if (entry === undefined || !equalBytes(entry.key, keys[position] ?? NO_BYTES)) return undefined;
    tally.proven += 1;
    return entry;
  });
}

/** Does work on all items together, or on halves of them where they are too large for one answer. */
export async function inParts<Item, Found>(
  items: readonly Item[],
  work: (part: readonly Item[]) => Promise<Found[]>,
): Promise<Found[]> {
  try {
    return await work(items);
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'MESSAGE_TOO_LARGE' || items.length <= 1) throw error;
    const half = Math.ceil(items.length / 2);
    const first = await inParts(items.slice(0, half), work);
    return [...first, ...(await inParts(items.slice(half), work))];
  }
}

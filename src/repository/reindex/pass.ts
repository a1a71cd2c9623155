// What the parts of a pass over an entity's indexes share, and how they read.

import type { OperationOptions, VerifiedEntry } from '../../client/index.js';
import { scopeOf } from '../../client/call.js';
import { equalBytes } from '../../bytes.js';
import type { EntitySchema } from '../../entity/entity-schema.js';
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
  { context: { client }, bounds }: Pass<T>,
  range: KeyRange,
  limit: number,
): AsyncGenerator<readonly Uint8Array[]> {
  const listing = new Listing(client, 'reindex', { index: undefined, range, desc: false }, undefined);
  for (;;) {
    const page = await listing.next(limit, scopeOf(client.connection, 'reindex', bounds));
    if (page.length === 0) return;
    yield page.map(({ key }) => key);
  }
}

/**
 * Reads keys of one moment and proves them, in their order. What a reference leads to is not what is stored under the key:
 * it counts as absent.
 */
export async function entriesAt<T extends object>(
  { context: { client }, bounds }: Pass<T>,
  keys: readonly Uint8Array[],
): Promise<(VerifiedEntry | undefined)[]> {
  if (keys.length === 0) return [];
  const found = await client.verifiedGetAll(keys, bounds);
  return found.map((entry, position) =>
    entry !== undefined && equalBytes(entry.key, keys[position] ?? entry.key) ? entry : undefined,
  );
}

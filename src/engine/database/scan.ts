// Pages of keys, counts, and the history of a key.

import { kvKey } from '../../proof/layout/entry.js';
import type { KeyMetadata } from '../../proof/layout/kv-metadata.js';
import { MAX_INDEX_KEY, newestRevision, revisionAt } from '../index/revisions.js';
import { illegalArguments, refused } from '../service-failure.js';
import type { LedgerStore } from '../storage/ledger-store.js';
import { afterPrefix, type KeyRange, keysInRange } from './key-range.js';
import { readValue } from './log.js';
import { type FoundEntry, isExpired, readFound, type ReadView } from './read-entry.js';
import { illegalIndexArguments, isKeyNotFound, keyNotFound, pageLimit } from './refusals.js';

/** A page of keys, as applications have them. */
export interface ScanRange extends KeyRange {
  readonly limit: bigint;
  readonly sinceTx: bigint;
}

/** A page of a history. */
export interface HistoryRange {
  readonly key: Uint8Array;
  readonly offset: bigint;
  readonly limit: number;
  readonly desc: boolean;
  readonly sinceTx: bigint;
}

/** One revision of a key. */
export interface FoundRevision {
  readonly txId: bigint;
  readonly revision: bigint;
  readonly metadata: KeyMetadata | undefined;
  /** Without its prefix byte; empty where the revision has expired. Of a reference what it consists of. */
  readonly value: Uint8Array;
  readonly expired: boolean;
}

/** A page of keys with their values. Keys whose reference leads nowhere count but are not returned. @throws ServiceFailure */
export function scanKeys(store: LedgerStore, view: ReadView, range: ScanRange): FoundEntry[] {
  if (range.sinceTx > view.lastTxId) throw illegalArguments();
  const limit = pageLimit(range.limit);
  const stored = {
    ...range,
    prefix: kvKey(range.prefix),
    seekKey: range.seekKey.length > 0 ? kvKey(range.seekKey) : range.seekKey,
    endKey: range.endKey.length > 0 ? kvKey(range.endKey) : range.endKey,
  };
  const entries: FoundEntry[] = [];
  let taken = 0;
  for (const { key, row } of keysInRange(store, view, stored)) {
    try {
      entries.push(readFound(view, key, row, row.revision, 0));
    } catch (error) {
      if (!isKeyNotFound(error)) throw error;
    }
    if (++taken === limit) break;
  }
  return entries;
}

/** How many keys begin with the prefix, dead ones included. @throws ServiceFailure for one longer than keys are */
export function countKeys(store: LedgerStore, prefix: Uint8Array): bigint {
  const gte = kvKey(prefix);
  if (gte.length > MAX_INDEX_KEY) throw illegalIndexArguments();
  const lt = afterPrefix(gte);
  let count = 0n;
  for (const _ of store.range('keys', { gte, ...(lt === undefined ? {} : { lt }) })) count++;
  return count;
}

/** A page of a key's revisions. @throws ServiceFailure for a key never written, and exactly at the end of its history */
export function readHistory(
  view: ReadView,
  { key, offset, limit, desc, sinceTx }: HistoryRange,
): FoundRevision[] {
  const size = pageLimit(limit);
  if (sinceTx > view.lastTxId) throw illegalArguments();
  if (size < 1) throw illegalIndexArguments();
  const stored = kvKey(key);
  const count = newestRevision(view.rows, stored)?.revision;
  if (count === undefined) throw keyNotFound();
  if (offset === count) throw refused('tbtree: no more entries');
  const revisions: FoundRevision[] = [];
  for (let at = offset; at < count && revisions.length < size; at++) {
    revisions.push(revisionOf(view, stored, desc ? count - at : at + 1n));
  }
  return revisions;
}

function revisionOf(view: ReadView, stored: Uint8Array, revision: bigint): FoundRevision {
  const row = revisionAt(view.rows, stored, revision);
  view.saw?.(row.txId);
  const gone = isExpired(row.metadata, view.now);
  const value = gone ? new Uint8Array(0) : readValue(view.rows, row).subarray(1);
  return { txId: row.txId, revision, metadata: row.metadata, value, expired: gone };
}

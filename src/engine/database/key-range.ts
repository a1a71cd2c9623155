// The keys of a range, in order, as the index has them: what a scan of keys and one of a sorted set have in common.

import { compareBytes } from '../../bytes.js';
import { MAX_INDEX_KEY } from '../index/revisions.js';
import type { LedgerStore } from '../storage/ledger-store.js';
import { isExpired, type ReadView } from './read-entry.js';
import { illegalIndexArguments } from './refusals.js';
import { decodeKeyRow, type KeyRow } from './rows.js';

/** Which keys, stored, and from where to where. */
export interface KeyRange {
  readonly prefix: Uint8Array;
  /** Where to start, with the first or before it excluded unless `inclusiveSeek`; empty for the very first. */
  readonly seekKey: Uint8Array;
  /** Where to end; empty for the very last. */
  readonly endKey: Uint8Array;
  readonly desc: boolean;
  readonly inclusiveSeek: boolean;
  readonly inclusiveEnd: boolean;
  /** How many live keys to leave out first. */
  readonly offset: bigint;
}

/** A live key of the range, and its newest revision. */
export interface KeyInRange {
  readonly key: Uint8Array;
  readonly row: KeyRow;
}

/** The live keys of a range: those deleted or expired are passed over. @throws ServiceFailure */
export function* keysInRange(store: LedgerStore, view: ReadView, range: KeyRange): Generator<KeyInRange> {
  if (range.seekKey.length > MAX_INDEX_KEY || range.prefix.length > MAX_INDEX_KEY)
    throw illegalIndexArguments();
  let left = range.offset;
  for (const [key, value] of store.range('keys', boundsOf(range))) {
    const row = decodeKeyRow(value);
    if (row.metadata?.deleted === true || isExpired(row.metadata, view.now)) continue;
    if (left > 0n) left--;
    else yield { key, row };
  }
}

/** The first key after all that begin with the prefix, or `undefined` where there is none. */
export function afterPrefix(prefix: Uint8Array): Uint8Array | undefined {
  const end = prefix.slice();
  for (let at = end.length - 1; at >= 0; at--) {
    const byte = end[at] ?? 0;
    if (byte === 0xff) continue;
    end[at] = byte + 1;
    return end.subarray(0, at + 1);
  }
  return undefined;
}

/** The smallest key above this one. Beyond the longest key there can be, more bytes make no difference. */
function above(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(Math.min(key.length, MAX_INDEX_KEY) + 1);
  next.set(key.subarray(0, next.length));
  return next;
}

const larger = (a: Uint8Array, b: Uint8Array | undefined) =>
  b !== undefined && compareBytes(a, b) < 0 ? b : a;
const smaller = (a: Uint8Array | undefined, b: Uint8Array | undefined) =>
  a === undefined || (b !== undefined && compareBytes(b, a) < 0) ? b : a;

function boundsOf({ prefix, seekKey, endKey, desc, inclusiveSeek, inclusiveEnd }: KeyRange): {
  gte: Uint8Array;
  lt?: Uint8Array;
  reverse: boolean;
} {
  const [low, high] = desc ? [endKey, seekKey] : [seekKey, endKey];
  const [inclusiveLow, inclusiveHigh] = desc ? [inclusiveEnd, inclusiveSeek] : [inclusiveSeek, inclusiveEnd];
  const gte = larger(
    prefix,
    inclusiveLow || low.length === 0 ? low.subarray(0, MAX_INDEX_KEY + 1) : above(low),
  );
  const end = inclusiveHigh ? above(high) : high.subarray(0, MAX_INDEX_KEY + 1);
  const lt = smaller(afterPrefix(prefix), high.length === 0 ? undefined : end);
  return { gte, ...(lt === undefined ? {} : { lt }), reverse: desc };
}

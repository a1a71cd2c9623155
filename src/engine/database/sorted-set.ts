// Sorted sets: members are keys of their own space, in the order of set, score, length of the key, key. Scores are
// ordered by their raw bits, so that negative ones come after all others, as immudb has it.

import { concatBytes, NO_BYTES, u64be } from '../../bytes.js';
import { kvKey, sortedSetKey } from '../../proof/layout/entry.js';
import { illegalArguments } from '../service-failure.js';
import type { LedgerStore } from '../storage/ledger-store.js';
import type { Plan } from './commit-queue.js';
import { keysInRange } from './key-range.js';
import type { NewEntry } from './new-transaction.js';
import { type FoundEntry, readTarget, type ReadView } from './read-entry.js';
import { isKeyNotFound, pageLimit } from './refusals.js';
import type { DatabaseSettings } from './settings.js';
import { assertFits } from './write-keys.js';
import { assertMayBeReferenced } from './write-reference.js';

/** A member to be added to a set. */
export interface MemberWrite {
  readonly set: Uint8Array;
  readonly score: number;
  readonly key: Uint8Array;
  /** The transaction of the key to bind it to, or 0. */
  readonly atTx: bigint;
  readonly boundRef: boolean;
}

/** A member of a set, with the entry it points to. */
export interface FoundMember {
  readonly set: Uint8Array;
  readonly key: Uint8Array;
  readonly score: number;
  readonly atTx: bigint;
  /** Left out where what it points to was not asked for. */
  readonly entry: FoundEntry | undefined;
}

/** A page of a set. */
export interface MemberRange {
  readonly set: Uint8Array;
  readonly seekKey: Uint8Array;
  readonly seekScore: number;
  readonly seekAtTx: bigint;
  readonly inclusiveSeek: boolean;
  readonly limit: bigint;
  readonly desc: boolean;
  readonly minScore: number | undefined;
  readonly maxScore: number | undefined;
  readonly sinceTx: bigint;
  readonly offset: bigint;
}

const LENGTH_BYTES = 8;

/** Adds a member. @throws ServiceFailure, also from the plan */
export function planMember(member: MemberWrite, settings: DatabaseSettings): Plan {
  const { set, key, atTx, boundRef } = member;
  if (set.length === 0 || key.length === 0 || atTx > 0n !== boundRef) throw illegalArguments();
  return (view) => {
    assertMayBeReferenced(view, key, atTx);
    const entry = memberEntry(member, atTx);
    assertFits(entry, settings);
    return { entries: [entry] };
  };
}

/** A member as an entry. */
export function memberEntry({ set, score, key }: MemberWrite, atTx: bigint): NewEntry {
  return { key: sortedSetKey(set, score, key, atTx), metadata: undefined, value: NO_BYTES };
}

/** A stored member taken apart. @param stored with its prefix byte */
export function parseMember(
  stored: Uint8Array,
): Omit<FoundMember, 'entry'> & { readonly target: Uint8Array } {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const setAt = 1 + LENGTH_BYTES;
  const scoreAt = setAt + Number(view.getBigUint64(1));
  const targetAt = scoreAt + 2 * LENGTH_BYTES;
  const end = stored.length - LENGTH_BYTES;
  const target = stored.slice(targetAt, end);
  return {
    set: stored.slice(setAt, scoreAt),
    score: view.getFloat64(scoreAt),
    key: target.slice(1),
    target,
    atTx: view.getBigUint64(end),
  };
}

/**
 * A page of a set's members. Those outside of the scores asked for, and those whose key is gone, count but are not
 * returned.
 *
 * @throws ServiceFailure
 */
export function scanMembers(store: LedgerStore, view: ReadView, range: MemberRange): FoundMember[] {
  const { set, minScore, maxScore, sinceTx } = range;
  if (set.length === 0) throw illegalArguments();
  const limit = pageLimit(range.limit);
  if (sinceTx > view.lastTxId) throw illegalArguments();
  const prefix = concatBytes(Uint8Array.of(0x01), u64be(BigInt(set.length)), set);
  const rows = keysInRange(store, view, {
    prefix,
    seekKey: seekOf(prefix, range),
    endKey: NO_BYTES,
    desc: range.desc,
    inclusiveSeek: range.inclusiveSeek,
    inclusiveEnd: false,
    offset: range.offset,
  });
  const members: FoundMember[] = [];
  let taken = 0;
  for (const { key } of rows) {
    const { target, ...member } = parseMember(key);
    const outside =
      (minScore !== undefined && member.score < minScore) ||
      (maxScore !== undefined && member.score > maxScore);
    const entry = outside ? undefined : targetOf(view, target, member.atTx);
    if (entry !== undefined) members.push({ ...member, entry });
    if (++taken === limit) break;
  }
  return members;
}

/** What a member points to, if it is still there. */
export function targetOf(view: ReadView, target: Uint8Array, atTx: bigint): FoundEntry | undefined {
  try {
    return readTarget(view, target, atTx, 1);
  } catch (error) {
    if (isKeyNotFound(error)) return undefined;
    throw error;
  }
}

function seekOf(prefix: Uint8Array, range: MemberRange): Uint8Array {
  if (range.seekKey.length > 0) {
    const stored = kvKey(range.seekKey);
    const length = u64be(BigInt(stored.length));
    return concatBytes(prefix, scoreBits(range.seekScore), length, stored, u64be(range.seekAtTx));
  }
  const from = range.desc ? (range.maxScore ?? Number.MAX_VALUE) : (range.minScore ?? 0);
  return concatBytes(prefix, scoreBits(from));
}

function scoreBits(score: number): Uint8Array {
  const bits = new Uint8Array(LENGTH_BYTES);
  new DataView(bits.buffer).setFloat64(0, score);
  return bits;
}

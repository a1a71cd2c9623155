// Which transaction added a member to a sorted set. The server does not say; whoever wants the proof has to look for it. What was
// found is remembered as a hint: it proves nothing, and is proven again whenever it is used.

import { LRUCache } from 'lru-cache';
import { concatBytes, equalBytes, toMapKey, u64be } from '../../bytes.js';

/** Members remembered of all sets together. */
const MAX_MEMBERS = 100_000;

/** Members of one set that are taken note of, wanted or not. Beyond it, a search remembers only what it looks for. */
export const MAX_NOTED_MEMBERS = MAX_MEMBERS / 2;

/** What is known of one set: every member added up to a transaction. */
export interface KnownMembers {
  /** All transactions up to this one were looked at; 0 for none. */
  searchedTo: bigint;
  /** The transaction by stored key (one character per byte). */
  readonly txIds: Map<string, bigint>;
}

/** Where members of sorted sets were added. */
export class MemberTxs {
  readonly #sets = new LRUCache<string, KnownMembers>({
    maxSize: MAX_MEMBERS,
    sizeCalculation: ({ txIds }) => txIds.size + 1,
  });

  /** What is known of a set. */
  of(set: Uint8Array): KnownMembers {
    return this.#sets.get(toMapKey(set)) ?? { searchedTo: 0n, txIds: new Map() };
  }

  /** Forgets it: what was found was not so. */
  forget(set: Uint8Array): void {
    this.#sets.delete(toMapKey(set));
  }

  /** Remembers it, if it is not too much. */
  keep(set: Uint8Array, known: KnownMembers): void {
    this.#sets.set(toMapKey(set), known);
  }
}

const SORTED_SET = Uint8Array.of(0x01);

/** Whether a stored key is a member of the set: all of them begin with the set's name and its length. */
export function isMemberOf(set: Uint8Array): (storedKey: Uint8Array) => boolean {
  const prefix = concatBytes(SORTED_SET, u64be(BigInt(set.length)), set);
  return (storedKey) => equalBytes(storedKey.subarray(0, prefix.length), prefix);
}

// Verified lists of sorted sets: that each member was added is proven, and so is the value it leads to. That none is missing is
// not.

import { toMapKey } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import { entryDigest, sortedSetKey } from '../../proof/layout/entry.js';
import { sha256 } from '../../proof/layout/hash.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { ZEntry } from '../../wire/immudb/schema/sorted-set.js';
import { callService } from '../call.js';
import type { CallScope } from '../call-scope.js';
import type { Page } from '../key-value/paging.js';
import { type MemberCursor, toWireZScan, type ZScanOptions } from '../key-value/sorted-sets.js';
import { leftOf } from './bounds.js';
import type { VerifiedContext } from './context.js';
import type { ReadProof, VerifiedEntry } from './evidence.js';
import { checkedRead } from './fail-over.js';
import { findMembers, type ShownMember } from './find-members.js';
import { hasExpired, memberOf } from './member.js';
import { assertMembersAskedFor, memberMismatch } from './members-asked-for.js';
import { type ClaimedTx, proveClaimed } from './prove.js';
import { readProof, standsAgainst } from './read-proof.js';
import { assertFresh } from './scan.js';

/** A member of a sorted set: that it was added is proven, and the value it leads to. */
export interface VerifiedMember {
  readonly set: Uint8Array;
  readonly score: number;
  readonly key: Uint8Array;
  /** The transaction it is bound to; absent where it follows the latest value. */
  readonly atTx?: bigint;
  /** What it leads to. That it is the latest is not proven. */
  readonly entry: VerifiedEntry;
  /** What proves that it was added. */
  readonly proof: ReadProof;
}

/** Which members to list and prove. */
export interface VerifiedZScanOptions extends ZScanOptions {
  /**
   * Members were added in this transaction or later, the caller knows. The server does not say which transaction added a member:
   * where the one that wrote its value did not, and it is not known from before, all transactions from here on are looked through.
   * Default: the first.
   */
  readonly addedSince?: bigint;
}

const EMPTY_VALUE_HASH = sha256(new Uint8Array(0));

/**
 * Reads one page and proves every member of it.
 *
 * @returns without those whose value expired by now; and the place of the last the server showed
 * @throws VerificationError BINDING_MISMATCH for a member that was not asked for, is out of order, or was never added
 */
export async function verifiedZScanPage(
  context: VerifiedContext,
  set: Uint8Array,
  options: VerifiedZScanOptions,
  scope: CallScope,
): Promise<Page<VerifiedMember, MemberCursor>> {
  return checkedRead(context, 'verifiedZScan', scope, async () => {
    const { zScan } = ImmuServiceDefinition.methods;
    const request = toWireZScan(set, options);
    const { sinceTx } = options;
    const asOf = sinceTx ?? context.keeper.head?.txId ?? 0n;
    const call = { ...leftOf(scope), kind: 'read', sinceTx } as const;
    const { entries } = await callService(context.connection, zScan, request, call);
    assertMembersAskedFor(entries, request);
    const members = entries.map((shown) => assertShown(context, shown, asOf));
    const proven = await proveMembers(context, set, members, options.addedSince ?? 1n, scope);
    for (const { entry, atTx } of proven) if (atTx === undefined) context.floors.raise(entry.key, entry);
    return {
      items: proven.filter(({ entry }) => !hasExpired(entry.metadata)),
      last: proven[proven.length - 1],
    };
  });
}

async function proveMembers(
  context: VerifiedContext,
  set: Uint8Array,
  members: readonly ShownMember[],
  from: bigint,
  scope: CallScope,
): Promise<VerifiedMember[]> {
  try {
    const addedIn = await findMembers(context, set, members, from, scope);
    const txIds = new Set([...members.map(({ entry }) => entry.tx), ...addedIn.values()]);
    return await proveClaimed(context, { txIds }, scope, (transactions) =>
      members.map((member) => provenMember(context, member, addedIn, transactions)),
    );
  } catch (error) {
    // Where members were found is a hint of the server's, and must not stand in the way of a true one.
    context.members.forget(set);
    throw error;
  }
}

function assertShown(context: VerifiedContext, shown: ZEntry, asOf: bigint): ShownMember {
  const { set, score, key, atTx, entry } = shown;
  if (Number.isNaN(score)) throw notANumber(key);
  if (entry === undefined) throw memberMismatch('it comes without the value it leads to', key);
  if (entry.tx < 1n || entry.tx >= 1n << 63n || entry.referencedBy !== undefined)
    throw memberMismatch('it leads to what no member can lead to', key);
  if (atTx === 0n) assertFresh(context, key, entry.tx, asOf);
  else if (entry.tx !== atTx)
    throw memberMismatch('it is bound to another transaction than its value is from', key);
  return { shown, entry, storedKey: sortedSetKey(set, score, key, atTx) };
}

function notANumber(key: Uint8Array): ImmuError {
  return new ImmuError(
    'PROOF_UNAVAILABLE',
    'A member of the sorted set has a score that is not a number: there are many of that kind, and which one was stored the answer ' +
      'does not tell. List the set without proof, or by a range of scores.',
    { details: { key } },
  );
}

function provenMember(
  context: VerifiedContext,
  { shown, entry, storedKey }: ShownMember,
  addedIn: ReadonlyMap<string, bigint>,
  transactions: ReadonlyMap<bigint, ClaimedTx>,
): VerifiedMember {
  const { set, score, key, atTx } = shown;
  const added = transactions.get(addedIn.get(toMapKey(storedKey)) ?? 0n);
  const target = transactions.get(entry.tx);
  if (added === undefined || target === undefined)
    throw new TypeError('every transaction claimed is proven by now');
  const digest = entryDigest(added.header.version, storedKey, undefined, EMPTY_VALUE_HASH);
  const index = added.positions.get(toMapKey(digest));
  if (index === undefined) throw memberMismatch('the transaction that is said to have added it did not', key);
  return {
    set,
    score,
    key,
    ...(atTx === 0n ? {} : { atTx }),
    entry: memberOf(context, target, key, entry),
    proof: readProof(context, added, index, standsAgainst(context, added)),
  };
}

// Verified lists of keys: every entry is proven, references together with their targets. That none is missing is not proven.

import { compareBytes } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import type { Entry, ScanRequest } from '../../wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import type { CallScope } from '../call-scope.js';
import { concurrently } from '../concurrently.js';
import type { Page } from '../key-value/paging.js';
import { toWireScan, type ScanOptions } from '../listing.js';
import { printableKey } from '../printable-key.js';
import { leftOf } from './bounds.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedEntry, VerifiedValue } from './evidence.js';
import { checkedRead } from './fail-over.js';
import { assertNotStale } from './floors.js';
import { readOne } from './get.js';
import { claimedTx, claimedTxId, hasExpired, memberOf } from './member.js';
import { proveClaimed } from './prove.js';

/** References read at once: each is proven by itself, and so is its target. */
const READS_AT_ONCE = 16;

/** The key an entry was listed under. */
const listedKey = ({ key, referencedBy }: Entry): Uint8Array => referencedBy?.key ?? key;

/**
 * Reads one page and proves every entry of it.
 *
 * @returns without those that are gone by now; and the place of the last the server showed
 * @throws VerificationError BINDING_MISMATCH for an entry that was not asked for, out of order or not what was written
 */
export async function verifiedScanPage(
  context: VerifiedContext,
  options: ScanOptions,
  scope: CallScope,
): Promise<Page<VerifiedValue, Uint8Array>> {
  return checkedRead(context, 'verifiedScan', scope, async () => {
    const { scan } = ImmuServiceDefinition.methods;
    const request = toWireScan(options);
    const { sinceTx } = options;
    const asOf = sinceTx ?? context.keeper.head?.txId ?? 0n;
    const call = { ...leftOf(scope), kind: 'read', sinceTx } as const;
    const { entries } = await callService(context.connection, scan, request, call);
    assertAskedFor(entries, request);
    const proven = await provePlain(context, entries, asOf, scope);
    const found = await concurrently(entries, READS_AT_ONCE, async (entry) => {
      const member = proven.get(entry);
      // What the plain answer says of a reference is only a hint that it is one.
      if (member === undefined) return readOne(context, { key: listedKey(entry) }, scope);
      context.floors.raise(member.key, member);
      return hasExpired(member.metadata) ? undefined : { ...member, via: undefined };
    });
    const last = entries[entries.length - 1];
    return {
      items: found.filter((entry) => entry !== undefined),
      last: last === undefined ? undefined : listedKey(last),
    };
  });
}

/** Proves what is no reference. */
async function provePlain(
  context: VerifiedContext,
  entries: readonly Entry[],
  asOf: bigint,
  scope: CallScope,
): Promise<ReadonlyMap<Entry, VerifiedEntry>> {
  const plain = entries.filter(({ referencedBy }) => referencedBy === undefined);
  const txIds = new Set(plain.map((entry) => claimedTxId(entry.key, entry)));
  for (const { key, tx } of plain) assertFresh(context, key, tx, asOf);
  return proveClaimed(
    context,
    { txIds },
    scope,
    (transactions) =>
      new Map(
        plain.map((entry) => [entry, memberOf(context, claimedTx(transactions, entry), entry.key, entry)]),
      ),
  );
}

/**
 * Holds a listed entry against its floor. Which keys would be listed was not known when the request was sent, so that only
 * floors from before it count.
 *
 * @param asOf the newest transaction that the answer had to know
 * @throws VerificationError STALE_READ
 */
export function assertFresh(context: VerifiedContext, key: Uint8Array, txId: bigint, asOf: bigint): void {
  const floor = context.floors.of(key);
  if (floor !== undefined && floor.txId <= asOf) assertNotStale(key, txId, floor);
}

/** Whether the keys are those of the range that was asked for, in order, none twice. */
function assertAskedFor(entries: readonly Entry[], request: ScanRequest): void {
  if (BigInt(entries.length) > request.limit) throw notAskedFor('there are more of them than were asked for');
  let before: Uint8Array | undefined;
  for (const entry of entries) {
    const key = listedKey(entry);
    if (!isInRange(key, request)) throw notAskedFor('it is outside of the range', key);
    if (before !== undefined && !isBehind(key, before, request.desc))
      throw notAskedFor('it is out of order', key);
    before = key;
  }
}

function isInRange(key: Uint8Array, request: ScanRequest): boolean {
  const { prefix, seekKey, endKey, inclusiveSeek, inclusiveEnd, desc } = request;
  if (compareBytes(key.subarray(0, prefix.length), prefix) !== 0) return false;
  const isAtSeek = compareBytes(key, seekKey) === 0;
  if (seekKey.length > 0 && !(isAtSeek ? inclusiveSeek : isBehind(key, seekKey, desc))) return false;
  const isAtEnd = compareBytes(key, endKey) === 0;
  return endKey.length === 0 || (isAtEnd ? inclusiveEnd : isBehind(endKey, key, desc));
}

function isBehind(key: Uint8Array, before: Uint8Array, desc: boolean): boolean {
  return desc ? compareBytes(key, before) < 0 : compareBytes(key, before) > 0;
}

function notAskedFor(why: string, key?: Uint8Array): VerificationError {
  const what = key === undefined ? 'The entries' : `Key ${printableKey(key)}`;
  return new VerificationError(
    'BINDING_MISMATCH',
    `${what} of a list cannot be what was asked for: ${why}. The answer is refused.`,
    { details: key === undefined ? {} : { key } },
  );
}

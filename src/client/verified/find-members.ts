// Looks for the transactions that added members of a sorted set. What is found here is a hint, and proven by whoever uses it.

import { toMapKey } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import type { ZEntry } from '../../wire/immudb/schema/sorted-set.js';
import type { Tx } from '../../wire/immudb/schema/tx.js';
import type { CallScope } from '../call-scope.js';
import { concurrently } from '../concurrently.js';
import type { Connection } from '../connection.js';
import { readTxs } from '../key-value/tx-scan.js';
import { printableKey } from '../printable-key.js';
import { readTx } from '../transactions.js';
import { leftOf } from './bounds.js';
import type { VerifiedContext } from './context.js';
import { isMemberOf, type KnownMembers, MAX_NOTED_MEMBERS } from './member-txs.js';
import { memberMismatch } from './members-asked-for.js';

/** A member the server showed, and what it is stored as. */
export interface ShownMember {
  readonly shown: ZEntry;
  readonly entry: NonNullable<ZEntry['entry']>;
  readonly storedKey: Uint8Array;
}

/** Transactions read in one call. */
const PAGE = 500;
const READS_AT_ONCE = 16;

/**
 * Finds the transaction of each member: among those known from before, then the one its value is from, which often adds it too,
 * then by looking through all transactions.
 *
 * @param from the first transaction to look at
 * @returns transactions by stored key
 * @throws VerificationError BINDING_MISMATCH where no transaction adds a member · ImmuError PROOF_UNAVAILABLE where none from
 *   `from` on does
 */
export async function findMembers(
  context: VerifiedContext,
  set: Uint8Array,
  members: readonly ShownMember[],
  from: bigint,
  scope: CallScope,
): Promise<ReadonlyMap<string, bigint>> {
  const known = context.members.of(set);
  const missing = members.filter(({ storedKey }) => !known.txIds.has(toMapKey(storedKey)));
  if (missing.length > 0) {
    const wanted = new Set(missing.map(({ storedKey }) => toMapKey(storedKey)));
    const note = noteMembers(set, known, wanted);
    await lookWhereValuesAre(context, missing, note, scope);
    await search(context, { known, wanted, note, from }, scope);
  }
  context.members.keep(set, known);
  return new Map(
    members.map(({ shown, storedKey }) => {
      const txId = known.txIds.get(toMapKey(storedKey));
      if (txId === undefined) throw notFound(shown.key, from);
      return [toMapKey(storedKey), txId];
    }),
  );
}

/** That no transaction at all adds it is the server's contradiction; that none from a later one on does may be a slip here. */
function notFound(key: Uint8Array, from: bigint): Error {
  if (from === 1n) return memberMismatch('no transaction adds it', key);
  return new ImmuError(
    'PROOF_UNAVAILABLE',
    `No transaction from ${String(from)} on adds ${printableKey(key)} to the sorted set. If it was added before, give a lower ` +
      'addedSince, or none.',
    { details: { key, addedSince: from } },
  );
}

/** Takes note of the members of a set among the keys of a transaction: all of them while there is room, then those wanted. */
function noteMembers(set: Uint8Array, known: KnownMembers, wanted: Set<string>) {
  const isMember = isMemberOf(set);
  return (txId: bigint, storedKeys: readonly Uint8Array[]): void => {
    for (const key of storedKeys) {
      if (!isMember(key)) continue;
      const name = toMapKey(key);
      if (wanted.delete(name) || hasRoom(known)) known.txIds.set(name, txId);
    }
  };
}

type Note = ReturnType<typeof noteMembers>;

/** The server says what there is, and must not fill the memory with it. */
function hasRoom({ txIds }: KnownMembers): boolean {
  return txIds.size < MAX_NOTED_MEMBERS;
}

/** Who sets a key and adds it to a set mostly does so in one transaction. */
async function lookWhereValuesAre(
  { connection }: VerifiedContext,
  missing: readonly ShownMember[],
  note: Note,
  scope: CallScope,
): Promise<void> {
  const txIds = [...new Set(missing.map(({ entry }) => entry.tx))];
  await concurrently(txIds, READS_AT_ONCE, async (txId) => {
    const { entries } = await readTx(connection, txId, leftOf(scope));
    note(
      txId,
      entries.map(({ storedKey }) => storedKey),
    );
  });
}

/** What to look for, and from where on. */
interface Search {
  readonly known: KnownMembers;
  /** Stored keys not found yet. */
  readonly wanted: ReadonlySet<string>;
  readonly note: Note;
  readonly from: bigint;
}

async function search(
  { connection }: VerifiedContext,
  { known, wanted, note, from }: Search,
  scope: CallScope,
): Promise<void> {
  const start = known.searchedTo + 1n > from ? known.searchedTo + 1n : from;
  let limit = PAGE;
  for (let next = start; wanted.size > 0;) {
    const page = await pageThatFits(connection, next, limit, scope);
    if (page === 'too large') {
      limit = Math.ceil(limit / 8);
      continue;
    }
    for (const { header, entries } of page) {
      if (header !== undefined)
        note(
          header.id,
          entries.map(({ key }) => key),
        );
    }
    const last = page.at(-1)?.header?.id;
    if (last === undefined || last < next) return;
    // What lies before the first transaction looked at stays unknown, and so does what there was no room for.
    if (next === known.searchedTo + 1n && hasRoom(known)) known.searchedTo = last;
    next = last + 1n;
  }
}

async function pageThatFits(
  connection: Connection,
  initialTx: bigint,
  limit: number,
  scope: CallScope,
): Promise<readonly Tx[] | 'too large'> {
  try {
    return await readTxs(connection, { ...leftOf(scope), initialTx, limit });
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'MESSAGE_TOO_LARGE' || limit === 1) throw error;
    return 'too large';
  }
}

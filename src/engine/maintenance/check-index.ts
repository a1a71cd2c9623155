// The index checked against the transactions: it says neither more nor less than they do.

import { newestRevision, revisionAt } from '../index/revisions.js';
import { decodeKeyRow, type ListedEntry, type RevisionRow } from '../database/rows.js';
import type { LedgerStore } from '../storage/ledger-store.js';
import type { CheckedTransaction } from './check-transactions.js';
import { type Faults, shownKey } from './faults.js';

/** Whether an entry has a place in the index. */
const isIndexed = ({ metadata }: ListedEntry) => metadata?.nonIndexable !== true;

/** The index lists each entry of a transaction. @returns how many it must list */
export function checkIndexed(
  store: LedgerStore,
  faults: Faults,
  { txId, entries }: CheckedTransaction,
): number {
  for (const [index, entry] of entries.entries()) {
    if (!isIndexed(entry)) continue;
    faults.attempt(txId, () => {
      const problem = problemOf(store, txId, entry, index);
      if (problem !== undefined) faults.add({ txId, message: `${problem} ${shownKey(entry.key)}` });
    });
  }
  return entries.filter(isIndexed).length;
}

/** Revisions are in the order of transactions: the first that is not before this one must be it. */
function problemOf(
  store: LedgerStore,
  txId: bigint,
  { key, metadata, valueLength }: ListedEntry,
  index: number,
): string | undefined {
  const newest = newestRevision(store, key);
  if (newest === undefined) return 'is not in the index with key';
  let [low, high] = [1n, newest.revision];
  while (low < high) {
    const middle = (low + high) / 2n;
    if (revisionAt(store, key, middle).txId < txId) low = middle + 1n;
    else high = middle;
  }
  const expected: RevisionRow = { txId, index, valueLength, metadata };
  if (!sameRevision(revisionAt(store, key, low), expected)) return 'is not in the index with key';
  if (newest.revision === low && !sameRevision(newest, expected))
    return 'is not in the index as the newest revision of key';
  return undefined;
}

/** How many rows an index has. */
export interface IndexSize {
  /** Revisions by the keys' own count. */
  readonly counted: bigint;
  /** Revisions there are rows of. */
  readonly stored: bigint;
}

/** Reads all rows of the index in order. Yields now and then, with how many it has read. @throws ImmuError LEDGER_DAMAGED */
export function* measureIndex(store: LedgerStore): Generator<bigint, IndexSize> {
  let [counted, stored, read] = [0n, 0n, 0n];
  for (const [, row] of store.range('keys', {})) {
    counted += decodeKeyRow(row).revision;
    if (++read % STEP === 0n) yield read;
  }
  for (const _ of store.range('revisions', {})) {
    stored++;
    if (++read % STEP === 0n) yield read;
  }
  return { counted, stored };
}

/** How many rows pass between two reports of progress. */
const STEP = 1_000n;

function sameRevision(a: RevisionRow, b: RevisionRow): boolean {
  return a.txId === b.txId && a.index === b.index && a.valueLength === b.valueLength && sameMetadata(a, b);
}

function sameMetadata({ metadata: a }: RevisionRow, { metadata: b }: RevisionRow): boolean {
  return a?.deleted === b?.deleted && a?.expiresAt === b?.expiresAt && a?.nonIndexable === b?.nonIndexable;
}

// What is checked whenever a database is opened: that its newest transactions are whole. A crash can only have touched
// those; all others are `immurepo verify`'s.

import { equalBytes } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import { entryDigest } from '../../proof/layout/entry.js';
import { EMPTY_HASH, sha256 } from '../../proof/layout/hash.js';
import type { LedgerState } from '../../proof/layout/ledger-state.js';
import { alhOf } from '../../proof/layout/tx-header.js';
import { newestRevision } from '../index/revisions.js';
import type { LedgerStore } from '../storage/ledger-store.js';
import { entriesRoot } from '../tree/entry-tree.js';
import { MainTree } from '../tree/main-tree.js';
import { readEntries, readTx, readValue, type Rows, type TxChain } from './log.js';
import { damaged, type ListedEntry, type TxRow } from './rows.js';

/** How many transactions are looked at, and how many bytes of values. */
const TRANSACTIONS = 4n;
const VALUE_BYTES = 4 * 1024 * 1024;

/** @throws ImmuError LEDGER_DAMAGED naming the first that is not as it was committed */
export function verifyTail(store: LedgerStore, chain: TxChain, { txId }: LedgerState): void {
  let bytesLeft = VALUE_BYTES;
  for (let id = txId; id >= 1n && id > txId - TRANSACTIONS && bytesLeft > 0; id--) {
    const tx = readTx(store, id);
    const entries = readEntries(store, tx);
    assertHashes(tx, entries);
    assertLinked(tx, chain);
    for (const [index, entry] of entries.entries()) {
      bytesLeft -= entry.valueLength;
      if (bytesLeft > 0) assertStored(store, tx, entry, index);
    }
  }
}

function assertHashes(tx: TxRow, entries: readonly ListedEntry[]): void {
  const { header, alh } = tx;
  if (!equalBytes(rootOf(tx, entries), header.eH) || !equalBytes(alhOf(header), alh)) {
    throw damaged(`Transaction ${String(header.id)}`);
  }
}

function rootOf({ header }: TxRow, entries: readonly ListedEntry[]): Uint8Array {
  try {
    return entriesRoot(
      entries.map((entry) => entryDigest(header.version, entry.key, entry.metadata, entry.hValue)),
    );
  } catch (error) {
    // Entries that no digest covers, in the words of those who check a server's answers.
    if (error instanceof VerificationError) throw damaged(`Transaction ${String(header.id)}`);
    throw error;
  }
}

function assertLinked({ header }: TxRow, chain: TxChain): void {
  const previous = header.blTxId === 0n ? EMPTY_HASH : chain.link(header.blTxId).alh;
  const root = new MainTree(Number(header.blTxId), chain).root();
  if (!equalBytes(previous, header.prevAlh) || !equalBytes(root, header.blRoot)) {
    throw damaged(`The link of transaction ${String(header.id)} to the ones before it`);
  }
}

/** The value is the one that was hashed, and the index knows the entry or a later one of its key. */
function assertStored(
  rows: Rows,
  { header }: TxRow,
  { key, metadata, valueLength, hValue }: ListedEntry,
  index: number,
): void {
  const txId = header.id;
  const value = readValue(rows, { txId, index, valueLength });
  if (!equalBytes(sha256(value), hValue)) throw damaged(`A value of transaction ${String(txId)}`);
  if (metadata?.nonIndexable === true) return;
  const newest = newestRevision(rows, key);
  if (newest === undefined || newest.txId < txId) throw damaged(`The index at transaction ${String(txId)}`);
}

// A transaction in the making: its entries hashed, its header linked to what comes before it, and the rows that record
// it. Deciding what it holds is write.ts's part; the order of commits is commit-queue.ts's.

import { entryDigest } from '../../proof/layout/entry.js';
import { sha256 } from '../../proof/layout/hash.js';
import type { KeyMetadata } from '../../proof/layout/kv-metadata.js';
import type { LedgerState } from '../../proof/layout/ledger-state.js';
import { alhOf, type HeaderVersion, type TxHeader } from '../../proof/layout/tx-header.js';
import type { TxMetadata } from '../../proof/layout/tx-metadata.js';
import { newestRevision, putsOfRevision } from '../index/revisions.js';
import type { Put } from '../storage/ledger-store.js';
import { entriesRoot } from '../tree/entry-tree.js';
import type { MainTree } from '../tree/main-tree.js';
import type { Rows } from './log.js';
import {
  encodeEntriesRow,
  encodeTxRow,
  entriesKey,
  type ListedEntry,
  type TxRow,
  txKey,
  valueKey,
} from './rows.js';

/** An entry to be committed. */
export interface NewEntry {
  /** The stored key, prefix byte included. */
  readonly key: Uint8Array;
  /** Left out, or with at least one attribute. */
  readonly metadata: KeyMetadata | undefined;
  /** The stored value, prefix byte included; empty for a deletion and in a sorted set. */
  readonly value: Uint8Array;
}

/** What a transaction is to hold. */
export interface NewTransaction {
  /** At least one; no two of one key. */
  readonly entries: readonly NewEntry[];
  readonly metadata?: TxMetadata;
}

/** What a transaction follows. */
export interface Predecessor {
  readonly state: LedgerState;
  /** Gets the new transaction as a leaf. */
  readonly tree: MainTree;
  readonly rows: Rows;
  readonly version: HeaderVersion;
  /** Seconds since 1970, or 0. */
  readonly ts: bigint;
}

/** A transaction made, and the rows that record it. */
export interface MadeTransaction extends TxRow {
  readonly entries: readonly ListedEntry[];
  readonly puts: readonly Put[];
}

/** Makes the transaction that follows. Nothing has changed if it throws. @throws ImmuError LEDGER_DAMAGED */
export function makeTransaction(
  { entries, metadata = {} }: NewTransaction,
  { state, tree, rows, version, ts }: Predecessor,
): MadeTransaction {
  const id = state.txId + 1n;
  const listed = entries.map(list);
  const puts = entries.flatMap((entry, index) => putsOfEntry(rows, id, entry, index));
  const digests = listed.map((entry) => entryDigest(version, entry.key, entry.metadata, entry.hValue));
  const header: TxHeader = {
    id,
    prevAlh: state.alh,
    ts,
    version,
    nentries: entries.length,
    eH: entriesRoot(digests),
    blTxId: state.txId,
    blRoot: tree.root(),
    metadata,
  };
  const alh = alhOf(header);
  const row = { header, alh, completed: tree.append(alh) };
  puts.push(
    { table: 'log', key: txKey(id), value: encodeTxRow(row) },
    { table: 'log', key: entriesKey(id), value: encodeEntriesRow(listed) },
  );
  return { ...row, entries: listed, puts };
}

function list({ key, metadata, value }: NewEntry): ListedEntry {
  return { key, metadata, valueLength: value.length, hValue: sha256(value) };
}

function putsOfEntry(rows: Rows, txId: bigint, { key, metadata, value }: NewEntry, index: number): Put[] {
  const puts: Put[] = value.length > 0 ? [{ table: 'log', key: valueKey(txId, index), value }] : [];
  if (metadata?.nonIndexable === true) return puts;
  const revision = (newestRevision(rows, key)?.revision ?? 0n) + 1n;
  puts.push(...putsOfRevision(key, { revision, txId, index, valueLength: value.length, metadata }));
  return puts;
}

// What was committed, read back: transactions, their entries, their values, and the tree's hashes, which the rows of
// the transactions carry. A row that must be there and is not is damage.

import { LRUCache } from 'lru-cache';
import { NO_BYTES } from '../../bytes.js';
import type { LedgerStore } from '../storage/ledger-store.js';
import type { Chain, ChainLink } from '../tree/dual-proof.js';
import type { CompletedSubtrees } from '../tree/main-tree.js';
import {
  damaged,
  decodeEntriesRow,
  decodeTxRow,
  entriesKey,
  type ListedEntry,
  type RevisionRow,
  type TxRow,
  txKey,
  valueKey,
} from './rows.js';

/** Rows, committed or about to be. */
export type Rows = Pick<LedgerStore, 'get'>;

/** A transaction that must be there. It belongs to the caller. @param txId ≥ 1 @throws ImmuError LEDGER_DAMAGED */
export function readTx(rows: Rows, txId: bigint): TxRow {
  const bytes = rows.get('log', txKey(txId));
  if (bytes === undefined) throw damaged(`Transaction ${String(txId)}`);
  return decodeTxRow(txId, bytes);
}

/** The entries of a transaction, in their order. They belong to the caller. @throws ImmuError LEDGER_DAMAGED */
export function readEntries(rows: Rows, { header }: Pick<ChainLink, 'header'>): ListedEntry[] {
  const bytes = rows.get('log', entriesKey(header.id));
  const entries = bytes === undefined ? undefined : decodeEntriesRow(header.id, bytes);
  if (entries?.length !== header.nentries) {
    throw damaged(`The list of entries of transaction ${String(header.id)}`);
  }
  return entries;
}

/** A stored value, prefix byte included. It belongs to the caller. @throws ImmuError LEDGER_DAMAGED */
export function readValue(rows: Rows, { txId, index, valueLength }: ValuePlace): Uint8Array {
  if (valueLength === 0) return NO_BYTES;
  const bytes = rows.get('log', valueKey(txId, index));
  if (bytes?.length !== valueLength) throw damaged(`A value of transaction ${String(txId)}`);
  return bytes;
}

/** Which value of which transaction. */
export type ValuePlace = Pick<RevisionRow, 'txId' | 'index' | 'valueLength'>;

/** Rows of transactions kept decoded: a path through a tree of a million leaves meets the same upper ones again. */
const CACHED_TRANSACTIONS = 16_384;

/** The chain of transactions and the tree over it, for proofs. */
export class TxChain implements Chain, CompletedSubtrees {
  readonly #rows: Rows;
  readonly #cache = new LRUCache<number, TxRow>({
    // By size: a `max` would set aside all its memory at once, with every opening.
    maxSize: CACHED_TRANSACTIONS,
    sizeCalculation: () => 1,
  });

  /** @param rows committed ones: what is read is kept */
  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** The subtrees' hashes are with the transactions that complete them. */
  get completed(): CompletedSubtrees {
    return this;
  }

  /** A transaction. Shared: not to be changed. @param txId ≥ 1 and committed @throws ImmuError LEDGER_DAMAGED */
  link(txId: bigint): TxRow {
    const id = Number(txId);
    const known = this.#cache.get(id);
    if (known !== undefined) return known;
    const row = readTx(this.#rows, txId);
    this.#cache.set(id, row);
    return row;
  }

  /** {@inheritDoc CompletedSubtrees.hash} */
  hash(level: number, end: number): Uint8Array {
    const hash = this.link(BigInt(end)).completed[level];
    if (hash === undefined) throw damaged(`The tree at transaction ${end}`);
    return hash;
  }
}

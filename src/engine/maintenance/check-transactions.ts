// Transactions checked one after the other against what they commit to: their entries and values, the one before them,
// and the tree over all before them.

import { compareBytes, equalBytes } from '../../bytes.js';
import { entryDigest } from '../../proof/layout/entry.js';
import { EMPTY_HASH, sha256 } from '../../proof/layout/hash.js';
import type { LedgerState } from '../../proof/layout/ledger-state.js';
import { alhOf } from '../../proof/layout/tx-header.js';
import { readEntries, readValue, TxChain } from '../database/log.js';
import {
  decodeTxRow,
  entriesKey,
  type ListedEntry,
  type TxRow,
  txIdOfLogKey,
  txKey,
  valueKey,
} from '../database/rows.js';
import type { LedgerStore } from '../storage/ledger-store.js';
import { entriesRoot } from '../tree/entry-tree.js';
import { MainTree } from '../tree/main-tree.js';
import { type Faults, shownKey } from './faults.js';

/** A transaction that could be read, and those of its entries that could. */
export interface CheckedTransaction {
  readonly txId: bigint;
  readonly alh: Uint8Array;
  readonly entries: readonly ListedEntry[];
}

/** The newest transaction there are rows of, 0 for none. @throws ImmuError LEDGER_DAMAGED */
export function newestTransaction(store: LedgerStore): bigint {
  for (const [key] of store.range('log', { reverse: true })) return txIdOfLogKey(key);
  return 0n;
}

/** Checks transactions in their order. */
export class TransactionChecks {
  readonly #store: LedgerStore;
  readonly #faults: Faults;
  #next: bigint;
  /** The hash that the next transaction must follow; undefined where the one before could not be read. */
  #previous: Uint8Array | undefined;
  /** The tree over all before the next; undefined where that is not known. */
  #tree: MainTree | undefined;

  /** @param after the last transaction that needs no check. Default: the first is checked too */
  constructor(store: LedgerStore, faults: Faults, after: LedgerState = { txId: 0n, alh: EMPTY_HASH }) {
    this.#store = store;
    this.#faults = faults;
    this.#next = after.txId + 1n;
    this.#previous = after.alh;
    this.#tree = after.txId === 0n ? MainTree.empty() : this.#storedTree(after.txId);
  }

  /** The transaction to be checked next. */
  get next(): bigint {
    return this.#next;
  }

  /** The newest one checked; undefined where it could not be read. */
  get state(): LedgerState | undefined {
    return this.#previous && { txId: this.#next - 1n, alh: this.#previous };
  }

  /** Checks the next one. @returns undefined where it could not be read; where several are missing, all are passed */
  check(): CheckedTransaction | undefined {
    const txId = this.#next++;
    const tx = this.#faults.attempt(txId, () => {
      const row = this.#store.get('log', txKey(txId));
      return row === undefined ? 'missing' : decodeTxRow(txId, row);
    });
    if (tx === 'missing') this.#passMissing(txId);
    if (tx === undefined || tx === 'missing') {
      this.#previous = undefined;
      return undefined;
    }
    this.#faults.attempt(txId, () => {
      this.#checkLinks(tx);
    });
    this.#previous = tx.alh;
    const entries = this.#faults.attempt(txId, () => readEntries(this.#store, tx));
    if (entries !== undefined) this.#checkEntries(tx, entries);
    return { txId, alh: tx.alh, entries: entries ?? [] };
  }

  /** All that are missing up to the next there is are one fault. */
  #passMissing(txId: bigint): void {
    const following = this.#faults.attempt(txId, () => this.#firstFrom(txId + 1n));
    const last = following === undefined ? txId : following - 1n;
    this.#next = last + 1n;
    this.#fault(txId, last > txId ? `and all up to ${String(last)} are missing` : 'is missing');
  }

  #firstFrom(txId: bigint): bigint | undefined {
    for (const [key] of this.#store.range('log', { gte: txKey(txId) })) return txIdOfLogKey(key);
    return undefined;
  }

  #checkLinks(tx: TxRow): void {
    const { header, alh } = tx;
    const { id, prevAlh } = header;
    if (!equalBytes(alhOf(header), alh)) this.#fault(id, 'does not hash to what is recorded for it');
    if (this.#previous !== undefined && !equalBytes(this.#previous, prevAlh)) {
      this.#fault(id, 'does not follow the transaction before it');
    }
    this.#checkTree(tx);
  }

  #checkTree({ header, alh, completed }: TxRow): void {
    const { id, prevAlh, blRoot } = header;
    const size = Number(id) - 1;
    // A transaction commits to the one before it, even where that cannot be read.
    if (this.#tree?.size === size - 1) this.#tree.append(prevAlh);
    if (this.#tree?.size !== size) this.#tree = this.#storedTree(id - 1n);
    if (this.#tree === undefined) return;
    if (!equalBytes(this.#tree.root(), blRoot))
      this.#fault(id, 'does not name the root of the tree before it');
    const computed = this.#tree.append(alh);
    const asRecorded =
      computed.length === completed.length && computed.every((hash, level) => same(hash, completed[level]));
    if (!asRecorded) this.#fault(id, 'completes other parts of the tree than are recorded');
  }

  /** The tree by its stored parts, where enough of them can be read. */
  #storedTree(size: bigint): MainTree | undefined {
    try {
      return new MainTree(Number(size), new TxChain(this.#store));
    } catch {
      // What cannot be read is a fault already, where it is.
      return undefined;
    }
  }

  #checkEntries({ header }: TxRow, entries: readonly ListedEntry[]): void {
    const { id, version, eH } = header;
    const root = this.#faults.attempt(id, () =>
      entriesRoot(entries.map(({ key, metadata, hValue }) => entryDigest(version, key, metadata, hValue))),
    );
    if (root !== undefined && !equalBytes(root, eH)) this.#fault(id, 'does not hash to its list of entries');
    for (const [index, { key, valueLength, hValue }] of entries.entries()) {
      const value = this.#faults.attempt(id, () => readValue(this.#store, { txId: id, index, valueLength }));
      if (value !== undefined && !equalBytes(sha256(value), hValue)) {
        this.#fault(id, `holds a value that was not committed, for key ${shownKey(key)}`);
      }
    }
    this.#faults.attempt(id, () => {
      this.#checkRows(id, entries);
    });
  }

  /** Read in order, there are the rows that were read one by one, and no others. */
  #checkRows(id: bigint, entries: readonly ListedEntry[]): void {
    const values = entries.flatMap(({ valueLength }, index) =>
      valueLength > 0 ? [valueKey(id, index)] : [],
    );
    const expected = [txKey(id), entriesKey(id), ...values];
    let count = 0;
    for (const [key] of this.#store.range('log', { gte: txKey(id), lt: txKey(id + 1n) })) {
      const next = expected[count++];
      if (next !== undefined && compareBytes(key, next) === 0) continue;
      this.#fault(id, `has a row that does not belong to it: ${shownKey(key)}`);
      return;
    }
    if (count < expected.length) this.#fault(id, 'lacks rows when they are read in order');
  }

  #fault(txId: bigint, message: string): void {
    this.#faults.add({ txId, message });
  }
}

const same = (a: Uint8Array, b: Uint8Array | undefined) => b !== undefined && equalBytes(a, b);

// Rows of transactions that are made but not committed yet, in front of those that are: the next transaction is judged
// by what comes before it, not by what has reached the disk.

import { toMapKey } from '../../bytes.js';
import type { LedgerStore, Put, Table } from '../storage/ledger-store.js';
import type { Rows } from './log.js';

/** One round of commits in the making. */
export class StagedRows implements Rows {
  readonly #store: Rows;
  readonly #staged = new Map<string, Put>();
  #bytes = 0;

  /** @param store what is committed */
  constructor(store: Pick<LedgerStore, 'get'>) {
    this.#store = store;
  }

  /** What is to be written: of several rows of one key the last. */
  get puts(): Put[] {
    return [...this.#staged.values()];
  }

  /** Bytes to be written, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** {@inheritDoc LedgerStore.get} */
  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    return this.#staged.get(nameOf(table, key))?.value ?? this.#store.get(table, key);
  }

  /** Adds rows. */
  add(puts: readonly Put[]): void {
    for (const put of puts) {
      this.#staged.set(nameOf(put.table, put.key), put);
      this.#bytes += put.key.length + put.value.length;
    }
  }
}

const nameOf = (table: Table, key: Uint8Array) => `${table} ${toMapKey(key)}`;

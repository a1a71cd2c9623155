// Rows in memory: for tests, and for ledgers that need not outlive their process.

import { toMapKey } from '../../bytes.js';
import type { Head, LedgerStore, Put, RangeOptions, Row, Table } from './ledger-store.js';
import { Lifetime } from './lifetime.js';
import { MemoryTable } from './memory-table.js';
import { checkCommit, checkKey } from './row-rules.js';

/**
 * Keeps rows in memory. Atomic like any store; nothing is durable.
 *
 * @example
 * const store = new MemoryStore();
 * await store.commit([{ table: 'log', key: u64be(1n), value }], { txId: 1n, alh });
 * store.get('log', u64be(1n));
 */
export class MemoryStore implements LedgerStore {
  readonly #tables: Readonly<Record<Table, MemoryTable>> = {
    log: new MemoryTable(),
    keys: new MemoryTable(),
    revisions: new MemoryTable(),
  };
  readonly #lifetime = new Lifetime('in memory');
  #head: Head | undefined;

  /** The head of the newest commit; `undefined` before the first. */
  get head(): Head | undefined {
    return this.#head && { txId: this.#head.txId, alh: this.#head.alh.slice() };
  }

  /** A copy of the value of a row, or `undefined` where there is none. @throws TypeError once the store is closed */
  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    this.#lifetime.checkOpen();
    checkKey(key);
    return this.#tables[table].get(key);
  }

  /** Copies of rows in key order. @throws TypeError once the store is closed */
  range(table: Table, options: RangeOptions): Iterable<Row> {
    this.#lifetime.checkOpen();
    return this.#tables[table].range(options);
  }

  /** Copies rows, all of them. @throws TypeError for rows that no store takes, and while another commit is under way */
  async commit(puts: readonly Put[], head: Head): Promise<void> {
    checkCommit(puts, head);
    const copies = puts.map(({ table, key, value }) => ({ table, key: toMapKey(key), value: value.slice() }));
    const newHead = { txId: head.txId, alh: head.alh.slice() };
    await this.#lifetime.commit(async () => {
      // Not before the caller's turn ends: a range it reads meanwhile shows one moment.
      await Promise.resolve();
      for (const { table, key, value } of copies) this.#tables[table].set(key, value);
      this.#head = newHead;
    });
  }

  /** Ends the store; its rows are gone. */
  close(): Promise<void> {
    return this.#lifetime.close(() => {
      for (const table of Object.values(this.#tables)) table.clear();
      return Promise.resolve();
    });
  }
}

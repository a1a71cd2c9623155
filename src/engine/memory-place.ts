// An embedded ledger in memory, which ends with its engine.

import type { LedgerPlace } from './ledger-place.js';
import type { Head, LedgerStore, Put, RangeOptions, Row, Table } from './storage/ledger-store.js';
import { MemoryStore } from './storage/memory-store.js';

/** Rows in memory. They live as long as this object, through any number of openings. */
export class MemoryPlace implements LedgerPlace {
  readonly path = undefined;
  readonly #stores = new Map<string, MemoryStore>();

  /** {@inheritDoc LedgerPlace.readCatalog} */
  readCatalog(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** {@inheritDoc LedgerPlace.writeCatalog} */
  writeCatalog(): Promise<void> {
    return Promise.resolve();
  }

  /** {@inheritDoc LedgerPlace.assertUsable} */
  assertUsable(): void {
    // Nobody else has them.
  }

  /** {@inheritDoc LedgerPlace.assertInPlace} */
  async assertInPlace(): Promise<void> {
    // Nobody else can take it.
  }

  /** {@inheritDoc LedgerPlace.open} */
  open(name: string): Promise<LedgerStore> {
    const store = this.#stores.get(name) ?? new MemoryStore();
    this.#stores.set(name, store);
    return Promise.resolve(new Lent(store));
  }

  /** {@inheritDoc LedgerPlace.sizeOf} */
  sizeOf(): Promise<number> {
    return Promise.resolve(0);
  }

  /** {@inheritDoc LedgerPlace.remove} */
  async remove(name: string): Promise<void> {
    await this.#stores.get(name)?.close();
    this.#stores.delete(name);
  }

  /** {@inheritDoc LedgerPlace.release} */
  async release(): Promise<void> {
    await Promise.all([...this.#stores.values()].map((store) => store.close()));
  }
}

/** A store whose end is not the end of its rows. */
class Lent implements LedgerStore {
  readonly #store: LedgerStore;

  constructor(store: LedgerStore) {
    this.#store = store;
  }

  get head(): Head | undefined {
    return this.#store.head;
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    return this.#store.get(table, key);
  }

  range(table: Table, options: RangeOptions): Iterable<Row> {
    return this.#store.range(table, options);
  }

  commit(puts: readonly Put[], head: Head): Promise<void> {
    return this.#store.commit(puts, head);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

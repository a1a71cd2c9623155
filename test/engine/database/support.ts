// Databases in memory, and stores that misbehave, for tests of the engine.

import { Database } from '../../../src/engine/database/database.js';
import type { Precondition } from '../../../src/engine/database/preconditions.js';
import { readKey } from '../../../src/engine/database/read-entry.js';
import { type DatabaseSettings, DEFAULT_SETTINGS } from '../../../src/engine/database/settings.js';
import { planSet } from '../../../src/engine/database/write-keys.js';
import type {
  Head,
  LedgerStore,
  Put,
  RangeOptions,
  Row,
  Table,
} from '../../../src/engine/storage/ledger-store.js';
import { MemoryStore } from '../../../src/engine/storage/memory-store.js';
import { toHex, utf8 } from '../../../src/bytes.js';

export const NOW = 1_700_000_000n;

/** A store in memory whose commits can be held back or made to fail, and whose rows can be changed or lost. */
export class TestStore implements LedgerStore {
  readonly #inner = new MemoryStore();
  readonly #changed = new Map<string, Uint8Array | undefined>();
  /** How many rows each commit had. */
  readonly commits: number[] = [];
  /** Awaited before a commit is written. */
  gate: (() => Promise<void>) | undefined;
  /** Shown in place of the true head. */
  shownHead: Head | undefined;

  get head(): Head | undefined {
    return this.shownHead ?? this.#inner.head;
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    const name = `${table} ${toHex(key)}`;
    return this.#changed.has(name) ? this.#changed.get(name)?.slice() : this.#inner.get(table, key);
  }

  range(table: Table, options: RangeOptions): Iterable<Row> {
    return this.#inner.range(table, options);
  }

  async commit(puts: readonly Put[], head: Head): Promise<void> {
    await this.gate?.();
    this.commits.push(puts.length);
    await this.#inner.commit(puts, head);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** Shows another value for a row, or none. */
  change(table: Table, key: Uint8Array, value: Uint8Array | undefined): void {
    this.#changed.set(`${table} ${toHex(key)}`, value);
  }

  /** Every row there is. */
  *rows(): Generator<readonly [Table, Uint8Array, Uint8Array]> {
    for (const table of ['log', 'keys', 'revisions'] as const)
      for (const [key, value] of this.#inner.range(table, {})) yield [table, key, value];
  }
}

export function openDatabase(store: LedgerStore, settings: Partial<DatabaseSettings> = {}): Database {
  return Database.open(store, {
    name: 'test',
    settings: { ...DEFAULT_SETTINGS, ...settings },
    now: () => NOW,
  });
}

/** Writes one key. */
export function set(
  database: Database,
  key: string,
  value: string,
  preconditions: readonly Precondition[] = [],
) {
  const writes = [{ key: utf8(key), value: utf8(value), metadata: undefined }];
  return database.commit(planSet(writes, preconditions, database.settings));
}

/** Reads one key as text. */
export function get(database: Database, key: string): string {
  const question = { key: utf8(key), atTx: 0n, sinceTx: 0n, atRevision: 0n };
  return Buffer.from(readKey(database.view(), question).value).toString();
}

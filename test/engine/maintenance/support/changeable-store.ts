// A store whose rows can be changed, lost and added behind the back of whoever reads it: what an accident or a hand with
// knowledge of the checksums does.
import { compareBytes, toHex } from '../../../../src/bytes.js';
import type {
  Head,
  LedgerStore,
  Put,
  RangeOptions,
  Row,
  Table,
} from '../../../../src/engine/storage/ledger-store.js';
import { MemoryStore } from '../../../../src/engine/storage/memory-store.js';

export const TABLES: readonly Table[] = ['log', 'keys', 'revisions'];

/** One row of a table. */
export interface TableRow {
  readonly table: Table;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export class ChangeableStore implements LedgerStore {
  readonly #inner = new MemoryStore();
  #changed: { table: Table; key: Uint8Array; value: Uint8Array | undefined }[] = [];
  /** Shown in place of the true head. */
  shownHead: Head | undefined;
  /** Called before a row is read. */
  beforeGet: ((table: Table, key: Uint8Array) => void) | undefined;

  get head(): Head | undefined {
    return this.shownHead ?? this.#inner.head;
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    this.beforeGet?.(table, key);
    const change = this.#changed.find((row) => row.table === table && compareBytes(row.key, key) === 0);
    return change === undefined ? this.#inner.get(table, key) : change.value?.slice();
  }

  *range(table: Table, options: RangeOptions): Iterable<Row> {
    const changed = this.#changed.filter((row) => row.table === table && isWithin(row.key, options));
    const names = new Set(changed.map(({ key }) => toHex(key)));
    const kept = [...this.#inner.range(table, options)].filter(([key]) => !names.has(toHex(key)));
    const added = changed.flatMap(({ key, value }): Row[] =>
      value === undefined ? [] : [[key, value.slice()]],
    );
    const sorted = [...kept, ...added].sort(([a], [b]) => compareBytes(a, b));
    yield* options.reverse === true ? sorted.reverse() : sorted;
  }

  commit(puts: readonly Put[], head: Head): Promise<void> {
    return this.#inner.commit(puts, head);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** Shows another value for a row, or none. */
  change(table: Table, key: Uint8Array, value: Uint8Array | undefined): void {
    this.#changed.push({ table, key, value });
  }

  /** Shows all rows as they are again. */
  restore(): void {
    this.#changed = [];
    this.shownHead = undefined;
  }

  /** Every row there is, in order. */
  rows(): TableRow[] {
    return TABLES.flatMap((table) =>
      [...this.range(table, {})].map(([key, value]) => ({ table, key, value })),
    );
  }
}

function isWithin(key: Uint8Array, { gte, lt }: RangeOptions): boolean {
  return (
    (gte === undefined || compareBytes(key, gte) >= 0) && (lt === undefined || compareBytes(key, lt) < 0)
  );
}

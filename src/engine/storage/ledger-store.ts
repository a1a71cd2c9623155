// What the engine needs of a place to keep rows. How they get to a disk, and how damage there is noticed, is each
// store's own affair; what the rows hold is layout.ts's.

/**
 * The tables of a database.
 *
 * - `log`: what was committed, written once and never changed; its keys ascend.
 * - `keys`: the newest revision of each key, in key order; rewritten with each revision.
 * - `revisions`: where each revision of each key is, written once.
 */
export type Table = 'log' | 'keys' | 'revisions';

/** One row to be written. It replaces a row of the same key. Rows are never removed. */
export interface Put {
  readonly table: Table;
  /** 1 to 1,100 bytes. */
  readonly key: Uint8Array;
  /** At most 2^25 + 2^10 bytes. */
  readonly value: Uint8Array;
}

/** A row of a range. Both parts belong to the caller. */
export type Row = readonly [key: Uint8Array, value: Uint8Array];

/** Which rows of a range, in byte order of their keys. */
export interface RangeOptions {
  /** Inclusive. Default: from the first. */
  readonly gte?: Uint8Array;
  /** Exclusive. Default: to the last. */
  readonly lt?: Uint8Array;
  /** From the last to the first. Default false. */
  readonly reverse?: boolean;
}

/** What a store knows of the newest commit, from a place of its own: see `LedgerStore.head`. */
export interface Head {
  /** Id of the newest transaction, 0 for none. */
  readonly txId: bigint;
  /** Its accumulated hash, 32 bytes. */
  readonly alh: Uint8Array;
}

/**
 * Ordered rows with atomic, durable commits. Reads are synchronous and see the commits that have resolved.
 *
 * Every implementer guarantees, and the suite in test/engine/storage shows:
 * - a row is returned as it was put, or an ImmuError LEDGER_DAMAGED is thrown: never other bytes, and never nothing
 *   for a row of `keys` that was put;
 * - a commit is there entirely or not at all, whatever happens to the process, and for good once its promise resolved;
 * - one commit at a time: the engine awaits one before it starts the next.
 */
export interface LedgerStore {
  /**
   * The newest commit acknowledged, as remembered apart from the rows, so that a set of rows that lost its newest
   * commit is noticed. May be older than the rows after a crash, never newer unless rows were lost. `undefined` for a
   * new store.
   */
  readonly head: Head | undefined;
  /**
   * The value of a row, or `undefined` where there is none. It belongs to the caller.
   *
   * @param key 1 to 1,100 bytes
   * @throws ImmuError LEDGER_DAMAGED
   */
  get(table: Table, key: Uint8Array): Uint8Array | undefined;
  /**
   * Rows in key order, as of the moment of the first row. To be read without awaiting in between, and to the end or
   * left by `break`: a range that is dropped half-way keeps what it shows from being reused on the disk.
   *
   * @throws ImmuError LEDGER_DAMAGED, also for a row of `keys` that is missing
   */
  range(table: Table, options: RangeOptions): Iterable<Row>;
  /**
   * Writes rows, all or none, and remembers the head they lead to.
   *
   * @throws ImmuError LEDGER_STORAGE_FAILED, or LEDGER_DAMAGED if damage was found on the way: the store takes no more
   *   commits. With `details.written` false none of the rows were written, and with `details.reopen` false a store opened
   *   anew takes commits; else whether they were written is unknown, until somebody opened the ledger again
   * @throws TypeError for rows or a head that cannot be stored, and while another commit is under way: nothing happened
   */
  commit(puts: readonly Put[], head: Head): Promise<void>;
  /** Ends the store. Waits for a commit under way. May be called twice. */
  close(): Promise<void>;
}

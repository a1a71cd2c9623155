// Rows in an LMDB file. What the parts do: lmdb-folder.ts makes the files, seal.ts finds damage in values and
// twin-trees.ts in what is not there, head-file.ts notices a lost commit.

import { resolve } from 'node:path';
import { ImmuError } from '../../errors.js';
import { assertRoom, roomFor } from './disk-room.js';
import { HeadFile } from './head-file.js';
import type { Head, LedgerStore, Put, RangeOptions, Row, Table } from './ledger-store.js';
import { Lifetime } from './lifetime.js';
import { copyStore } from './lmdb-copy.js';
import { peek } from './lmdb-buffer.js';
import { type Environment, openEnvironment } from './lmdb-environment.js';
import { commitError, reading } from './lmdb-errors.js';
import { createStore, findStore, finishCreation } from './lmdb-folder.js';
import { rangeOf } from './lmdb-range.js';
import { checkCommit, checkKey } from './row-rules.js';
import { seal, sealTwin, unseal } from './seal.js';
import { commitIfAt } from './store-account.js';
import { damagedRow, missing, nothingWritten } from './storage-errors.js';
import { getTwins, rangeOfTwins } from './twin-trees.js';

/** How to open a store. */
export interface LmdbStoreOptions {
  /** Only read: beside a writer, and without making a store where there is none. Default false. */
  readonly readOnly?: boolean;
  /** Fail where there is no store instead of making one. Default: as `readOnly`. */
  readonly mustExist?: boolean;
}

/**
 * Opens the store in a folder. The caller holds the folder's lock as long as it writes (writer-lock.ts); the store
 * itself notices another writer no sooner than at a commit.
 *
 * @param directory on a local disk; made if need be, readable by its owner only
 * @throws ImmuError LEDGER_MISSING; LEDGER_DAMAGED if a part of a store is not there or not whole; UNSUPPORTED_FORMAT
 *   if another version wrote it; LEDGER_STORAGE_FAILED
 * @example
 * const store = await openLmdbStore('./ledger/bank');
 * await store.commit([{ table: 'log', key: u64be(1n), value }], { txId: 1n, alh });
 * await store.close();
 */
export async function openLmdbStore(directory: string, options: LmdbStoreOptions = {}): Promise<LmdbStore> {
  const { readOnly = false, mustExist = readOnly } = options;
  const path = resolve(directory);
  const found = await findStore(path);
  if (found === 'nothing') {
    if (mustExist) throw missing(path);
    await createStore(path);
  }
  if (found === 'unfinished') await finishCreation(path, mustExist);
  const headFile = new HeadFile(path, { readOnly });
  try {
    // Before the rows: beside a writer it must not be newer than they.
    const head = headFile.read();
    const environment = await openEnvironment(path, readOnly ? 'read' : 'write');
    const parts = { path, readOnly, environment, headFile };
    return new LmdbStore(parts, head.commits === 0n ? undefined : head);
  } catch (error) {
    headFile.close();
    throw error;
  }
}

/** What a store is made of. */
interface Parts {
  readonly path: string;
  readonly readOnly: boolean;
  readonly environment: Environment;
  readonly headFile: HeadFile;
}

/** Keeps rows in an LMDB file. Made by {@link openLmdbStore}. */
export class LmdbStore implements LedgerStore {
  readonly #parts: Parts;
  readonly #lifetime: Lifetime;
  #commits: number;
  /** LMDB's number of the newest commit: each commit counts it on by one. */
  #newestTxn: number;
  /** How long the file was last. */
  #bytes: number;
  #head: Head | undefined;

  /** @internal */
  constructor(parts: Parts, head: Head | undefined) {
    this.#parts = parts;
    this.#head = head;
    this.#lifetime = new Lifetime(parts.path);
    this.#commits = parts.environment.commits;
    this.#bytes = parts.environment.bytesInPlace() ?? 0;
    this.#newestTxn = parts.readOnly ? 0 : parts.environment.newestTxn();
  }

  /** The newest commit acknowledged by this store, or before it was opened. A reader does not follow the writer. */
  get head(): Head | undefined {
    return this.#head && { txId: this.#head.txId, alh: this.#head.alh.slice() };
  }

  /** The value of a row, or `undefined` where there is none. @throws ImmuError LEDGER_DAMAGED */
  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    this.#lifetime.checkOpen();
    checkKey(key);
    const { path, environment } = this.#parts;
    if (table === 'keys') return getTwins(path, environment.trees, key);
    const sealed = reading(path, () => copyOf(peek(environment.trees[table], key)));
    if (!sealed) return undefined;
    const value = unseal(table, key, sealed);
    if (!value) throw damagedRow(path, table, key, 'does not match its checksum');
    return value;
  }

  /** Rows in key order, as of the moment of the first. Read to the end or left by `break`. @throws ImmuError LEDGER_DAMAGED */
  range(table: Table, options: RangeOptions): Iterable<Row> {
    this.#lifetime.checkOpen();
    const { path, environment } = this.#parts;
    return table === 'keys'
      ? rangeOfTwins(path, environment.trees, options)
      : rangeOf(path, table, environment.trees[table], options);
  }

  /** Writes rows in one LMDB transaction, synced to the disk. @throws ImmuError LEDGER_STORAGE_FAILED, LEDGER_DAMAGED */
  async commit(puts: readonly Put[], head: Head): Promise<void> {
    if (this.#parts.readOnly) throw new TypeError(`The store ${this.#parts.path} is open for reading only.`);
    checkCommit(puts, head);
    const room = roomFor(puts, this.#bytes);
    assertRoom(this.#parts.path, room);
    const newHead = { txId: head.txId, alh: head.alh.slice() };
    await this.#lifetime.commit(async () => {
      await this.#write(puts, room);
      this.#commits += 1;
      this.#newestTxn += 1;
      this.#parts.headFile.write({ ...newHead, commits: BigInt(this.#commits) });
      // Only now: what was written to a file that nobody finds any more is not to be acknowledged.
      const bytes = this.#parts.environment.bytesInPlace();
      if (bytes === undefined) throw displaced(this.#parts.path);
      this.#bytes = bytes;
      this.#head = newHead;
    });
  }

  /**
   * Copies the store as of one moment, while it is in use.
   *
   * @param directory made if need be; must be empty
   * @throws ImmuError LEDGER_STORAGE_FAILED
   */
  async copyTo(directory: string): Promise<void> {
    const { environment, headFile } = this.#parts;
    await this.#lifetime.during(() => copyStore(environment, headFile.read(), resolve(directory)));
  }

  /** Ends the store. Waits for a commit or a copy under way. */
  close(): Promise<void> {
    return this.#lifetime.close(async () => {
      this.#parts.headFile.close();
      await this.#parts.environment.close();
    });
  }

  async #write(puts: readonly Put[], room: number): Promise<void> {
    const { path, environment } = this.#parts;
    const { root, trees } = environment;
    let written: boolean;
    try {
      written = await commitIfAt(root, this.#commits, () => {
        for (const { table, key, value } of puts) {
          const sealed = seal(table, key, value);
          void trees[table].put(key, sealed);
          if (table === 'keys') void trees.twin.put(key, sealTwin(sealed));
        }
      });
    } catch (error) {
      const isThere = () => environment.newestTxn() !== this.#newestTxn;
      throw await commitError(path, error, room, isThere);
    }
    if (!written) throw anotherWriter(path);
  }
}

/** A copy: LMDB's buffer is used again by the next read. From the pool of buffers, which is twice as fast as one of its own. */
function copyOf(found: Buffer | undefined): Buffer | undefined {
  return found && Buffer.from(found);
}

function anotherWriter(path: string): ImmuError {
  return nothingWritten(
    path,
    'Another process writes to this folder and was first. Let only one process open it; then open the ledger again.',
    { reopen: true },
  );
}

function displaced(path: string): ImmuError {
  return new ImmuError(
    'LEDGER_STORAGE_FAILED',
    `The rows in ${path} are no longer those that were opened: the folder was removed, moved, unmounted or replaced while ` +
      'it was in use. What was written last is not acknowledged. Put the folder back in its place and open the ledger again.',
    { details: { path, displaced: true } },
  );
}

// Several ledgers on the same data, each with a trusted state of its own.

import { ImmuError } from '../errors.js';
import type { Ledger } from '../repository/ledger.js';
import { MemoryDatabase } from './memory-database.js';
import {
  assertLedgerOptions,
  assertServerOptions,
  type MemoryLedgerOptions,
  type MemoryServerOptions,
} from './options.js';
import { letTamper } from './tamperable.js';

/**
 * A database in memory that any number of ledgers may be opened on: as several services would, or one service again
 * after a restart. Nothing touches the disk, and nothing keeps the process alive.
 *
 * @example
 * await using server = await MemoryServer.start();
 * const store = new MemoryTrustStore();
 * const ledger = await server.open({ entities: [Account], trust: { store } });
 * // …
 * await ledger.close();
 * await tamper(server).rollBack(1n);
 * await expect(server.open({ entities: [Account], trust: { store } })).rejects.toThrow(VerificationError);
 */
export class MemoryServer implements AsyncDisposable {
  readonly #database: MemoryDatabase;
  readonly #ledgers = new Set<Promise<Ledger>>();
  #closing: Promise<void> | undefined;

  private constructor(database: MemoryDatabase) {
    this.#database = database;
    letTamper(this, database.tampering);
  }

  /**
   * Starts one, with an empty database.
   *
   * @throws TypeError for wrong options
   */
  static async start(options: MemoryServerOptions = {}): Promise<MemoryServer> {
    assertServerOptions(options);
    return new MemoryServer(await MemoryDatabase.make(options));
  }

  /** The database, by its name. */
  get database(): string {
    return this.#database.name;
  }

  /**
   * Opens a ledger on the data there is. Closing it leaves them.
   *
   * @param options `entities`, and `trust` if it is not to believe by itself and for itself
   * @throws what `openLedger` throws: TypeError, VerificationError, ImmuError
   */
  open(options: MemoryLedgerOptions): Promise<Ledger> {
    const ledger = this.#open(options, () => {
      this.#ledgers.delete(ledger);
      return Promise.resolve();
    });
    this.#ledgers.add(ledger);
    return ledger;
  }

  /** Closes its ledgers and ends it, with all data. May be called twice. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  /** Closes, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #open(options: MemoryLedgerOptions, onClosed: () => Promise<void>): Promise<Ledger> {
    assertLedgerOptions(options);
    if (this.#closing !== undefined) {
      throw new ImmuError('CLOSED', 'This MemoryServer is closed, and its data are gone. Start another one.');
    }
    return this.#database.open(options, onClosed);
  }

  async #close(): Promise<void> {
    const opened = await Promise.allSettled(this.#ledgers);
    const open = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    // What one of them could not store of what it trusts is of data that end here.
    await Promise.allSettled(open.map((ledger) => ledger.close()));
    await this.#database.end();
  }
}

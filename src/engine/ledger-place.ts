// Where an embedded ledger is kept: its catalog, and the rows of its databases.

import type { CatalogValue } from './catalog.js';
import type { LedgerStore } from './storage/ledger-store.js';

/** The place of one ledger, which nobody else writes to. */
export interface LedgerPlace {
  /** Its folder, absolute; `undefined` in memory. */
  readonly path: string | undefined;
  /** The catalog, or `undefined` in a new place. @throws ImmuError LEDGER_DAMAGED, UNSUPPORTED_FORMAT */
  readCatalog(): Promise<CatalogValue | undefined>;
  /** Makes a catalog durable. @throws ImmuError LEDGER_STORAGE_FAILED */
  writeCatalog(value: CatalogValue): Promise<void>;
  /** @throws as `assertInPlace` does, of what was found out so far: every few seconds the place is looked at */
  assertUsable(): void;
  /**
   * Looks at the place now. To be called before anything is written to it by its name.
   *
   * @throws ImmuError LEDGER_LOCKED if another process took it over, because this one did not show that it lives, or the
   *   folder is not the one that was opened
   */
  assertInPlace(): Promise<void>;
  /**
   * Opens the rows of a database. Never twice at once.
   *
   * @param mustExist whether having none is damage; otherwise they are then made
   * @throws ImmuError LEDGER_DAMAGED, LEDGER_MISSING, LEDGER_STORAGE_FAILED
   */
  open(name: string, mustExist: boolean): Promise<LedgerStore>;
  /** How many bytes they take; 0 where there are none. */
  sizeOf(name: string): Promise<number>;
  /** Removes them for good. They are not open; there may be none. @throws ImmuError LEDGER_STORAGE_FAILED */
  remove(name: string): Promise<void>;
  /** Gives it free. May be called twice. */
  release(): Promise<void>;
}

// The folder of an embedded ledger:
//
//   ledger.json             the catalog
//   writer.<n>.lock         who writes
//   databases/<name>/       the rows of a database
//   databases/.removed.…    what is left of one that was removed
//
// Nothing is ever written into a folder that is somebody else's.

import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImmuError } from '../errors.js';
import type { CatalogValue } from './catalog.js';
import type { LedgerPlace } from './ledger-place.js';
import { catalogJson, parseCatalog } from './parse-catalog.js';
import { CATALOG_FILE, PREVIOUS_CATALOG_FILE, readCatalog, writeCatalog } from './storage/catalog-file.js';
import { makeDirectory, syncDirectory } from '../durable-files.js';
import type { HeldLock } from './storage/held-lock.js';
import type { LedgerStore } from './storage/ledger-store.js';
import { openLmdbStore } from './storage/lmdb-store.js';
import { errorCode, onDisk } from './storage/storage-errors.js';
import { acquireWriterLock } from './storage/writer-lock.js';

const DATABASES = 'databases';
const REMOVED_PREFIX = '.removed.';

/** A database whose removal a crash cut short. */
const REMOVED = /^\.removed\./;

/** A file, or a store, that was to be put in its place when a crash came. */
const CUT_SHORT = /^(?:ledger\.json|ledger\.json\.previous|head)\.[0-9a-f]{16}\.new$|^new\.[0-9a-f]{16}$/;

/** What a creation that was cut short leaves, and what a crash leaves of a lock. */
const LITTER = /^writer\.(?:[1-9]\d*\.lock|[0-9a-f]{16}\.tmp)$|^ledger\.json\.[0-9a-f]{16}\.new$/;

/** The folder of an embedded ledger, held for writing. */
export class LedgerFolder implements LedgerPlace {
  readonly path: string;
  readonly #lock: HeldLock;

  private constructor(path: string, lock: HeldLock) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Takes a folder, which may not be there yet.
   *
   * @param path absolute
   * @throws ImmuError LEDGER_MISSING if something else is in it; LEDGER_LOCKED; LEDGER_STORAGE_FAILED
   */
  static async take(path: string): Promise<LedgerFolder> {
    await refuseForeign(path);
    await onDisk('make', path, () => makeDirectory(path));
    const lock = await acquireWriterLock(path);
    await sweep(path, CUT_SHORT);
    await sweep(join(path, DATABASES), REMOVED);
    return new LedgerFolder(path, lock);
  }

  /** {@inheritDoc LedgerPlace.readCatalog} */
  readCatalog(): Promise<CatalogValue | undefined> {
    return readCatalog(this.path, (value) => parseCatalog(value, join(this.path, CATALOG_FILE)));
  }

  /** {@inheritDoc LedgerPlace.writeCatalog} */
  async writeCatalog(value: CatalogValue): Promise<void> {
    await this.assertInPlace();
    // What could not be read again is not written.
    const readable = parseCatalog(catalogJson(value), join(this.path, CATALOG_FILE));
    await writeCatalog(this.path, catalogJson(readable));
  }

  /** {@inheritDoc LedgerPlace.assertUsable} */
  assertUsable(): void {
    if (!this.#lock.isHeld) throw lockLost(this.path);
  }

  /** {@inheritDoc LedgerPlace.assertInPlace} */
  async assertInPlace(): Promise<void> {
    if (!(await this.#lock.check())) throw lockLost(this.path);
  }

  /** {@inheritDoc LedgerPlace.open} */
  async open(name: string, mustExist: boolean): Promise<LedgerStore> {
    await this.assertInPlace();
    await sweep(this.#pathOf(name), CUT_SHORT);
    return openLmdbStore(this.#pathOf(name), { mustExist });
  }

  /** {@inheritDoc LedgerPlace.sizeOf} */
  async sizeOf(name: string): Promise<number> {
    const path = this.#pathOf(name);
    const names = await namesIn(path);
    const sizes = await Promise.all(
      names.map((file) =>
        stat(join(path, file)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** {@inheritDoc LedgerPlace.remove} */
  async remove(name: string): Promise<void> {
    await this.assertInPlace();
    const path = this.#pathOf(name);
    const removed = join(this.path, DATABASES, `${REMOVED_PREFIX}${name}.${randomBytes(8).toString('hex')}`);
    await onDisk('remove', path, async () => {
      // Out of the way at once and as a whole; a half-removed folder under its own name would look like damage.
      if (await renamed(path, removed)) await syncDirectory(join(this.path, DATABASES));
      await rm(removed, { recursive: true, force: true });
    });
  }

  /** {@inheritDoc LedgerPlace.release} */
  release(): Promise<void> {
    return this.#lock.release();
  }

  #pathOf(name: string): string {
    return join(this.path, DATABASES, name);
  }
}

function lockLost(path: string): ImmuError {
  return new ImmuError(
    'LEDGER_LOCKED',
    `Nothing was written to ${path}. This process does not hold the folder any more: it was removed, moved, unmounted or ` +
      'replaced while it was in use, or another process has taken it for writing, since this one did not show for long that ' +
      'it lives. Nothing more is read or written here: look into the folder, and open the ledger again.',
    { details: { path } },
  );
}

async function refuseForeign(path: string): Promise<void> {
  const names = await namesIn(path);
  if (names.includes(CATALOG_FILE) || names.includes(PREVIOUS_CATALOG_FILE)) return;
  const [foreign] = names.filter((name) => !LITTER.test(name));
  if (foreign === undefined) return;
  throw new ImmuError(
    'LEDGER_MISSING',
    `${path} holds no ledger (there is no ${CATALOG_FILE}), but something else: ${foreign}. A new ledger needs a folder ` +
      'of its own, empty or not yet there. If a ledger was here, restore it from a backup.',
    { details: { path, found: foreign } },
  );
}

/** Removes what a crash left. It may stay: it only takes space. */
async function sweep(folder: string, litter: RegExp): Promise<void> {
  const names = await namesIn(folder).catch(() => []);
  for (const name of names) {
    if (!litter.test(name)) continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** The names in a folder; none where there is no folder. */
async function namesIn(path: string): Promise<readonly string[]> {
  return onDisk('look into', path, async () => {
    try {
      return await readdir(path);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
  });
}

/** @returns false if there was nothing to rename */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

// The databases of an engine: which there are, which are loaded, which are open. They open when first used.

import { ImmuError } from '../errors.js';
import type { Catalog, DatabaseEntry } from './catalog.js';
import type { LedgerPlace } from './ledger-place.js';
import { SYSTEM_DATABASE } from './database-name.js';
import { Database } from './database/database.js';
import { DEFAULT_SETTINGS } from './database/settings.js';
import { alreadyClosed, OpenDatabase } from './open-database.js';
import { refused, ServiceFailure, Status } from './service-failure.js';
import { MemoryStore } from './storage/memory-store.js';
import { changedSettings, type GivenSettings, heededSettings, settingsOf } from './stored-settings.js';

const doesNotExist = () => refused('database does not exist');

/** What databases are made of. */
export interface DatabasesOptions {
  readonly catalog: Catalog;
  readonly place: LedgerPlace;
  /** Seconds since 1970. */
  readonly now: () => bigint;
}

/** A database to be made. */
export interface NewDatabase {
  readonly name: string;
  readonly settings: GivenSettings;
  /** Who makes it. */
  readonly createdBy: string;
}

/** The databases of an engine. */
export class Databases {
  readonly #catalog: Catalog;
  readonly #place: LedgerPlace;
  readonly #now: () => bigint;
  readonly #open = new Map<string, Promise<OpenDatabase>>();
  readonly #unloaded: Set<string>;
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;

  /** @param options where they are listed, and where their rows are */
  constructor({ catalog, place, now }: DatabasesOptions) {
    this.#catalog = catalog;
    this.#place = place;
    this.#now = now;
    const resting = catalog.databases().filter(({ settings }) => settingsOf(settings)('autoload') === false);
    this.#unloaded = new Set(resting.map(({ name }) => name));
  }

  /** Whether the database answers. */
  isLoaded(name: string): boolean {
    return !this.#unloaded.has(name);
  }

  /**
   * A database to work with.
   *
   * @throws ServiceFailure where there is none, or it is unloaded · ImmuError LEDGER_DAMAGED, LEDGER_STORAGE_FAILED
   */
  async use(name: string): Promise<OpenDatabase> {
    const entry = this.#catalog.database(name);
    if (entry === undefined && name !== SYSTEM_DATABASE) throw doesNotExist();
    if (this.#ended || !this.isLoaded(name)) throw alreadyClosed();
    this.#place.assertUsable();
    const open = this.#open.get(name);
    if (open === undefined) return this.#opening(name, entry);
    const found = await open;
    found.database.assertInPlace();
    if (!found.database.isToBeRenewed) return found;
    // Somebody else may have begun to.
    return this.#open.get(name) === open ? this.#opening(name, entry, found) : this.use(name);
  }

  /** @param before one that takes no more commits: closed first, once the calls under way have ended */
  #opening(name: string, entry: DatabaseEntry | undefined, before?: OpenDatabase): Promise<OpenDatabase> {
    const open = async () => {
      await before?.end();
      return entry === undefined ? openSystem(this.#now) : this.#openFiles(entry);
    };
    const opening = open();
    this.#open.set(name, opening);
    // The next to use it tries again.
    opening.catch(() => {
      if (this.#open.get(name) === opening) this.#open.delete(name);
    });
    return opening;
  }

  /** How many bytes a database takes. */
  sizeOf(name: string): Promise<number> {
    return this.#place.sizeOf(name);
  }

  /** Makes a database. @throws ServiceFailure where there is one of that name, or for settings it cannot have */
  create({ name, settings, createdBy }: NewDatabase): Promise<void> {
    return this.#exclusively(async () => {
      if (this.#catalog.database(name) !== undefined) throw refused('database already exists');
      const kept = changedSettings(name, {}, settings, false);
      await this.#finishRemoval(name);
      const createdAt = Number(this.#now());
      const entry: DatabaseEntry = { name, settings: kept, createdBy, createdAt, stage: 'new' };
      await this.#catalog.update((value) => ({ ...value, databases: [...value.databases, entry] }));
      this.#unloaded.delete(name);
    });
  }

  /** Changes settings. They count from the next time the database is loaded. */
  async update(name: string, settings: GivenSettings): Promise<void> {
    if (this.#catalog.database(name) === undefined) throw doesNotExist();
    await this.#catalog.updateDatabase(name, (entry) => ({
      ...entry,
      settings: changedSettings(name, entry.settings, settings, true),
    }));
  }

  /** Lets an unloaded database answer again. */
  load(name: string): Promise<void> {
    return this.#exclusively(() => {
      if (this.#catalog.database(name) === undefined) throw doesNotExist();
      if (!this.#unloaded.delete(name)) {
        throw new ServiceFailure(Status.INTERNAL, 'database already loaded', 'XX000');
      }
    });
  }

  /** Closes a database until it is loaded, once the calls under way have ended. */
  unload(name: string): Promise<void> {
    return this.#exclusively(async () => {
      if (this.#catalog.database(name) === undefined) throw doesNotExist();
      if (!this.isLoaded(name)) throw alreadyClosed();
      this.#unloaded.add(name);
      await this.#close(name);
    });
  }

  /** Removes an unloaded database and its rows, for good. */
  remove(name: string): Promise<void> {
    return this.#exclusively(async () => {
      if (this.#catalog.database(name) === undefined) throw doesNotExist();
      if (this.isLoaded(name)) throw refused('cannot delete an open database');
      await this.#catalog.updateDatabase(name, (entry) => ({ ...entry, stage: 'removing' }));
      await this.#finishRemoval(name);
    });
  }

  /** Finishes the removals that a crash cut short. */
  async finishRemovals(): Promise<void> {
    for (const { name, stage } of this.#catalog.value.databases) {
      if (stage === 'removing') await this.#finishRemoval(name);
    }
  }

  /** Closes all, once the calls under way have ended. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#last;
    await Promise.all([...this.#open.keys()].map((name) => this.#close(name)));
  }

  async #openFiles({ name, settings, stage }: DatabaseEntry): Promise<OpenDatabase> {
    const isNew = stage === 'new';
    const store = await this.#place.open(name, !isNew);
    try {
      const heeded = heededSettings(settings);
      const database = Database.open(store, { name, settings: heeded, now: this.#now });
      if (isNew) {
        if (database.state.txId > 0n) throw strayRows(name);
        // Before the first transaction: from then on having no rows is damage.
        await this.#catalog.updateDatabase(name, ({ stage: _, ...entry }) => entry);
      }
      return new OpenDatabase(database);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  async #close(name: string): Promise<void> {
    const opening = this.#open.get(name);
    this.#open.delete(name);
    const open = await opening?.catch(() => undefined);
    await open?.end();
  }

  async #finishRemoval(name: string): Promise<void> {
    const entry = this.#catalog.value.databases.find((listed) => listed.name === name);
    if (entry?.stage !== 'removing') return;
    await this.#place.remove(name);
    await this.#catalog.updateDatabase(name, () => undefined);
  }

  /** One after the other: what makes, loads, unloads and removes. */
  #exclusively(work: () => Promise<void> | void): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

/** immudb keeps users and settings there; here they are in the catalog, and it stays empty. */
function openSystem(now: () => bigint): Promise<OpenDatabase> {
  const options = { name: SYSTEM_DATABASE, settings: DEFAULT_SETTINGS, now };
  return Promise.resolve(new OpenDatabase(Database.open(new MemoryStore(), options)));
}

function strayRows(name: string): ImmuError {
  return new ImmuError(
    'LEDGER_DAMAGED',
    `The database "${name}" was just made, but its folder already holds transactions: move that folder away, or ` +
      'restore the ledger.json that belongs to it.',
    { details: { database: name } },
  );
}

// What an engine knows besides the data: its name, its users, its databases. One value, replaced as a whole and written
// before anybody sees it.

import type { User } from './access/user.js';
import type { StoredSettings } from './stored-settings.js';

/** A database of the catalog. */
export interface DatabaseEntry {
  readonly name: string;
  readonly settings: StoredSettings;
  readonly createdBy: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  /**
   * `new`: its rows were never used, and need not be there. `removing`: its removal has begun and will be finished;
   * nobody sees it any more. Absent: in use, its rows must be there.
   */
  readonly stage?: 'new' | 'removing';
}

/** Everything in the catalog. */
export interface CatalogValue {
  /** The format of what is stored. */
  readonly format: 1;
  /** The engine's name for itself: 20 characters. */
  readonly uuid: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly databases: readonly DatabaseEntry[];
  readonly users: readonly User[];
}

/** Makes a value durable. */
export type WriteCatalog = (value: CatalogValue) => Promise<void>;

/** The catalog of a running engine. */
export class Catalog {
  readonly #write: WriteCatalog;
  #value: CatalogValue;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param value as it was read
   * @param write makes a later one durable
   */
  constructor(value: CatalogValue, write: WriteCatalog) {
    this.#value = value;
    this.#write = write;
  }

  /** The newest value that is durable. */
  get value(): CatalogValue {
    return this.#value;
  }

  /** A user by name, or `undefined`. */
  user(name: string): User | undefined {
    return this.#value.users.find((user) => user.name === name);
  }

  /** A database by name, or `undefined` where there is none, or none any more. */
  database(name: string): DatabaseEntry | undefined {
    return this.databases().find((database) => database.name === name);
  }

  /** The databases, the first made first. */
  databases(): readonly DatabaseEntry[] {
    return this.#value.databases.filter(({ stage }) => stage !== 'removing');
  }

  /**
   * Replaces the value, one change after the other.
   *
   * @param change makes the next value of the newest; what it throws is thrown, and nothing is written
   * @throws ImmuError LEDGER_STORAGE_FAILED; the value is then as it was
   */
  update(change: (value: CatalogValue) => CatalogValue): Promise<void> {
    const run = async () => {
      const next = change(this.#value);
      if (next === this.#value) return;
      await this.#write(next);
      this.#value = next;
    };
    const done = this.#last.then(run);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Waits for the changes under way. */
  async settled(): Promise<void> {
    await this.#last;
  }

  /** Replaces one user. @param change is given the newest state of the user */
  updateUser(name: string, change: (user: User) => User): Promise<void> {
    return this.update((value) => ({
      ...value,
      users: value.users.map((user) => (user.name === name ? change(user) : user)),
    }));
  }

  /** Replaces one database's entry, or removes it where `change` returns `undefined`. */
  updateDatabase(name: string, change: (entry: DatabaseEntry) => DatabaseEntry | undefined): Promise<void> {
    return this.update((value) => ({
      ...value,
      databases: value.databases.flatMap((entry) => (entry.name === name ? (change(entry) ?? []) : entry)),
    }));
  }
}

// An embedded ledger: immudb's service without a server, in this process and in a folder.

import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { utf8 } from '../bytes.js';
import { Accounts } from './access/accounts.js';
import { Callers } from './access/callers.js';
import { hashPassword, MEMORY_COST, STORED_COST } from './access/password.js';
import { Permission } from './access/permission.js';
import { Sessions } from './access/sessions.js';
import { Tokens } from './access/tokens.js';
import { privilegesFor } from './access/user.js';
import { Catalog, type CatalogValue, type DatabaseEntry } from './catalog.js';
import { DEFAULT_DATABASE, SYSTEM_DATABASE } from './database-name.js';
import { Databases } from './databases.js';
import { type EngineOptions, type ResolvedEngineOptions, resolveEngineOptions } from './engine-options.js';
import type { LedgerPlace } from './ledger-place.js';
import { MemoryPlace } from './memory-place.js';
import type { EngineParts } from './service/engine-parts.js';
import { EngineService } from './service/engine-service.js';
import { KEY_VALUE_HANDLERS } from './service/key-value/handlers.js';
import type { LedgerService } from './service/service.js';
import { StateSigner } from './service/state-signer.js';
import { newUuid } from './uuid.js';

/** An open embedded ledger. */
export interface Engine extends AsyncDisposable {
  /** What answers calls, for a transport of this process or a server. */
  readonly service: LedgerService;
  /** Its name for itself: 20 characters, the same for the life of its folder. */
  readonly uuid: string;
  /** Its folder, absolute; `undefined` where everything is in memory. */
  readonly path: string | undefined;
  /**
   * Lets this process in as the administrator, for as long as the engine is open: a secret of its own, in place of the
   * stored password, which is for those who come from elsewhere.
   */
  readonly ownCredentials: { readonly user: string; readonly password: string };
  /** The databases there are, by name, without `defaultdb`. */
  readonly databaseNames: readonly string[];
  /** Makes a database with default settings. @throws ServiceFailure where there is one of that name */
  createDatabase(name: string): Promise<void>;
  /** Whether a database has no transaction yet. Opens it. @throws ImmuError LEDGER_DAMAGED, LEDGER_STORAGE_FAILED */
  isEmpty(name: string): Promise<boolean>;
  /**
   * Whether what this process has open is still what is in its folder. To be called before something is written to the
   * folder that is not the engine's.
   *
   * @throws ImmuError LEDGER_LOCKED
   */
  assertInPlace(): Promise<void>;
  /** Ends it: waits for what is under way, and gives its folder free. May be called again. */
  close(): Promise<void>;
}

/**
 * Opens an embedded ledger, making it where there is none. Takes no longer for more transactions: databases open, and
 * are checked, when they are first used.
 *
 * @throws ImmuError LEDGER_LOCKED while another process, or this one, has it open; LEDGER_MISSING if the folder holds
 *   something else; LEDGER_DAMAGED, UNSUPPORTED_FORMAT, LEDGER_STORAGE_FAILED
 * @throws TypeError for options that cannot be meant
 * @example
 * await using engine = await openEngine({ path: './ledger', databases: ['bank'] });
 */
export async function openEngine(options: EngineOptions = {}): Promise<Engine> {
  const resolved = resolveEngineOptions(options);
  const { path, signingKey } = resolved;
  const signer = signingKey === undefined ? undefined : new StateSigner(signingKey);
  const place = path === undefined ? new MemoryPlace() : await takeFolder(resolve(path));
  try {
    return await start(place, resolved, signer);
  } catch (error) {
    await place.release();
    throw error;
  }
}

/** Loading the storage engine takes a tenth of a second, which a ledger in memory need not wait for. */
async function takeFolder(path: string): Promise<LedgerPlace> {
  const { LedgerFolder } = await import('./ledger-folder.js');
  return LedgerFolder.take(path);
}

async function catalogOf(place: LedgerPlace, options: ResolvedEngineOptions): Promise<Catalog> {
  const write = (value: CatalogValue) => place.writeCatalog(value);
  const found = await place.readCatalog();
  if (found !== undefined) return new Catalog(found, write);
  const made = await newCatalog(options, passwordCostOf(place));
  await write(made);
  return new Catalog(made, write);
}

function passwordCostOf({ path }: LedgerPlace): number {
  return path === undefined ? MEMORY_COST : STORED_COST;
}

async function newCatalog(options: ResolvedEngineOptions, passwordCost: number): Promise<CatalogValue> {
  const { user, password, databases, now } = options;
  const seconds = now();
  const createdAt = Number(seconds);
  const entry = (name: string, createdBy: string): DatabaseEntry => ({
    name,
    settings: {},
    createdBy,
    createdAt,
    stage: 'new',
  });
  const others = new Set(databases.filter((name) => name !== DEFAULT_DATABASE));
  return {
    format: 1,
    uuid: newUuid(seconds),
    createdAt,
    // As immudb has it: the first one is the system's.
    databases: [entry(DEFAULT_DATABASE, SYSTEM_DATABASE), ...[...others].map((name) => entry(name, user))],
    users: [
      {
        name: user,
        administrator: true,
        password: await hashPassword(password, passwordCost),
        grants: [],
        privileges: privilegesFor('*', Permission.SYSADMIN),
        active: true,
        createdBy: '',
        createdAt,
      },
    ],
  };
}

async function start(
  place: LedgerPlace,
  options: ResolvedEngineOptions,
  signer: StateSigner | undefined,
): Promise<Engine> {
  const { now, limits } = options;
  const catalog = await catalogOf(place, options);
  const databases = new Databases({ catalog, place, now });
  await databases.finishRemovals();
  await makeMissing(databases, catalog, options.databases);
  const sessions = new Sessions(limits);
  const tokens = new Tokens();
  const ownPassword = randomBytes(32).toString('hex');
  const parts: EngineParts = {
    catalog,
    sessions,
    tokens,
    callers: new Callers(catalog, sessions, tokens),
    accounts: new Accounts({
      catalog,
      sessions,
      tokens,
      passwordCost: passwordCostOf(place),
      ownPassword: utf8(ownPassword),
      now,
    }),
    databases,
    signer,
    now,
    startedAt: now(),
  };
  return new RunningEngine(parts, place, ownPassword);
}

async function makeMissing(databases: Databases, catalog: Catalog, names: readonly string[]): Promise<void> {
  const createdBy = administratorOf(catalog);
  for (const name of names) {
    if (catalog.database(name) !== undefined) continue;
    await databases.create({ name, settings: new Map(), createdBy });
  }
}

function administratorOf(catalog: Catalog): string {
  return catalog.value.users.find(({ administrator }) => administrator)?.name ?? '';
}

class RunningEngine implements Engine {
  readonly service: EngineService;
  readonly uuid: string;
  readonly path: string | undefined;
  readonly #ownPassword: string;
  readonly #parts: EngineParts;
  readonly #place: LedgerPlace;
  #closing: Promise<void> | undefined;

  constructor(parts: EngineParts, place: LedgerPlace, ownPassword: string) {
    this.service = new EngineService(parts, KEY_VALUE_HANDLERS);
    this.uuid = parts.catalog.value.uuid;
    this.path = place.path;
    this.#parts = parts;
    this.#place = place;
    this.#ownPassword = ownPassword;
  }

  get ownCredentials(): { readonly user: string; readonly password: string } {
    return { user: administratorOf(this.#parts.catalog), password: this.#ownPassword };
  }

  get databaseNames(): readonly string[] {
    return this.#parts.catalog
      .databases()
      .map(({ name }) => name)
      .filter((name) => name !== DEFAULT_DATABASE);
  }

  createDatabase(name: string): Promise<void> {
    const { catalog, databases } = this.#parts;
    return databases.create({ name, settings: new Map(), createdBy: administratorOf(catalog) });
  }

  async isEmpty(name: string): Promise<boolean> {
    const { database } = await this.#parts.databases.use(name);
    return database.state.txId === 0n;
  }

  assertInPlace(): Promise<void> {
    return this.#place.assertInPlace();
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    try {
      await this.service.close();
      this.#parts.sessions.end();
      await this.#parts.databases.end();
      await this.#parts.catalog.settled();
    } finally {
      await this.#place.release();
    }
  }
}

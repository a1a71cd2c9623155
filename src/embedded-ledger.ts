// A client on an embedded ledger: the engine in this process, and the transport that leads to it. The client checks
// what the engine answers as it would check a server.

import type { KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { connect } from './client/connect.js';
import type {
  ConnectOptions,
  ImmuClient,
  OperationOptions,
  TrustOption,
  TrustStore,
} from './client/index.js';
import { EMBEDDED_DATABASE, normalDatabaseName } from './client/database-name.js';
import { LocalTransport } from './client/local-transport.js';
import type { Engine } from './engine/engine.js';
import { ImmuError } from './errors.js';
import { embeddedLedgerId, trustFolderOf } from './trust/embedded-place.js';
import { FileTrustStore } from './trust/file-store.js';
import { guardedStore } from './trust/guarded-store.js';
import { parseTrustOption } from './trust/trust-option.js';

/** Where the ledger is, and whom to believe. */
export interface EmbeddedOptions extends Pick<
  ConnectOptions,
  'database' | 'logger' | 'memory' | 'timeoutMs' | 'trust'
> {
  readonly path: string;
  readonly signingKey?: string | KeyObject;
}

/** A ledger in this process has no server's limit to heed: writes are committed as many at once as there are. */
const WRITES_IN_FLIGHT = 1000;

/**
 * How far the record in the folder may be behind: it guards against accidents of the folder it is in, and what the rows
 * acknowledged they have on the disk themselves.
 */
const TRUST_WRITE_BEHIND_MS = 100;

const KNOWN: ReadonlySet<string> = new Set<keyof EmbeddedOptions>([
  'path',
  'database',
  'logger',
  'memory',
  'timeoutMs',
  'trust',
  'signingKey',
]);

/**
 * Opens the ledger of a folder, making it where there is none. The engine is loaded by the first call.
 *
 * @throws TypeError for wrong options · ImmuError LEDGER_LOCKED, LEDGER_DAMAGED, LEDGER_MISSING, DATABASE_NOT_FOUND …
 */
export async function openEmbedded(
  options: EmbeddedOptions,
  operation: OperationOptions,
): Promise<ImmuClient> {
  refuseUnknown(options);
  const { path, signingKey, trust, database, ...rest } = options;
  if (typeof path !== 'string' || path === '') throw new TypeError('Ledger option "path" must name a folder');
  // A mistake in the trust option is told before anything is made.
  parseTrustOption(trust);
  const { openEngine } = await import('./engine/engine.js');
  const engine = await openEngine({ path, ...(signingKey === undefined ? {} : { signingKey }) });
  try {
    const name = await databaseOf(engine, path, database);
    return await connect(
      {
        ...rest,
        ...engine.ownCredentials,
        database: name,
        trust: trustOf(resolve(path), trust, engine),
        created: await engine.isEmpty(name),
        transport: new LocalTransport(engine.service, { address: path, close: () => engine.close() }),
        maxWritesInFlight: WRITES_IN_FLIGHT,
      },
      operation,
    );
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function refuseUnknown(options: EmbeddedOptions): void {
  for (const name of Object.keys(options)) {
    if (KNOWN.has(name)) continue;
    throw new TypeError(
      `Ledger option "${name}" has no meaning for a ledger in a folder (path). Known are: ${[...KNOWN].join(', ')}.`,
    );
  }
}

/** The database asked for, or the one there is. A new folder gets it. */
async function databaseOf(engine: Engine, path: string, asked: string | undefined): Promise<string> {
  const name = asked === undefined ? undefined : normalDatabaseName(asked);
  if (asked !== undefined && name === undefined) {
    throw new TypeError('Ledger option "database" must be letters a-z, digits and underscores, at most 128');
  }
  const names = engine.databaseNames;
  if (names.length === 0) {
    await engine.createDatabase(name ?? EMBEDDED_DATABASE);
    return name ?? EMBEDDED_DATABASE;
  }
  const chosen =
    name ?? (names.includes(EMBEDDED_DATABASE) || names.length > 1 ? EMBEDDED_DATABASE : names[0]);
  if (chosen !== undefined && names.includes(chosen)) return chosen;
  throw new ImmuError(
    'DATABASE_NOT_FOUND',
    `The ledger in ${path} has no database "${String(chosen)}", but: ${names.join(', ')}. Say which one is meant by the ` +
      'option "database"; a new ledger needs a folder of its own.',
    { details: { path, database: chosen, databases: names } },
  );
}

/**
 * By default the folder is believed at its first word and held to it by a record inside of it: that notices damage and
 * mistakes. Against the folder's owner only a record, a state or a key kept elsewhere helps.
 */
function trustOf(path: string, given: TrustOption | undefined, engine: Engine): TrustOption {
  const store = given?.store ?? storeInside(path, engine);
  const ledgerId = given?.ledgerId ?? embeddedLedgerId(path, given?.store === undefined);
  const anchored = given?.key !== undefined || given?.pin !== undefined;
  return { ...(anchored ? given : { ...given, firstUse: true }), store, ledgerId };
}

/** Records inside of the folder, which are not to be mixed up with those of a folder that was put in its place. */
function storeInside(path: string, engine: Engine): TrustStore {
  const directory = trustFolderOf(path);
  return guardedStore(new FileTrustStore({ directory, writeBehindMs: TRUST_WRITE_BEHIND_MS }), () =>
    engine.assertInPlace(),
  );
}

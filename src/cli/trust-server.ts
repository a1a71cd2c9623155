// The part of the trust commands that talks to a server, or to the ledger in a folder: what it proves, under a given
// reason to believe it.

import { openConnection } from '../client/connection.js';
import { isLoopback } from '../client/connection-options.js';
import { ImmuClient } from '../client/immu-client.js';
import { ImmuError } from '../errors.js';
import { EMPTY_HASH } from '../proof/layout/hash.js';
import { parseTrustPolicy, type TrustPolicy } from '../trust/policy.js';
import type { TrustRecord } from '../trust/record.js';
import type { TrustId } from '../trust/store.js';
import type { TrustOption } from '../trust/trust-option.js';
import { type Arguments, type Options, UsageError } from './arguments.js';
import { fileOf } from './key-files.js';
import { PATH_OPTION, trustOfFolder } from './ledger-folder.js';
import { connectionOf, URL_OPTIONS } from './server-url.js';
import type { Terminal } from './terminal.js';
import type { ConnectedEndpoint } from './trust-folder.js';

/** The options of commands that talk to a server. */
export const SERVER_OPTIONS: Options = {
  ...PATH_OPTION,
  ...URL_OPTIONS,
  key: { value: 'FILE', about: "the public half of the server's signing key, as PEM" },
  'signing-key': {
    value: 'FILE',
    about: 'with --path: the private key that signs states of that ledger, as PEM',
  },
  empty: { about: 'accept a database without any transaction, which proves nothing yet' },
};

/** The option that names the database where no URL does. */
export const FOLDER_DATABASE_OPTION: Options = {
  database: { value: 'NAME', about: 'with --path: the database (default: the only one, or `ledger`)' },
};

/** The option that names the ledger, for commands that know the database from the URL. */
export const LEDGER_OPTION: Options = {
  ledger: {
    value: 'ID',
    about: 'the name of the ledger on this side (default: host:port/database, or that of openLedger)',
  },
};

/** A server, and the record that is about it. */
export interface Server {
  readonly id: TrustId;
  /** Asks the server to continue what the store trusts, or to begin it. */
  readonly prove: () => Promise<TrustRecord>;
}

/** The key of `--key`, if it was given. */
export async function keyOf(given: Arguments): Promise<{ readonly key: string } | undefined> {
  const key = await fileOf(given, 'key');
  return key === undefined ? undefined : { key };
}

/** What a person who runs a command believes: the key of `--key`, or without one the server's first word. */
export async function anchorOf(
  given: Arguments,
): Promise<{ readonly key: string } | { readonly firstUse: true }> {
  return (await keyOf(given)) ?? { firstUse: true };
}

/** Connects, does `work`, and closes, whatever came of it. */
export async function atServer<T>(
  given: Arguments,
  terminal: Terminal,
  trust: TrustOption,
  work: (server: Server) => Promise<T>,
): Promise<T> {
  const path = given.text('path');
  if (path === undefined) {
    const { connection, endpoint } = await connectTo(given, terminal);
    return atEndpoint(given, { connection, endpoint }, trust, work);
  }
  if (given.has('url')) throw new UsageError('either --path or --url: a ledger in a folder, or a server');
  const { connectToFolder } = await import('./trust-folder.js');
  return atEndpoint(given, await connectToFolder(given, path), folderTrust(given, path, trust), work);
}

async function connectTo(given: Arguments, terminal: Terminal): Promise<ConnectedEndpoint> {
  const connection = await openConnection(await connectionOf(given, terminal));
  const { address, host } = connection.options;
  return { connection, endpoint: { address, database: connection.database, loopback: isLoopback(host) } };
}

/** A folder's record has the name that openLedger looks for, unless another was given. */
function folderTrust(given: Arguments, path: string, trust: TrustOption): TrustOption {
  return { ...trust, ledgerId: trust.ledgerId ?? trustOfFolder(given, path).ledgerId };
}

async function atEndpoint<T>(
  given: Arguments,
  { connection, endpoint }: ConnectedEndpoint,
  trust: TrustOption,
  work: (server: Server) => Promise<T>,
): Promise<T> {
  try {
    // Whoever runs this command is the one who says that trust may begin, in production too.
    const policy = parseTrustPolicy(trust, endpoint, false);
    const client = new ImmuClient(connection, { limits: {}, trustOf: () => policy });
    const id = { ledgerId: policy.ledgerId, database: connection.database };
    return await work({ id, prove: () => prove(client, policy, id, given.has('empty')) });
  } finally {
    await connection.close();
  }
}

async function prove(
  client: ImmuClient,
  policy: TrustPolicy,
  id: TrustId,
  empty: boolean,
): Promise<TrustRecord> {
  await client.openTrust();
  const record = await policy.store.load(id);
  if (record !== undefined) return record;
  if (empty) return createEmpty(client, policy, id);
  throw new ImmuError(
    'TX_NOT_FOUND',
    `Database "${id.database}" has no transaction yet, so there is nothing to trust. If it is meant to be new, say ` +
      '--empty; if not, it is not the database you think it is.',
    { details: { ...id } },
  );
}

/** What openTrust checked is stored by nobody, as there is no transaction. */
async function createEmpty(
  { connection }: ImmuClient,
  { store, keys, origin }: TrustPolicy,
  id: TrustId,
): Promise<TrustRecord> {
  return store.create(id, {
    serverUuid: connection.serverUuid,
    keyId: keys[0]?.keyId,
    origin,
    head: { txId: 0n, alh: EMPTY_HASH },
    observedAt: new Date().toISOString(),
  });
}

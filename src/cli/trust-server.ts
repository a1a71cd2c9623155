// The part of the trust commands that talks to a server: what it proves, under a given reason to believe it.

import { readFile } from 'node:fs/promises';
import { openConnection } from '../client/connection.js';
import { isLoopback } from '../client/connection-options.js';
import { ImmuClient } from '../client/immu-client.js';
import { ImmuError } from '../errors.js';
import { EMPTY_HASH } from '../proof/layout/hash.js';
import { parseTrustPolicy, type TrustPolicy } from '../trust/policy.js';
import type { TrustRecord } from '../trust/record.js';
import type { TrustId, TrustStore } from '../trust/store.js';
import type { TrustOption } from '../trust/trust-option.js';
import { type Arguments, type Options, UsageError } from './arguments.js';
import type { Terminal } from './terminal.js';

/** The options of commands that talk to a server. */
export const SERVER_OPTIONS: Options = {
  url: {
    value: 'URL',
    about: 'immudb://user:password@host:3322/database (default: IMMUREPO_URL, which no process list shows)',
  },
  plaintext: { about: 'send the password unencrypted to another machine' },
  key: { value: 'FILE', about: "the public half of the server's signing key, as PEM" },
  empty: { about: 'accept a database without any transaction, which proves nothing yet' },
};

/** The option that names the ledger, for commands that know the database from the URL. */
export const LEDGER_OPTION: Options = {
  ledger: { value: 'ID', about: 'the name of the ledger on this side (default: host:port/database)' },
};

/** A server, and the record that is about it. */
export interface Server {
  readonly id: TrustId;
  /** Asks the server to continue what the store trusts, or to begin it. */
  readonly prove: () => Promise<TrustRecord>;
}

/** The key of `--key`, if it was given. */
export async function keyOf(given: Arguments): Promise<{ readonly key: string } | undefined> {
  const file = given.text('key');
  if (file === undefined) return undefined;
  try {
    return { key: await readFile(file, 'utf8') };
  } catch (error) {
    throw new UsageError(`--key: ${error instanceof Error ? error.message : 'the file cannot be read'}`);
  }
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
  const url = given.text('url') ?? terminal.env.IMMUREPO_URL;
  if (url === undefined || url === '') throw new UsageError('--url is missing, and IMMUREPO_URL is not set');
  const connection = await openConnection({ url, plaintext: given.has('plaintext') });
  try {
    const { address, host } = connection.options;
    const endpoint = { address, database: connection.database, loopback: isLoopback(host) };
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
  { store, keys }: { readonly store: TrustStore } & Pick<TrustPolicy, 'keys'>,
  id: TrustId,
): Promise<TrustRecord> {
  return store.create(id, {
    serverUuid: connection.serverUuid,
    keyId: keys[0]?.keyId,
    origin: keys.length > 0 ? 'pinned' : 'first-use',
    head: { txId: 0n, alh: EMPTY_HASH },
    observedAt: new Date().toISOString(),
  });
}

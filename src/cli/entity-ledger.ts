// A ledger with one entity, as a command opens it: on a server, or in a folder that is there.

import { resolve } from 'node:path';
import { connect, type ImmuClient, type TrustOption } from '../client/index.js';
import { cbor } from '../codec/cbor.js';
import { messagePack } from '../codec/message-pack.js';
import { openEmbedded } from '../embedded-ledger.js';
import { assertLedger } from '../engine/maintenance/folders.js';
import { entitySchemas } from '../entity/entity-set.js';
import { withReferred } from '../entity/referred-classes.js';
import type { EntityClass } from '../entity/entity-types.js';
import type { Ledger } from '../repository/ledger.js';
import { openRepositories } from '../repository/open-repositories.js';
import { defaultLedgerId } from '../trust/policy.js';
import { missing } from '../trust/trust-errors.js';
import { type Arguments, UsageError } from './arguments.js';
import { signingKeyOf } from './key-files.js';
import { connectionOf } from './server-url.js';
import type { Terminal } from './terminal.js';
import { storeOf } from './trust-place.js';
import { keyOf } from './trust-server.js';

/**
 * Opens the ledger of `--path`, or that of `--url`.
 *
 * @param mayNote false to write nothing to it
 * @throws ImmuError LEDGER_MISSING, LEDGER_LOCKED, TRUST_MISSING for a server that nothing is known of, and others
 */
export async function openWith(
  entityClass: EntityClass,
  given: Arguments,
  terminal: Terminal,
  mayNote: boolean,
): Promise<Ledger> {
  const namespace = given.text('namespace');
  const schemas = entitySchemas(withReferred(entityClass), { namespace });
  const path = given.text('path');
  if (path !== undefined && given.has('url'))
    throw new UsageError('either --path or --url: a ledger in a folder, or a server');
  const client = path === undefined ? await atServer(given, terminal) : await inFolder(given, path);
  try {
    await client.openTrust();
    return await openRepositories(client, schemas, { mayNote, codecs: [cbor, messagePack] }, {});
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function inFolder(given: Arguments, path: string): Promise<ImmuClient> {
  await assertLedger(resolve(path));
  const trust = { ...(await keyOf(given)), ...placeOf(given, given.has('directory')) };
  return openEmbedded({ path, ...databaseOf(given), ...(await signingKeyOf(given)), trust }, {});
}

/** A server is held to its key, or to what is trusted of it already: a command for other things does not begin trust. */
async function atServer(given: Arguments, terminal: Terminal): Promise<ImmuClient> {
  const server = await connectionOf(given, terminal);
  const key = await keyOf(given);
  const place = placeOf(given, true);
  const trust: TrustOption = key === undefined ? { firstUse: true, ...place } : { ...key, ...place };
  const client = await connect({ ...server, ...databaseOf(given), trust });
  try {
    const { database, connection } = client;
    const ledgerId = place.ledgerId ?? defaultLedgerId({ address: connection.options.address, database });
    const id = { ledgerId, database };
    if (key === undefined && (await storeOf(given).load(id)) === undefined) throw missing(id);
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

function placeOf(given: Arguments, hasStore: boolean): Pick<TrustOption, 'store' | 'ledgerId'> {
  const ledgerId = given.text('ledger');
  return {
    ...(hasStore ? { store: storeOf(given) } : {}),
    ...(ledgerId === undefined ? {} : { ledgerId }),
  };
}

function databaseOf(given: Arguments): { readonly database?: string } {
  const database = given.text('database');
  return database === undefined ? {} : { database };
}

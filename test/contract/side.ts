// One of the two that histories are run on.
import type { Answer, RequestOf, RpcBackend, RpcCaller } from './rpc-backend.js';

/** A session on a database of its own. */
export interface Side {
  /** For the text of differences. */
  readonly name: string;
  readonly caller: RpcCaller;
  /** Sets its clock, in unix seconds, where it has one that can be set. */
  readonly setClock?: ((seconds: bigint) => void) | undefined;
  /** Ends the session and deletes the database. */
  readonly end: () => Promise<void>;
}

/** How a database for histories is made. */
export type Settings = NonNullable<RequestOf<'createDatabaseV2'>['settings']>;

/** Commits do not wait for others to share a write with, and few buffers are allocated: histories run one by one. */
const QUICK: Settings = { syncFrequency: { value: 1n }, maxConcurrency: { value: 4 } };

async function succeed(backend: RpcBackend, answer: Promise<Answer<unknown>>): Promise<void> {
  const { failure } = await answer;
  if (failure) throw new Error(`${backend.name}: a database for a history: ${failure.text}`);
}

/**
 * Creates a database and opens a session on it. On a server nobody else uses: while a database is unloaded, before
 * it is deleted, 1.11.1 refuses ServerInfo to everybody.
 *
 * @param settings besides those that make it quick
 * @throws Error where either is refused
 */
export async function openSide(
  backend: RpcBackend,
  database: string,
  settings: Settings = {},
  setClock?: Side['setClock'],
): Promise<Side> {
  const admin = await backend.withSession('immudb', 'immudb', 'defaultdb');
  const request = { name: database, settings: { ...QUICK, ...settings } };
  await succeed(backend, admin.ask('createDatabaseV2', request));
  const session = await backend.withSession('immudb', 'immudb', database);
  return {
    name: backend.name,
    caller: session,
    setClock,
    async end() {
      await session.close();
      await succeed(backend, admin.ask('unloadDatabase', { database }));
      await succeed(backend, admin.ask('deleteDatabase', { database }));
      await admin.close();
    },
  };
}

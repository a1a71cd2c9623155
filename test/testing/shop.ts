// Two accounts on a server in memory, and ledgers that are watched: what they raise, and what they trust.

import { expect, onTestFinished } from 'vitest';
import { ImmuError, type Ledger, MemoryTrustStore, VerificationError } from 'immurepo';
import type { TrustOption } from 'immurepo/client';
import { MemoryServer, type MemoryServerOptions } from 'immurepo/testing';
import { Account } from '../repository/entities.js';

/** A ledger, and all it was heard to say. */
export interface Watched {
  readonly ledger: Ledger;
  readonly store: MemoryTrustStore;
  /** The codes of the errors of `tampered` events. */
  readonly tampered: string[];
  /** The codes of the errors of `latched` events. */
  readonly latched: string[];
}

/** A server that ends with the test. */
export async function startServer(options?: MemoryServerOptions): Promise<MemoryServer> {
  const server = await MemoryServer.start(options);
  onTestFinished(() => server.close());
  return server;
}

/** Opens a ledger and listens. */
export async function watch(
  server: MemoryServer,
  { store = new MemoryTrustStore(), ...trust }: TrustOption & { readonly store?: MemoryTrustStore } = {},
): Promise<Watched> {
  const ledger = await server.open({
    entities: [Account],
    trust: { ...trust, store },
  });
  const tampered: string[] = [];
  const latched: string[] = [];
  ledger.on('tampered', ({ error }) => tampered.push(error.code));
  ledger.on('latched', ({ error }) => latched.push(error.code));
  return { ledger, store, tampered, latched };
}

/** Ada's account in three revisions, 1 to 3; Bob's in one, 100. */
export interface Accounts {
  readonly ada: string;
  readonly bob: string;
}

/** Saves them, in transactions 1 to 4. */
export async function fill(server: MemoryServer): Promise<Accounts> {
  await using ledger = await server.open({ entities: [Account] });
  const accounts = ledger.repository(Account);
  const ada = await accounts.save(accounts.create({ email: 'ada@example.com', balance: 1n }));
  await accounts.update(ada.id, { balance: 2n });
  await accounts.update(ada.id, { balance: 3n });
  const bob = await accounts.save(accounts.create({ email: 'bob@example.com', balance: 100n }));
  return { ada: ada.id, bob: bob.id };
}

interface Options {
  readonly timeoutMs?: number;
}

/** What a service does with an account, by name. */
export const operations = {
  find: ({ ledger }: Watched, id: string, options?: Options) => ledger.repository(Account).find(id, options),
  findMany: ({ ledger }: Watched, id: string, options?: Options) =>
    ledger.repository(Account).findMany([id], options),
  history: ({ ledger }: Watched, id: string, options?: Options) =>
    ledger.repository(Account).history(id, options),
  update: ({ ledger }: Watched, id: string, options?: Options) =>
    ledger.repository(Account).update(id, { balance: 7n }, options),
  insert: ({ ledger }: Watched, _id: string, options?: Options) => {
    const accounts = ledger.repository(Account);
    return accounts.insert(accounts.create({ email: 'new@example.com', balance: 9n }), options);
  },
  verifyState: ({ ledger }: Watched, _id: string, options?: Options) => ledger.verifyState(options),
} as const;

/** The name of an operation. */
export type Operation = keyof typeof operations;

/** The error's code, or `ok`. */
export async function outcome(operation: Promise<unknown>): Promise<string> {
  try {
    await operation;
    return 'ok';
  } catch (error) {
    if (error instanceof VerificationError || error instanceof ImmuError) return error.code;
    throw error;
  }
}

/** The operation is refused with this very code, one alarm is raised, and the trusted state stays as it was. */
export async function refused(watched: Watched, operation: Promise<unknown>, code: string): Promise<void> {
  const { ledger, tampered } = watched;
  const alarms = tampered.length;
  const trusted = await ledger.client.trustedState();
  const failure = await operation.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(VerificationError);
  expect(failure).toMatchObject({ code });
  expect(tampered.slice(alarms)).toEqual([code]);
  expect(await ledger.client.trustedState()).toEqual(trusted);
}

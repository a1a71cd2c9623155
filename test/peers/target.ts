// The server that peers are let loose on.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RealServer } from '../support/real-server.js';

/** A server at an address. */
export interface Target extends AsyncDisposable {
  /** What it is, in a word or two. */
  readonly about: string;
  /** `host:port`; the same after a restart. */
  readonly address: string;
  /** PEM file of the key it signs states with. */
  readonly publicKeyFile?: string | undefined;
  /** Stops it and starts it again on the same data and address. Absent where it is not ours. */
  readonly restart?: () => Promise<void>;
}

/** A server somebody else started, and stops. */
export function targetAt(address: string, publicKeyFile?: string): Target {
  return {
    about: `the server at ${address}`,
    address,
    publicKeyFile,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A real immudb of its own that signs its states. @throws Error where Go is missing */
export async function realTarget(): Promise<Target> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-peers-target-'));
  const publicKeyFile = await writePublicKey(folder, publicKey);
  const start = (port?: number): Promise<RealServer> =>
    startServer({ dir: join(folder, 'data'), signingKey: privateKey, ...(port !== undefined && { port }) });
  let server = await start();
  const { address } = server;
  return {
    about: 'a real immudb',
    address,
    publicKeyFile,
    restart: async () => {
      await server.stop();
      server = await start(Number(address.split(':')[1]));
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Writes a public key into a folder, as PEM. @returns its path */
export async function writePublicKey(folder: string, key: KeyObject): Promise<string> {
  const path = join(folder, 'public-key.pem');
  await writeFile(path, key.export({ type: 'spki', format: 'pem' }));
  return path;
}

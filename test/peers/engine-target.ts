// Our own ledger as a server: the embedded engine, served over gRPC from this process.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../../src/engine/engine.js';
import { serveEngine } from '../../src/engine/service/grpc-server.js';
import { type Target, writePublicKey } from './target.js';

/** A fresh ledger in a folder of its own, which signs its states. */
export async function engineTarget(): Promise<Target> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-peers-engine-'));
  const publicKeyFile = await writePublicKey(folder, publicKey);
  const start = async (port?: number) => {
    const engine = await openEngine({ path: join(folder, 'ledger'), signingKey: privateKey });
    const served = await serveEngine(engine.service, port === undefined ? {} : { port });
    const stop = async () => {
      await served.close();
      await engine.close();
    };
    return { address: served.address, stop };
  };
  let server = await start();
  const { address } = server;
  return {
    about: 'the embedded ledger',
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

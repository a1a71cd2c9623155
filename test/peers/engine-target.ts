// Our own ledger as a server: `immurepo serve`, in a process of its own, as a user would start it.
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Target, writePublicKey } from './target.js';

const COMMAND = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

interface Served {
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** A fresh ledger in a folder of its own, which signs its states. */
export async function engineTarget(): Promise<Target> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-peers-engine-'));
  const publicKeyFile = await writePublicKey(folder, publicKey);
  const keyFile = join(folder, 'signing-key.pem');
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const start = (port = '0') =>
    serve(['--path', join(folder, 'ledger'), '--port', port, '--signing-key', keyFile]);
  let server = await start();
  const { address } = server;
  return {
    about: 'the embedded ledger, served by immurepo serve',
    address,
    publicKeyFile,
    restart: async () => {
      await server.stop();
      server = await start(address.split(':')[1]);
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** @throws Error if it ends before it is ready */
async function serve(options: readonly string[]): Promise<Served> {
  // It ends with its input, so that none is left behind by a run that is killed.
  const words = ['--import', 'tsx', COMMAND, 'serve', ...options, '--json', '--until-stdin-closes'];
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]) => text as string),
    ended.then(([code]) => {
      throw new Error(`immurepo serve ended before it was ready, with exit code ${String(code)}`);
    }),
  ]);
  const { address } = JSON.parse(line) as { address: string };
  return { address, stop };
}

// A process that opens ledgers in memory and forgets them ends by itself, leaves no file behind, and loads neither the
// storage engine nor gRPC.

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'immurepo-testing-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const PROGRAM = `
import { memoryLedger, MemoryServer, tamper } from 'immurepo/testing';
import { Account } from ${JSON.stringify(fileURLToPath(new URL('till.ts', import.meta.url)))};
const ledger = await memoryLedger({ entities: [Account] });
const accounts = ledger.repository(Account);
await accounts.save(accounts.create({ id: 'ada', owner: 'Ada', balance: 1n }));
await tamper(ledger).fork(0n);
const server = await MemoryServer.start();
await server.open({ entities: [Account] });
console.log((await ledger.verifyState().catch((error) => error)).code);
`;

it('is a process that ends, and no file', async () => {
  const source = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));
  await writeFile(join(folder, 'program.ts'), PROGRAM);
  await build({
    entryPoints: [join(folder, 'program.ts')],
    outdir: join(folder, 'built'),
    outExtension: { '.js': '.mjs' },
    // What is loaded when it is used stays so.
    splitting: true,
    alias: { 'immurepo/testing': source('testing/index.ts'), immurepo: source('index.ts') },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Not to be found from there: neither is needed.
    external: ['lmdb', '@grpc/grpc-js'],
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
  });
  const places = Object.fromEntries(['home', 'work', 'temporary'].map((name) => [name, join(folder, name)]));
  await Promise.all(Object.values(places).map((path) => mkdir(path)));
  const child = spawn(process.execPath, [join(folder, 'built', 'program.mjs')], {
    cwd: places.work,
    env: { PATH: process.env.PATH, HOME: places.home, TMPDIR: places.temporary },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 15_000,
  });
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(told).toBe('FORK_DETECTED\n');
  for (const path of Object.values(places)) expect(await readdir(path)).toEqual([]);
}, 30_000);

// `immurepo serve` as a process of its own: signals, the end of its input, and what is loaded.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, MemoryTrustStore } from 'immurepo/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { openEngine } from '../../src/engine/engine.js';
import { temporaryFolder } from '../engine/maintenance/support/folders.js';

const MAIN = ['--import', 'tsx', 'src/cli/main.ts'];

interface ServingProcess {
  readonly child: ChildProcess;
  readonly address: string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

async function serving(path: string, ...words: string[]): Promise<ServingProcess> {
  const child = spawn(
    process.execPath,
    [...MAIN, 'serve', '--path', path, '--port', '0', '--json', ...words],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | string | null>((resolve) =>
    child.once('close', (code, signal) => {
      resolve(code ?? signal);
    }),
  );
  const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  return { child, ended, address: (JSON.parse(line) as { address: string }).address };
}

const newFolder = async () => join(await temporaryFolder(), 'ledger');
const clientOf = (address: string) =>
  connect({
    url: `immudb://immudb:immudb@${address}/ledger`,
    timeoutMs: 3_000,
    trust: { firstUse: true, store: new MemoryTrustStore() },
  });
const locks = async (path: string) => (await readdir(path)).filter((name) => name.startsWith('writer'));

describe.skipIf(process.platform === 'win32')('immurepo serve', { timeout: 60_000 }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends at %s, with every answered write on the disk and the folder free',
    async (signal) => {
      const path = await newFolder();
      const { child, address, ended } = await serving(path);
      const client = await clientOf(address);
      const answered: number[] = [];
      let stopping = false;
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        for (let count = 0; !stopping; count++) {
          const at = writer * 1_000 + count;
          await client.set(utf8(`key ${at}`), utf8('v')).then(
            () => answered.push(at),
            () => {
              stopping = true;
            },
          );
        }
      });
      while (answered.length <= 8) await sleep(20);
      await sleep(100);
      child.kill(signal);
      expect(await ended).toBe(0);
      stopping = true;
      await Promise.all(writers);
      await client.close().catch(() => undefined);
      expect(answered.length).toBeGreaterThan(8);
      expect(await locks(path)).toEqual([]);

      const engine = await openEngine({ path });
      const { serveEngine } = await import('../../src/engine/serve.js');
      const served = await serveEngine(engine.service);
      const reader = await clientOf(served.address);
      for (const at of answered) expect(await reader.get(utf8(`key ${at}`)), `key ${at}`).toBeDefined();
      await reader.close();
      await served.close();
      await engine.close();
    },
  );

  it('ends at once at a second signal', async () => {
    const path = await newFolder();
    const { child, address, ended } = await serving(path);
    // An open connection that does not go away is waited for.
    const client = await clientOf(address);
    child.kill('SIGTERM');
    await sleep(30);
    child.kill('SIGTERM');
    expect(['SIGTERM', 0]).toContain(await ended);
    await client.close().catch(() => undefined);
    // Whatever is left of it does not stand in the way.
    await (await openEngine({ path })).close();
  });

  it('ends with its input, if told so, and otherwise not', async () => {
    const path = await newFolder();
    const held = await serving(path, '--until-stdin-closes');
    held.child.stdin!.write('not looked at\n');
    await sleep(100);
    expect(held.child.exitCode).toBeNull();
    held.child.stdin!.end();
    expect(await held.ended).toBe(0);
    expect(await locks(path)).toEqual([]);

    const free = await serving(path);
    free.child.stdin!.end();
    await sleep(500);
    expect(free.child.exitCode).toBeNull();
    free.child.kill('SIGTERM');
    expect(await free.ended).toBe(0);
  });
});

it('alone of the commands for folders loads grpc-js', { timeout: 60_000 }, async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'ledger');
  await (await openEngine({ path, databases: ['ledger'] })).close();
  // Tells, at the end, whether a module of grpc-js is there.
  const probe = join(folder, 'probe.mjs');
  await writeFile(
    probe,
    `import { createRequire } from 'node:module';
    const { cache } = createRequire(${JSON.stringify(import.meta.url)});
    process.on('exit', () => process.stderr.write(Object.keys(cache).some((name) => name.includes('grpc-js')) ? 'grpc' : 'none'));`,
  );
  const loads = async (...words: string[]) => {
    const child = spawn(process.execPath, ['--import', probe, ...MAIN, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    child.stdout.on('data', () => {
      if (words[0] === 'serve') child.kill('SIGTERM');
    });
    await new Promise((resolve) => child.once('close', resolve));
    return told;
  };
  expect(await loads('verify', '--path', path, '--json')).toBe('none');
  expect(await loads('trust', 'show', '--path', path, '--json')).toBe('none');
  expect(await loads('backup', '--path', path, '--to', join(folder, 'copy'), '--json')).toBe('none');
  expect(await loads('serve', '--path', path, '--port', '0', '--json')).toBe('grpc');
});

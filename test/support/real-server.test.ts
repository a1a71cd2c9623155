import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { describeReal, freshDatabaseName } from './describe-real.js';
import { RawClient } from './raw-client.js';
import { buildServer, startServer } from './real-server.js';

const methods = ImmuServiceDefinition.methods;
const bytes = (text: string) => new TextEncoder().encode(text);

/** Whether the address refuses connections within five seconds. Says more than the process, which may be a zombie. */
async function isClosed(address: string): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const socket = connect({ host: '127.0.0.1', port: portOf(address) });
    try {
      await once(socket, 'connect');
    } catch {
      return true;
    } finally {
      socket.destroy();
    }
    await setTimeout(100);
  }
  return false;
}

function portOf(address: string): number {
  return Number(address.split(':')[1]);
}

describeReal('the shared server', (server) => {
  it('announces the version and the identity it sends', async () => {
    const client = await RawClient.open(server.address);
    expect((await client.call(methods.serverInfo, {})).version).toBe('1.11.1');
    const session = await client.call(methods.openSession, {
      username: bytes('immudb'),
      password: bytes('immudb'),
      databaseName: 'defaultdb',
    });
    expect(session.serverUUID).toBe(server.uuid);
    await client.close();
  });

  it('signs its states', async () => {
    const client = await RawClient.open(server.address);
    const state = await client.call(methods.currentState, {});
    expect(state.signature?.signature.length).toBeGreaterThan(60);
    await client.close();
  });

  it('accepts fresh database names', async () => {
    const client = await RawClient.open(server.address);
    const name = freshDatabaseName('support');
    const { alreadyExisted } = await client.call(methods.createDatabaseV2, { name });
    expect(alreadyExisted).toBe(false);
    await client.close();
  });
});

describeReal('a server of its own', () => {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

  it('keeps its data and identity through a crash', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'immurepo-test-'));
    folders.push(dir);
    const first = await startServer({ dir });
    const client = await RawClient.open(first.address);
    await client.call(methods.set, { KVs: [{ key: bytes('k'), value: bytes('v') }] });
    await first.kill();
    expect(await isClosed(first.address)).toBe(true);

    await using second = await startServer({ dir, port: portOf(first.address) });
    expect([second.uuid, second.address]).toEqual([first.uuid, first.address]);
    const again = await RawClient.open(second.address);
    expect((await again.call(methods.get, { key: bytes('k') })).value).toEqual(bytes('v'));
    expect((await again.call(methods.currentState, {})).signature).toBeUndefined();
    await again.close();
    await first.stop();
  });

  it('stops cleanly, even right after the start, and removes a temporary folder', async () => {
    const server = await startServer();
    expect(existsSync(server.dir)).toBe(true);
    const start = performance.now();
    await server.stop();
    await server.stop();
    // A server caught while starting would be ended by force, after ten seconds.
    expect(performance.now() - start).toBeLessThan(8000);
    expect(await isClosed(server.address)).toBe(true);
    expect(existsSync(dirname(server.dir))).toBe(false);
  });

  it('stops on SIGTERM', async () => {
    await using server = await startServer();
    process.kill(server.pid, 'SIGTERM');
    expect(await isClosed(server.address)).toBe(true);
  });

  it('does not outlive a parent that is killed', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'immurepo-test-'));
    folders.push(dir);
    const parentCode = `
      const child = require('node:child_process').spawn(process.argv[1], ['--dir', process.argv[2]], { stdio: ['pipe', 'inherit', 'inherit'] });
      setInterval(() => child, 1000);`;
    const parent = spawn(process.execPath, ['-e', parentCode, await buildServer(), dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const server = JSON.parse(line.toString()) as { address: string };
    parent.kill('SIGKILL');
    expect(await isClosed(server.address)).toBe(true);
  });

  it('says why it cannot start', async () => {
    await using server = await startServer();
    await expect(startServer({ port: portOf(server.address) })).rejects.toThrow(
      'ended before it was ready (exit code 1)',
    );
  });
});

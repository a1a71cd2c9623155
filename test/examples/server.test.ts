// Who may start a server on a folder. That servers start and stop is shown in quickstart.test.ts.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runningServer, startOwnServer } from '../../examples/quickstart/server.js';
import { startServer } from '../support/real-server.js';

vi.mock('../support/real-server.js', () => ({ startServer: vi.fn() }));

let folder: string;
const stop = vi.fn(() => Promise.resolve());
const say = () => undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'immurepo-test-'));
  vi.mocked(startServer)
    .mockReset()
    .mockResolvedValue({ address: '127.0.0.1:1234', stop } as never);
  stop.mockClear();
});
afterEach(() => rm(folder, { recursive: true }));

const inUse = () => readFile(join(folder, 'in-use'), 'utf8').catch(() => undefined);

it('claims the folder while it runs', async () => {
  const said: string[] = [];
  const server = await startOwnServer(folder, (line) => said.push(line));
  expect(server).toMatchObject({
    url: 'immudb://immudb:immudb@127.0.0.1:1234/defaultdb',
    ledgerId: 'quickstart',
  });
  expect(vi.mocked(startServer)).toHaveBeenLastCalledWith({ dir: join(folder, 'server') });
  expect([said, await inUse()]).toEqual([['Starting immudb …'], String(process.pid)]);
  stop.mockClear();
  await server[Symbol.asyncDispose]();
  expect(stop).toHaveBeenCalledOnce();
  expect(await inUse()).toBeUndefined();
});

it('makes a new server elsewhere, and moves in once it has started and stopped', async () => {
  await using _server = await startOwnServer(folder, say);
  const dirs = vi.mocked(startServer).mock.calls.map(([options]) => options?.dir);
  expect(dirs).toEqual([expect.stringMatching(/server-.{6}$/), join(folder, 'server')]);
  expect(await readdir(folder)).toEqual(['in-use', 'server']);
});

it('starts a server it made before once', async () => {
  await mkdir(join(folder, 'server'));
  await using _server = await startOwnServer(folder, say);
  expect(startServer).toHaveBeenCalledOnce();
});

it('leaves nothing of a first start that failed', async () => {
  vi.mocked(startServer).mockRejectedValue(new Error('ended before it was ready'));
  await expect(startOwnServer(folder, say)).rejects.toThrow('ended before it was ready');
  expect(await readdir(folder)).toEqual([]);
});

it('says what to install, and what to do instead, where there is no Go', async () => {
  vi.mocked(startServer).mockRejectedValue(new Error('built with Go, which was not found. Install Go'));
  await expect(startOwnServer(folder, say)).rejects.toThrow(
    /Install Go\nOr pass the URL of a running immudb: --url immudb:/,
  );
  expect(await inUse()).toBeUndefined();
});

it('leaves a folder alone that another process uses', async () => {
  await writeFile(join(folder, 'in-use'), String(process.ppid));
  await expect(startOwnServer(folder, say)).rejects.toThrow(`process ${process.ppid}) is using this folder`);
  expect(await inUse()).toBe(String(process.ppid));
  expect(startServer).not.toHaveBeenCalled();
});

it('leaves a folder alone that is just being claimed', async () => {
  await writeFile(join(folder, 'in-use'), '');
  await expect(startOwnServer(folder, say)).rejects.toThrow('is using this folder');
});

it('takes over from a process that is gone', async () => {
  // The largest process id of Linux is 2^22.
  await writeFile(join(folder, 'in-use'), String(2 ** 22 + 1));
  await using _server = await startOwnServer(folder, say);
  expect(await inUse()).toBe(String(process.pid));
});

it('gives the folder back although the server did not stop properly', async () => {
  const server = await startOwnServer(folder, say);
  stop.mockRejectedValueOnce(new Error('stuck'));
  await expect(server[Symbol.asyncDispose]()).rejects.toThrow('stuck');
  expect(await inUse()).toBeUndefined();
});

it('neither starts nor stops a server that is running already', async () => {
  const server = runningServer('immudb://somewhere');
  expect([server.url, server.ledgerId]).toEqual(['immudb://somewhere', undefined]);
  await server[Symbol.asyncDispose]();
  expect(startServer).not.toHaveBeenCalled();
});

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { cached, hashOf } from './cached.js';
import { goClient } from './go-client.js';
import { immudbPy } from './immudb-py.js';

const name = `test-${randomBytes(6).toString('hex')}`;

/** Makes a folder with a file in it. */
async function makeFolder(path: string, content: string): Promise<void> {
  await mkdir(path);
  await writeFile(join(path, 'file'), content);
}

const made: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const path of made.splice(0)) await rm(path, { recursive: true, force: true });
});

it('makes a thing once, however many ask for it at the same time', async () => {
  const paths = await Promise.all(
    ['one', 'two', 'three'].map((content) => cached(name, (path) => makeFolder(path, content))),
  );
  made.push(paths[0]!);
  expect(new Set(paths).size).toBe(1);
  expect(['one', 'two', 'three']).toContain(await readFile(join(paths[0]!, 'file'), 'utf8'));
  expect((await readdir(dirname(paths[0]!))).filter((entry) => entry.startsWith(name))).toEqual([name]);
  await cached(name, () => expect.unreachable('it was made before'));
});

it('leaves nothing behind when making fails, and tries again the next time', async () => {
  const failing = cached(name, async (path) => {
    await makeFolder(path, 'half');
    throw new Error('no network');
  });
  await expect(failing).rejects.toThrow('no network');
  const path = await cached(name, (unfinished) => makeFolder(unfinished, 'whole'));
  made.push(path);
  expect(await readFile(join(path, 'file'), 'utf8')).toBe('whole');
  expect((await readdir(dirname(path))).filter((entry) => entry.startsWith(name))).toEqual([name]);
});

it('changes the name with any file and anything else it depends on', async () => {
  const [here, there] = [import.meta.filename, join(import.meta.dirname, 'cached.ts')];
  const hashes = await Promise.all([hashOf([here]), hashOf([there]), hashOf([here], 'Python 3.11.7')]);
  expect(new Set(hashes).size).toBe(3);
  expect(await hashOf([here])).toBe(hashes[0]);
});

it('names what is missing where a client cannot be had', async () => {
  vi.stubEnv('PATH', '/nowhere');
  expect(await goClient.prepare()).toBe('go not found');
  expect(await immudbPy.prepare()).toBe('python3 not found');
});

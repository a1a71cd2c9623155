// The example application, built once for all tests that start it: a folder per content of the sources, made whole or not at all.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from '../../../examples/approvals/build.js';

const PROJECT = resolve(import.meta.dirname, '..', '..', '..');
const SOURCES = ['src', 'examples/approvals', 'package.json'];
const BUILDS = join(PROJECT, '.cache', 'approvals');
const KEPT_MS = 3_600_000;

/** Builds the example unless these very sources are built already. @returns the folder, to be read only */
export async function builtExample(): Promise<string> {
  const folder = join(BUILDS, await digestOfSources());
  if (await exists(folder)) return folder;
  await mkdir(BUILDS, { recursive: true });
  await removeOld();
  const unfinished = await mkdtemp(join(BUILDS, 'unfinished-'));
  await build(unfinished);
  try {
    await rename(unfinished, folder);
  } catch (error) {
    // Another test file was quicker.
    await rm(unfinished, { recursive: true });
    if (!(await exists(folder))) throw error;
  }
  return folder;
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await Promise.all(SOURCES.map(filesOf))).flat().sort())
    hash.update(`${file}\0`).update(await readFile(join(PROJECT, file)));
  return hash.digest('hex').slice(0, 16);
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(join(PROJECT, path))).isDirectory()) return [path];
  const entries = await readdir(join(PROJECT, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|json|html|css|svg)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(PROJECT.length + 1));
}

/** What other sources were built into. A test of another run may still use what is new. */
async function removeOld(): Promise<void> {
  for (const name of await readdir(BUILDS)) {
    const folder = join(BUILDS, name);
    const since = await stat(folder).catch(() => undefined);
    if (since !== undefined && Date.now() - since.mtimeMs > KEPT_MS)
      await rm(folder, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

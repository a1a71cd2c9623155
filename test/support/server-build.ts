// Builds the real immudb for tests, once per version of its sources.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const projectFolder = join(import.meta.dirname, '..', '..');
const cacheFolder = join(projectFolder, '.cache', 'server');

/** Which immudb: the one this project is made for, or the oldest it works with. */
export type ServerRelease = 'current' | 'oldest';

/** Where the sources of the program around each are. */
const SOURCES: Readonly<Record<ServerRelease, string>> = {
  current: join(projectFolder, 'test', 'server'),
  oldest: join(projectFolder, 'test', 'server', 'old'),
};

/** What is said wherever something is left out for want of Go. */
export const GO_MISSING = 'SKIPPED real server (go not found)';

/** Whether there is a Go toolchain to build the server with. */
export async function isGoInstalled(): Promise<boolean> {
  try {
    await run('go', ['version']);
    return true;
  } catch {
    return false;
  }
}

/** A name for the binary that changes with everything it is built from. */
async function sourceHash(sourceFolder: string): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  const names = (await readdir(sourceFolder)).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name));
  for (const name of names.sort()) {
    hash.update(`${name}\n`).update(await readFile(join(sourceFolder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Builds the server unless it was built before, which takes one to two minutes on a machine that never did.
 * Processes may build at the same time: each builds a file of its own and moves it into place.
 *
 * @returns the path of the program
 * @throws Error where Go is missing or the build fails
 */
export async function buildServer(release: ServerRelease = 'current'): Promise<string> {
  const sourceFolder = SOURCES[release];
  const program = join(cacheFolder, `immudb-${await sourceHash(sourceFolder)}`);
  if (existsSync(program)) return program;
  if (!(await isGoInstalled())) {
    throw new Error(
      'The real immudb is built with Go, which was not found. Install Go 1.25 or newer: https://go.dev/dl',
    );
  }
  await mkdir(cacheFolder, { recursive: true });
  process.stderr.write('Building the real immudb for tests; the first time takes one to two minutes ...\n');
  const unfinished = `${program}.${process.pid}.${Date.now()}`;
  await run('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', unfinished, '.'], {
    cwd: sourceFolder,
  });
  await rename(unfinished, program);
  return program;
}

// immudb's own Go client, of the very module the real server of the tests is built from.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isGoInstalled } from '../support/server-build.js';
import { cached, hashOf, runProgram } from './cached.js';
import type { Command, Peer } from './peer.js';

const moduleFolder = join(import.meta.dirname, '..', 'server');
const sourceFolder = join(moduleFolder, 'peers');

/** The client of github.com/codenotary/immudb. Built in a few seconds once the real server was. */
export const goClient: Peer = {
  name: 'go',
  about: 'Go client of immudb 1.11.1',
  prepare: async () => ((await isGoInstalled()) ? buildGoClient() : 'go not found'),
};

/** Builds it unless it was built before. @throws Error where Go is missing or the build fails */
export async function buildGoClient(): Promise<Command> {
  const sources = (await readdir(sourceFolder)).filter((name) => name.endsWith('.go')).sort();
  const files = [...sources.map((name) => join(sourceFolder, name)), join(moduleFolder, 'go.mod')];
  const program = await cached(`go-client-${await hashOf(files)}`, (path) =>
    runProgram('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', path, './peers'], {
      cwd: moduleFolder,
    }),
  );
  return [program];
}

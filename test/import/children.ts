// Processes that import, each started in the time node takes: bundled once, with the packages left where they are.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

const place = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A process under way. */
export interface ImportChild {
  /** What it tells, line by line. */
  readonly lines: AsyncIterable<string>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  readonly kill: () => Promise<void>;
}

/** To be called at the top of a test file. What still runs at its end is killed. */
export function importChildren(): (args: readonly string[], nodeArgs?: readonly string[]) => ImportChild {
  let directory = '';
  const children: ImportChild[] = [];
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'immurepo-child-'));
    await symlink(place('../../node_modules'), join(directory, 'node_modules'));
    await build({
      entryPoints: [place('./child.ts')],
      outfile: join(directory, 'child.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      alias: { immurepo: place('../../src/index.ts') },
      packages: 'external',
    });
  });
  afterAll(async () => {
    await Promise.all(children.map((child) => child.kill()));
    await rm(directory, { recursive: true, force: true });
  });
  return (args, nodeArgs = []) => {
    const child = start([...nodeArgs, join(directory, 'child.mjs'), ...args]);
    children.push(child);
    return child;
  };
}

function start(args: readonly string[]): ImportChild {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => {
      resolve(signal ?? code);
    });
  });
  return {
    lines: createInterface(child.stdout),
    ended,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

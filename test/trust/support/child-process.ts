// Starts child.ts in processes of their own: bundled once per run, so that each starts in the time node takes.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

/** A child and what it has told so far. */
export interface Child {
  readonly process: ChildProcess;
  readonly told: () => string;
  /** Resolves with the exit code, or null when it was killed. */
  readonly ended: Promise<number | null>;
}

/** @returns starts a child; to be called at the top of a test file */
export function childProcesses(): (...args: readonly string[]) => Child {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'immurepo-child-'));
    await build({
      entryPoints: [fileURLToPath(new URL('child.ts', import.meta.url))],
      outfile: join(directory, 'child.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
    });
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  return (...args) => start(join(directory, 'child.mjs'), args);
}

function start(script: string, args: readonly string[]): Child {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { process: child, told: () => told, ended };
}

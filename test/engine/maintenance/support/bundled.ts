// Scripts bundled once per test file, so that a process of its own starts in the time node takes. LMDB stays outside,
// since it is native.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

/** The process that does one task, as the engine starts it. */
export const TASK_PROCESS = fileURLToPath(
  new URL('../../../../src/engine/maintenance/task-process.ts', import.meta.url),
);

/**
 * To be called at the top of a test file.
 *
 * @param scripts files
 * @returns tells where the bundle of one of them is, by its name without extension
 */
export function bundledScripts(...scripts: readonly string[]): (name: string) => string {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'immurepo-bundle-'));
    await bundle(scripts, directory);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  return (name) => join(directory, `${name}.mjs`);
}

/** Bundles scripts into a folder. */
export async function bundle(scripts: readonly string[], directory: string): Promise<void> {
  const lmdb = fileURLToPath(import.meta.resolve('lmdb'));
  await build({
    entryPoints: scripts.map((script) => ({ in: script, out: basename(script, extname(script)) })),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    alias: { lmdb },
    // grpc-js is CommonJS and needs require.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    external: [lmdb],
  });
}

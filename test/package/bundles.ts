// A program that uses next to nothing of the package, as bundlers make it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';

/** Whatever else is dropped: standard decorators in this file, compiled by anything, would need Symbol.metadata. */
const LITTLE = "import { ImmuError } from 'immurepo';\nconsole.log(ImmuError.name, 'metadata' in Symbol);\n";

/**
 * @param folder in which the package is installed
 * @returns the paths of the programs: one by esbuild, one by Vite
 */
export async function bundleLittle(folder: string): Promise<string[]> {
  const entry = join(folder, 'little.js');
  await writeFile(entry, LITTLE);
  const byEsbuild = join(folder, 'little-esbuild.mjs');
  await esbuild({
    entryPoints: [entry],
    outfile: byEsbuild,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['@grpc/*', 'lmdb'],
    logLevel: 'error',
  });
  await vite({
    root: folder,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: ['immurepo'] },
    build: { ssr: entry, outDir: 'little-vite', minify: false },
  });
  return [byEsbuild, join(folder, 'little-vite/little.mjs')];
}

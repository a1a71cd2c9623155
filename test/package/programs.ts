// The programs, compiled as users' are.
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { manifestOf, ROOT } from './packed.js';

/** The kinds of decorators: `experimentalDecorators`, and those of the language. */
export const MODES = ['legacy', 'standard'] as const;
export type Mode = (typeof MODES)[number];

/** Puts the sources of the programs into a folder, where they see the package that is installed there. */
export async function copyPrograms(folder: string): Promise<void> {
  await cp(join(ROOT, 'test/package/programs'), folder, { recursive: true });
}

/** What to make of a program. */
export interface Build {
  readonly mode: Mode;
  readonly format: 'esm' | 'cjs';
  /** A folder in which the package is installed. */
  readonly folder: string;
  /** Whether the package itself goes into the bundle, as far as it is used; what it depends on stays outside. */
  readonly bundled?: boolean;
}

/** @returns the path of the program, ready for Node */
export async function buildProgram({ mode, format, folder, bundled = false }: Build): Promise<string> {
  const extension = format === 'esm' ? 'mjs' : 'cjs';
  const outfile = join(folder, `${bundled ? 'bundled' : 'run'}-${mode}.${extension}`);
  const sources = join(folder, 'programs');
  await copyPrograms(sources);
  const { dependencies } = await manifestOf(join(folder, 'node_modules/immurepo'));
  await build({
    entryPoints: [join(sources, 'run.ts')],
    outfile,
    bundle: true,
    treeShaking: true,
    format,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    tsconfigRaw: { compilerOptions: { experimentalDecorators: mode === 'legacy' } },
    ...(bundled ? { external: Object.keys(dependencies) } : { packages: 'external' }),
  });
  return outfile;
}

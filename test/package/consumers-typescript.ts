// TypeScript projects of several kinds: what they compile to runs, and the declarations are checked with them.
import { match } from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './process.js';
import { copyPrograms, MODES, type Mode } from './programs.js';

/** A version of TypeScript, and a folder in which it is installed beside the package. */
export interface TypeScriptPlace {
  /** For example `7.0.2`. */
  readonly version: string;
  readonly folder: string;
}

/** A kind of project. */
export interface Project {
  readonly name: string;
  readonly module: string;
  readonly moduleResolution: string;
  /** Of its package.json. */
  readonly type: 'module' | 'commonjs';
  /** The major versions of TypeScript that have it; all others are skipped for the reason. */
  readonly only?: { readonly majors: readonly number[]; readonly why: string };
}

/** How projects are set up. */
export const PROJECTS: readonly Project[] = [
  { name: 'nodenext', module: 'nodenext', moduleResolution: 'nodenext', type: 'module' },
  { name: 'nodenext, commonjs', module: 'nodenext', moduleResolution: 'nodenext', type: 'commonjs' },
  { name: 'bundler', module: 'esnext', moduleResolution: 'bundler', type: 'module' },
  {
    name: 'commonjs, node10',
    module: 'commonjs',
    moduleResolution: 'node10',
    type: 'commonjs',
    only: { majors: [5, 6], why: 'TypeScript 7 has no node10' },
  },
  {
    name: 'commonjs, bundler',
    module: 'commonjs',
    moduleResolution: 'bundler',
    type: 'commonjs',
    only: { majors: [6, 7], why: 'TypeScript 5 has it with ES modules only' },
  },
];

/**
 * Compiles and runs the program in a kind of project, declarations included in the check.
 *
 * @throws Error with what the compiler says, or where the program failed
 */
export async function compileAndRun(project: Project, place: TypeScriptPlace): Promise<void> {
  const root = join(place.folder, project.name.replaceAll(/\W+/g, '-'));
  await copyPrograms(root);
  await writeFile(join(root, 'package.json'), JSON.stringify({ type: project.type }));
  for (const mode of MODES) {
    await compile(project, place, { root, mode, exact: true, out: mode });
    const { stdout } = await runProgram(process.execPath, [join(root, mode, 'run.js')], { cwd: root });
    match(stdout, /^proven/);
  }
  await compile(project, place, { root, mode: 'legacy', exact: false, out: 'loose' });
}

interface Compilation {
  readonly root: string;
  readonly mode: Mode;
  /** `exactOptionalPropertyTypes` */
  readonly exact: boolean;
  readonly out: string;
}

async function compile(
  project: Project,
  place: TypeScriptPlace,
  { root, mode, exact, out }: Compilation,
): Promise<void> {
  await tsc(project, place, root, `tsconfig.${out}.json`, {
    outDir: out,
    types: ['node'],
    exactOptionalPropertyTypes: exact,
    experimentalDecorators: mode === 'legacy',
  });
}

async function tsc(
  { module, moduleResolution }: Project,
  { version, folder }: TypeScriptPlace,
  root: string,
  config: string,
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022'],
    strict: true,
    skipLibCheck: false,
    rootDir: '.',
    module,
    moduleResolution,
    // Without it TypeScript 6 does not take node10 any more.
    ...(moduleResolution === 'node10' && version.startsWith('6.') ? { ignoreDeprecations: '6.0' } : {}),
    ...options,
  };
  await writeFile(join(root, config), JSON.stringify({ compilerOptions, files: ['run.ts'] }));
  await runProgram(process.execPath, [join(folder, 'node_modules/typescript/bin/tsc'), '-p', config], {
    cwd: root,
  });
}

// Builds the example into build/: the service and its tools, the page, and the library as a package that they find by its name.
// npm run example:build, `… -- FOLDER` for another one, or `build(outDir)`; it must be below this checkout, and is replaced. Types are for
// `npm run check` to look at: here each file is compiled by itself, by the compiler that Nest's own tools use where it must be
// quick, which emits the types of constructors' arguments for Nest to inject by.

import { type Options, transform } from '@swc/core';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const PROJECT = resolve(import.meta.dirname, '..', '..');
const EXAMPLE = join('examples', 'approvals');
const SOURCES = ['src', join(EXAMPLE, 'server'), join(EXAMPLE, 'tools'), join(EXAMPLE, 'page')];
const ASSETS = /\.(html|css|svg)$/;

const COMPILER: Options = {
  configFile: false,
  swcrc: false,
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, verbatimModuleSyntax: true },
  },
};

/** @param outDir what is in it is replaced @throws Error for a file that cannot be compiled */
export async function build(outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  const files = (await Promise.all(SOURCES.map(filesBelow))).flat();
  await Promise.all(files.map((file) => buildFile(file, outDir)));
  await writePackage(outDir);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(PROJECT, folder), { recursive: true });
  return entries.map((entry) => join(folder, entry));
}

/** Compiles or copies a file; leaves out what is neither code nor part of the page. */
async function buildFile(file: string, outDir: string): Promise<void> {
  const [from, to] = [join(PROJECT, file), join(outDir, file)];
  if (ASSETS.test(file)) await cp(from, to);
  if (!file.endsWith('.ts')) return;
  const { code } = await transform(await readFile(from, 'utf8'), { ...COMPILER, filename: from });
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to.replace(/\.ts$/, '.js'), code);
}

/** The exports of the package, as they are in this folder. */
async function writePackage(outDir: string): Promise<void> {
  const { name, exports } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  const moved = Object.entries(exports).map(([path, target]) => [
    path,
    typeof target === 'string' ? target : target.default.replace('./dist/', './src/'),
  ]);
  const content = { name, type: 'module', private: true, exports: Object.fromEntries(moved) as object };
  await writeFile(join(outDir, 'package.json'), `${JSON.stringify(content, undefined, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await build(resolve(PROJECT, process.argv[2] ?? 'build'));

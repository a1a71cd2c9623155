// The compilers people use, in both kinds of decorators, and a copy of src compiled for plain Node to run beside.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { transformSync as swc } from '@swc/core';
import { transformSync as esbuild } from 'esbuild';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export type Mode = 'legacy' | 'standard';

/** Compiles one module to JavaScript for Node 20. */
export type Compiler = (source: string, mode: Mode) => string;

/** TypeScript, with design:type as projects with reflect-metadata have it. */
export function tsc(source: string, mode: Mode): string {
  return ts.transpileModule(source, {
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      experimentalDecorators: mode === 'legacy',
      emitDecoratorMetadata: mode === 'legacy',
    },
  }).outputText;
}

export const COMPILERS: Readonly<Record<string, Compiler>> = {
  tsc,
  swc: (source, mode) =>
    swc(source, {
      configFile: false,
      swcrc: false,
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform:
          mode === 'legacy'
            ? { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true }
            : { decoratorVersion: '2023-11' },
      },
    }).code,
  esbuild: (source, mode) =>
    esbuild(source, {
      loader: 'ts',
      format: 'esm',
      target: 'es2022',
      tsconfigRaw: { compilerOptions: { experimentalDecorators: mode === 'legacy' } },
    }).code,
};

/** TypeScript 5.0 and 5.1, which had standard decorators but not their metadata. */
export const oldTsc: Compiler = (source) =>
  tsc(source, 'standard').replaceAll(/const _metadata = [^;]+;/g, 'const _metadata = void 0;');

/** A folder inside the project, where packages resolve, with src compiled to JavaScript. */
export interface Workshop {
  /** Writes a module compiled from a file of test/entity, at the place that its relative imports expect. */
  compile(file: string, compiler: Compiler, mode: Mode): void;
  /** Runs a compiled module in a process of its own. */
  run(file: string, ...nodeOptions: string[]): Promise<{ stdout: string; stderr: string }>;
  remove(): void;
}

function outputPath(folder: string, sourcePath: string): string {
  const path = join(folder, relative(ROOT, sourcePath)).replace(/\.ts$/, '.js');
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

export function openWorkshop(): Workshop {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.cache', 'decorators-'));
  const write = (sourcePath: string, compiler: Compiler, mode: Mode): void => {
    writeFileSync(outputPath(folder, sourcePath), compiler(readFileSync(sourcePath, 'utf8'), mode));
  };
  for (const part of ['codec', 'entity']) {
    const files = readdirSync(join(ROOT, 'src', part), { recursive: true, encoding: 'utf8' });
    for (const name of files.filter((file) => file.endsWith('.ts')))
      write(join(ROOT, 'src', part, name), tsc, 'standard');
  }
  for (const name of ['bytes.ts', 'errors.ts', 'plain-object.ts'])
    write(join(ROOT, 'src', name), tsc, 'standard');
  return {
    compile: (file, compiler, mode) => {
      write(join(ROOT, 'test/entity', file), compiler, mode);
    },
    run: (file, ...nodeOptions) =>
      promisify(execFile)(process.execPath, [
        ...nodeOptions,
        outputPath(folder, join(ROOT, 'test/entity', file)),
      ]),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// A Nest application that uses the package: served over HTTP, from ES modules and from CommonJS, and tested with the test
// runners people use, each with the configuration that the README names.
import { equal, match } from 'node:assert/strict';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { type NodePlace, type OnNode, surfaceScript } from './consumers-node.js';
import { ROOT } from './packed.js';
import { runProgram } from './process.js';
import {
  JEST_COMMONJS,
  JEST_COMMONJS_NEST_12,
  JEST_ESM,
  SWC_NEST,
  TYPESCRIPT_NEST,
  VITEST_NEST_VITE_7,
} from './runner-configurations.js';

const SOURCES = join(ROOT, 'test/package/nest');
const NAMES = ['immurepo/nest', 'immurepo/nest/health', 'immurepo/nest/testing'];
/** Jest compiles a whole framework before the first test runs. */
const testTimeout = 60_000;

type Format = 'module' | 'commonjs';

/** The application as ES modules. */
export const nestEsm: OnNode = (place) => serve(place, 'module');

/** The application as CommonJS, which is given by `require` what `import` gives. */
export const nestCommonJs: OnNode = async (place) => {
  const note = await serve(place, 'commonjs');
  const script = join(place.folder, 'nest-surface.cjs');
  await writeFile(script, `require('reflect-metadata');\n${surfaceScript(NAMES)}`);
  const { stdout } = await runProgram(place.node, [script], { cwd: place.folder });
  equal(stdout.trim(), 'the same');
  return note;
};

async function serve({ node, folder }: NodePlace, format: Format): Promise<string | undefined> {
  const root = await copied(folder, `nest-${format}`, format);
  for (const name of ['shop', 'main']) {
    const { outputText } = ts.transpileModule(await readFile(join(root, `${name}.ts`), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: format === 'module' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      },
    });
    await writeFile(join(root, `${name}.js`), outputText);
  }
  const { stdout, stderr } = await runProgram(node, [join(root, 'main.js')], { cwd: root });
  match(stdout, /^served by Node/);
  const warned = stderr.includes('ExperimentalWarning: CommonJS module');
  if (!warned) equal(stderr, '');
  return warned ? 'ExperimentalWarning' : undefined;
}

/**
 * That the application's types are right, in both kinds of projects.
 *
 * @throws Error with what the compiler says
 */
export async function checkNestTypes(
  { folder, node }: NodePlace,
  formats: readonly Format[],
): Promise<undefined> {
  for (const format of formats) {
    const root = await copied(folder, `nest-types-${format}`, format);
    const compilerOptions = {
      ...TYPESCRIPT_NEST.compilerOptions,
      module: 'nodenext',
      lib: ['ES2022'],
      types: ['node'],
      strict: true,
      noEmit: true,
      // What Nest declares is Nest's own, and names packages that are not installed.
      skipLibCheck: true,
    };
    await writeFile(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
    await runProgram(node, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', root], { cwd: root });
  }
  return undefined;
}

/** Vitest on Vite 8, which needs no configuration but tsconfig.json. */
export const nestVitest: OnNode = async ({ node, folder }) => {
  const root = await copied(folder, 'nest-vitest', 'module');
  await writeFile(join(root, 'tsconfig.json'), JSON.stringify(TYPESCRIPT_NEST));
  return vitest({ node, folder }, root);
};

/** Vitest on Vite 7, with swc for its compiler. */
export const nestVitestWithSwc: OnNode = async ({ node, folder }) => {
  const root = await copied(folder, 'nest-vitest-swc', 'module');
  await writeFile(join(root, 'tsconfig.json'), JSON.stringify(TYPESCRIPT_NEST));
  await writeFile(join(root, 'vitest.config.ts'), VITEST_NEST_VITE_7);
  return vitest({ node, folder }, root);
};

async function vitest({ node, folder }: NodePlace, root: string): Promise<undefined> {
  const runner = join(folder, 'node_modules/vitest/vitest.mjs');
  const words = [runner, 'run', '--root', root, `--testTimeout=${testTimeout}`];
  const { stdout } = await runProgram(node, words, { cwd: root });
  match(stdout, /2 passed/);
}

/** Jest with tests that are ES modules. */
export const nestJestEsm: OnNode = async ({ node, folder }) => {
  const root = await copied(folder, 'nest-jest-esm', 'module');
  await forJest(root, './shop.js');
  return jest({ node, folder }, root, JEST_ESM, { NODE_OPTIONS: '--experimental-vm-modules' });
};

/** Jest with everything compiled to CommonJS, of Nest 11. */
export const nest11JestCommonJs: OnNode = (place) => jestCommonJs(place, JEST_COMMONJS);

/** Jest with everything compiled to CommonJS, Nest 12 included. */
export const nest12JestCommonJs: OnNode = (place) => jestCommonJs(place, JEST_COMMONJS_NEST_12);

async function jestCommonJs({ node, folder }: NodePlace, configuration: object): Promise<undefined> {
  const root = await copied(folder, 'nest-jest-commonjs', 'commonjs');
  await forJest(root, './shop');
  return jest({ node, folder }, root, configuration, {});
}

/** Jest's functions are there without an import. @param shop as a project of its kind names that module */
async function forJest(root: string, shop: string): Promise<void> {
  const file = join(root, 'shop.spec.ts');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^import .* from 'vitest';\n/, '').replace('./shop.js', shop));
  await writeFile(join(root, '.swcrc'), JSON.stringify(SWC_NEST));
}

async function jest(
  { node, folder }: NodePlace,
  root: string,
  configuration: object,
  env: Readonly<Record<string, string>>,
): Promise<undefined> {
  await writeFile(join(root, 'jest.config.json'), JSON.stringify({ ...configuration, testTimeout }));
  const words = [join(folder, 'node_modules/jest/bin/jest.js'), '--ci', '--runInBand', '--no-cache'];
  const { stderr } = await runProgram(node, words, { cwd: root, env });
  match(stderr, /2 passed/);
}

/** The sources of the application in a folder of their own, where they see what is installed around it. */
async function copied(folder: string, name: string, type: Format): Promise<string> {
  const root = join(folder, name);
  await rm(root, { recursive: true, force: true });
  await mkdir(root);
  for (const file of ['shop.ts', 'main.ts', 'shop.spec.ts']) await cp(join(SOURCES, file), join(root, file));
  await writeFile(join(root, 'package.json'), JSON.stringify({ type }));
  return root;
}

// Test runners that people test with, each with the configuration that the README names.
import { match } from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodePlace, OnNode } from './consumers-node.js';
import { runProgram } from './process.js';
import { copyPrograms, MODES, type Mode } from './programs.js';
import { JEST_COMMONJS, JEST_ESM, SWC_LEGACY } from './runner-configurations.js';

/** Vitest, which takes the kind of decorators from tsconfig.json. Where esbuild compiles, up to Vite 7, it may be either. */
export const vitestWithEsbuild: OnNode = (place) => vitest(place, MODES);

/** From Vite 8 on another compiler does, and leaves standard decorators as they are, which Node cannot read. */
export const vitestWithOxc: OnNode = (place) => vitest(place, ['legacy']);

async function vitest({ node, folder }: NodePlace, modes: readonly Mode[]): Promise<undefined> {
  for (const mode of modes) {
    const root = join(folder, `vitest-${mode}`);
    await copyPrograms(root);
    await writeFile(join(root, 'package.json'), '{ "type": "module" }');
    await writeFile(
      join(root, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { target: 'ES2022', experimentalDecorators: mode === 'legacy' } }),
    );
    await writeFile(
      join(root, 'ledger.test.ts'),
      testFile("import { expect, test } from 'vitest';\n", '.js'),
    );
    const words = [
      join(folder, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--root',
      root,
      '--testTimeout=60000',
    ];
    const { stdout } = await runProgram(node, words, { cwd: root });
    match(stdout, /1 passed/);
  }
}

/** Jest with its tests as ES modules. */
export const jestEsm: OnNode = (place) => jest(place, 'esm');

/** Jest with everything compiled to CommonJS, this package included. */
export const jestCjs: OnNode = (place) => jest(place, 'cjs');

const JEST_CONFIGURATIONS = { esm: JEST_ESM, cjs: JEST_COMMONJS };

async function jest({ node, folder }: NodePlace, format: 'esm' | 'cjs'): Promise<undefined> {
  for (const mode of MODES) {
    const root = join(folder, `jest-${format}-${mode}`);
    await copyPrograms(root);
    await writeFile(
      join(root, 'jest.config.json'),
      JSON.stringify({ ...JEST_CONFIGURATIONS[format], testTimeout: 60_000 }),
    );
    await writeFile(join(root, 'ledger.test.ts'), testFile('', ''));
    await writeFile(join(root, '.swcrc'), JSON.stringify(swcOptions(mode)));
    const words = [join(folder, 'node_modules/jest/bin/jest.js'), '--ci', '--runInBand', '--no-cache'];
    const env = format === 'esm' ? { NODE_OPTIONS: '--experimental-vm-modules' } : {};
    const { stderr } = await runProgram(node, words, { cwd: root, env });
    match(stderr, /1 passed/);
  }
}

function testFile(imports: string, extension: string): string {
  return `${imports}import { useEverything } from './ledger${extension}';
test('the package', async () => {
  expect(await useEverything()).toMatch(/^proven/);
});
`;
}

function swcOptions(mode: Mode): unknown {
  if (mode === 'legacy') return SWC_LEGACY;
  return { jsc: { ...SWC_LEGACY.jsc, transform: { decoratorVersion: '2023-11' } } };
}

// Programs that use the package on a version of Node.
import { equal, match, ok } from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { serveFor } from './command.js';
import { manifestOf } from './packed.js';
import { runProgram } from './process.js';
import { bundleLittle } from './bundles.js';
import { buildProgram, MODES } from './programs.js';

/** A version of Node, and a folder that the package is installed in. */
export interface NodePlace {
  readonly node: string;
  readonly folder: string;
}

/** Runs it; what it returns is worth a word in the table. @throws Error for anything that is not as it must be */
export type OnNode = (place: NodePlace) => Promise<string | undefined>;

/** The first line of the program's output. */
const PROVEN = /^proven in transactions \d+ and \d+ by Node/;
const WARNED = 'ExperimentalWarning: CommonJS module';

/** `import`, with both kinds of decorators. Nothing is printed that the program did not print. */
export const esm: OnNode = async ({ node, folder }) => {
  for (const mode of MODES) {
    const program = await buildProgram({ mode, format: 'esm', folder });
    const { stdout, stderr } = await runProgram(node, [program], { cwd: folder });
    match(stdout, PROVEN);
    equal(stderr, '');
  }
  return undefined;
};

/** `require`, with both kinds of decorators, and that it gives what `import` gives, of every sub-path. */
export const commonJs: OnNode = async ({ node, folder }) => {
  let warned = false;
  for (const mode of MODES) {
    const program = await buildProgram({ mode, format: 'cjs', folder });
    const { stdout, stderr } = await runProgram(node, [program], { cwd: folder });
    match(stdout, PROVEN);
    warned ||= stderr.includes(WARNED);
    if (!warned) equal(stderr, '');
  }
  const { exports } = await manifestOf(join(folder, 'node_modules/immurepo'));
  // Nest is not installed here: see consumers-nest.ts.
  const names = Object.keys(exports).filter((path) => !/^\.\/(package\.json|nest(\/.*)?)$/.test(path));
  const script = join(folder, 'surface.cjs');
  await writeFile(script, surfaceScript(names.map((path) => path.replace('.', 'immurepo'))));
  const { stdout } = await runProgram(node, [script], { cwd: folder });
  equal(stdout.trim(), 'the same');
  return warned ? 'ExperimentalWarning' : undefined;
};

/**
 * A program that prints `the same` if `require` and `import` give the same. It requires first, so that nothing is there that
 * `import` has loaded.
 */
export function surfaceScript(names: readonly string[]): string {
  return `const { deepEqual, ok } = require('node:assert/strict');
const names = ${JSON.stringify(names)};
const required = names.map((name) => require(name));
Promise.all(names.map((name) => import(name))).then((imported) => {
  required.forEach((module, index) => {
    ok(Object.keys(module).length > 0);
    deepEqual(Object.keys(module), Object.keys(imported[index]));
    for (const key of Object.keys(module)) ok(module[key] === imported[index][key], key);
  });
  ok(Object.keys(require('immurepo/package.json')).length > 0);
  console.log('the same');
});
`;
}

/** Bundlers that drop what nobody uses, and must keep what defines Symbol.metadata. */
export const bundled: OnNode = async ({ node, folder }) => {
  for (const mode of MODES) {
    const program = await buildProgram({ mode, format: 'esm', folder, bundled: true });
    const { stdout } = await runProgram(node, [program], { cwd: folder });
    match(stdout, PROVEN);
  }
  for (const program of await bundleLittle(folder)) {
    const { stdout } = await runProgram(node, [program], { cwd: folder });
    equal(stdout.trim(), 'ImmuError true');
    ok(!(await readFile(program, 'utf8')).includes('openSession'), `${program} has what nobody uses`);
  }
  return undefined;
};

/** The command, found as npm links it, by the `node` that is first in the path. */
export const command: OnNode = async ({ node, folder }) => {
  const env = { PATH: [dirname(node), process.env.PATH ?? ''].join(delimiter) };
  const immurepo = join(folder, 'node_modules/.bin/immurepo');
  const { stdout } = await runProgram(immurepo, ['--help'], { cwd: folder, env });
  match(stdout, /^Usage: immurepo COMMAND/);
  await serveFor(immurepo, { cwd: folder, env }, async (address) => {
    const program = join(folder, 'client.mjs');
    await writeFile(program, CLIENT_SCRIPT);
    const client = await runProgram(node, [program, address], { cwd: folder });
    equal(client.stdout.trim(), '2');
  });
  return undefined;
};

const CLIENT_SCRIPT = `import { connect, MemoryTrustStore } from 'immurepo/client';
const trust = { firstUse: true, store: new MemoryTrustStore() };
const client = await connect({ url: 'immudb://immudb:immudb@' + process.argv[2] + '/ledger', trust });
await client.verifiedSet([{ key: Uint8Array.of(1), value: Uint8Array.of(2) }]);
console.log((await client.verifiedGet(Uint8Array.of(1))).value.join());
await client.close();
`;

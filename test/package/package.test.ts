// What can be said of the package in seconds: what is in it, what publint and "are the types wrong?" find, and that it
// runs from ES modules, from CommonJS and from a bundle. `npm run test:package` installs it, in many ways and versions.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleLittle } from './bundles.js';
import { MAX_PACKED_BYTES, wrongFiles, wrongImports } from './contents.js';
import { commonJs, esm } from './consumers-node.js';
import { type Folder, temporaryFolder } from './folder.js';
import { publintMessages, typeProblems } from './lint.js';
import { linkPackages, OWN_MODULES, unpackInto } from './linked-folder.js';
import { describeNestVersions } from './nest-versions.js';
import { manifestOf, type Packed, packProject } from './packed.js';
import { runProgram } from './process.js';

let copy: Folder;
let user: Folder;
let packed: Packed;
let installed: string;

/** What it depends on, and nothing else, comes from where it is already. */
async function install(): Promise<string> {
  const folder = await unpackInto(user.path, packed.tarball);
  const { dependencies } = await manifestOf(folder);
  await linkPackages(join(user.path, 'node_modules'), Object.keys(dependencies), OWN_MODULES);
  return folder;
}

beforeAll(async () => {
  copy = await temporaryFolder();
  user = await temporaryFolder();
  packed = await packProject(copy.path, { quick: true });
  installed = await install();
}, 180_000);
afterAll(async () => {
  await copy[Symbol.asyncDispose]();
  await user[Symbol.asyncDispose]();
});

describe('the packed tarball', { timeout: 120_000 }, () => {
  it('holds the compiled modules, their declarations and what a reader wants, and is small', () => {
    console.log(
      `${packed.files.length} files, ${packed.packedBytes} bytes packed, ${packed.unpackedBytes} unpacked`,
    );
    expect(wrongFiles(packed.files)).toEqual([]);
    expect(packed.packedBytes).toBeLessThan(MAX_PACKED_BYTES);
  });

  it('needs only what is installed with it, at run time and in its declarations, and names no source maps', async () => {
    expect(await wrongImports(installed, packed.files)).toEqual([]);
  });

  it('is what publint and "are the types wrong?" expect', async () => {
    expect(await publintMessages(packed.tarball)).toEqual([]);
    expect(await typeProblems(packed.tarball)).toEqual([]);
  });

  it('runs from ES modules and from CommonJS, under both kinds of decorators', async () => {
    const place = { node: process.execPath, folder: user.path };
    await esm(place);
    await commonJs(place);
  });

  it('defines Symbol.metadata in a bundle, and leaves out what nobody uses', async () => {
    for (const program of await bundleLittle(user.path)) {
      const { stdout } = await runProgram(process.execPath, [program], { cwd: user.path });
      expect(stdout.trim()).toBe('ImmuError true');
      expect(await readFile(program, 'utf8')).not.toContain('openSession');
    }
  });
});

describeNestVersions(() => packed.tarball);

describe('the checks', () => {
  it.each([
    'dist/index.js.map',
    'dist/errors.test.js',
    'test/errors.test.ts',
    'src/index.ts',
    'dist/test/support.js',
    '.npmrc',
    'dist/alone.js',
  ])('refuse %s', (path) => {
    const files = [...packed.files, { path, size: 1 }];
    expect(wrongFiles(files).join()).toContain(path);
  });

  it('miss what is not there', () => {
    expect(wrongFiles(packed.files.filter(({ path }) => path !== 'LICENSE'))).toEqual(['LICENSE is missing']);
  });
});

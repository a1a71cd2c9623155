// The package in Nest applications of both versions: what of it takes seconds. Nest 12 is a development dependency; Nest 11 and
// the test runners are installed once. `npm run test:package` installs all of it as users do, on more versions of Node.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkNestTypes,
  nest11JestCommonJs,
  nest12JestCommonJs,
  nestCommonJs,
  nestEsm,
  nestJestEsm,
  nestVitest,
} from './consumers-nest.js';
import type { OnNode } from './consumers-node.js';
import { type Folder, temporaryFolder } from './folder.js';
import { linkPackages, OWN_MODULES, unpackWithDependencies } from './linked-folder.js';
import { Offline, stocked } from './stock.js';
import { versionOf } from './workshop.js';

const NEST = ['common', 'core', 'platform-express', 'terminus', 'testing'].map((name) => `@nestjs/${name}`);
const BESIDE_NEST = ['reflect-metadata', 'rxjs'];
const RUNNERS = ['jest', '@swc/jest', '@swc/core', 'vitest'];
/** One list, since npm takes its time for each. */
const STOCK = [
  '@nestjs/common@11.2.10',
  '@nestjs/core@11.2.10',
  '@nestjs/platform-express@11.2.10',
  '@nestjs/terminus@11.1.1',
  '@nestjs/testing@11.2.6',
  'reflect-metadata@0.2.2',
  'rxjs@7.8.2',
  'jest@30.5.2',
  '@swc/jest@0.2.39',
  '@swc/core@1.16.22',
  'vitest@4.1.12',
  'vite@8.3.8',
];

/** Registers the tests. @param tarball the packed package, once the tests run */
export function describeNestVersions(tarball: () => string): void {
  describe('in a Nest application', { timeout: 120_000 }, () => {
    let stock: string | Offline;
    let nest11: Folder;
    let nest12: Folder;
    beforeAll(async () => {
      [nest11, nest12] = await Promise.all([temporaryFolder(), temporaryFolder()]);
      stock = await stockOrOffline();
      await furnish(nest12, tarball(), { nest: OWN_MODULES, stock });
      await furnish(nest11, tarball(), { nest: stock, stock });
    }, 300_000);
    afterAll(async () => {
      await Promise.all([nest11[Symbol.asyncDispose](), nest12[Symbol.asyncDispose]()]);
    });

    const place = ({ path }: Folder) => ({ node: process.execPath, folder: path });
    /** A case that is skipped, and says why, where what it needs cannot be installed. */
    const installed = (name: string, folder: () => Folder, run: OnNode) => {
      it(name, async ({ skip }) => {
        if (stock instanceof Offline) skip(`there is no network to install it: ${stock.message}`);
        await run(place(folder()));
      });
    };

    it('of Nest 12, ES modules', () => nestEsm(place(nest12)));
    it('of Nest 12, loaded from CommonJS', () => nestCommonJs(place(nest12)));
    installed('of Nest 11, ES modules', () => nest11, nestEsm);
    installed('of Nest 11, loaded from CommonJS', () => nest11, nestCommonJs);
    // With Nest 12 the type check of the project does it.
    installed(
      'of Nest 11, typed',
      () => nest11,
      (at) => checkNestTypes(at, ['commonjs']),
    );
    for (const [version, folder, jestCommonJs] of [
      [11, () => nest11, nest11JestCommonJs],
      [12, () => nest12, nest12JestCommonJs],
    ] as const) {
      installed(`of Nest ${version}, by its own word`, folder, async (at) => {
        const found = await Promise.all(NEST.map((name) => versionOf(at.folder, name)));
        expect(found.filter((one) => !one.startsWith(`${version}.`))).toEqual([]);
        return undefined;
      });
      installed(`of Nest ${version}, tested with Vitest`, folder, nestVitest);
      installed(`of Nest ${version}, tested with Jest as ES modules`, folder, nestJestEsm);
      installed(`of Nest ${version}, tested with Jest as CommonJS`, folder, jestCommonJs);
    }
  });
}

/** Puts the package, Nest and the test runners into a folder, as far as they are there. */
async function furnish(
  { path }: Folder,
  tarball: string,
  from: { readonly nest: string | Offline; readonly stock: string | Offline },
): Promise<void> {
  if (from.nest instanceof Offline) return;
  await unpackWithDependencies(path, tarball);
  const modules = join(path, 'node_modules');
  await linkPackages(modules, [...NEST, ...BESIDE_NEST], from.nest);
  await linkPackages(modules, ['@types/node'], OWN_MODULES);
  if (!(from.stock instanceof Offline)) await linkPackages(modules, RUNNERS, from.stock);
}

/** @throws Error where CI has no network */
async function stockOrOffline(): Promise<string | Offline> {
  try {
    return await stocked(STOCK);
  } catch (error) {
    if (error instanceof Offline && process.env.CI === undefined) return error;
    throw error;
  }
}

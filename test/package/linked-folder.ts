// A folder in which the package stands as npm would have installed it, made offline: what it needs comes from elsewhere.
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { manifestOf, ROOT } from './packed.js';
import { runProgram } from './process.js';

/** Where the development dependencies are. */
export const OWN_MODULES = join(ROOT, 'node_modules');

/** Unpacks the tarball into `node_modules` of a folder. @returns where the package is now */
export async function unpackInto(folder: string, tarball: string): Promise<string> {
  const installed = join(folder, 'node_modules/immurepo');
  await mkdir(installed, { recursive: true });
  await runProgram('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'], { cwd: folder });
  return installed;
}

/** Makes packages of one `node_modules` visible in another. */
export async function linkPackages(modules: string, names: readonly string[], from: string): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(from, name), join(modules, name), 'junction');
  }
}

/** Unpacks the tarball, with what it depends on out of sight of those who use it. */
export async function unpackWithDependencies(folder: string, tarball: string): Promise<void> {
  const installed = await unpackInto(folder, tarball);
  const { dependencies } = await manifestOf(installed);
  await linkPackages(join(installed, 'node_modules'), Object.keys(dependencies), OWN_MODULES);
}

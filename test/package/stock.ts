// Packages of others that a test needs and the project does not, installed once for each checkout.
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './packed.js';
import { runProgram } from './process.js';

const FOLDER = join(ROOT, '.cache/packages');

/** There is no network. */
export class Offline extends Error {}

/**
 * Installs packages, or finds them where they were installed before.
 *
 * @param packages with their versions
 * @returns their `node_modules`
 * @throws Offline
 */
export async function stocked(packages: readonly string[]): Promise<string> {
  const name = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 16);
  const folder = join(FOLDER, `${name}-${process.platform}-${process.arch}`);
  if (!(await exists(folder))) await install(packages, folder);
  return join(folder, 'node_modules');
}

async function install(packages: readonly string[], folder: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  // Under another name until all of it is there; what is cut off is never taken for it.
  const work = await mkdtemp(join(FOLDER, 'work-'));
  try {
    await writeFile(join(work, 'package.json'), '{ "private": true }');
    // Three tries in seconds: without a network, npm would go on for more than a minute.
    const retries = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-factor=2'];
    const words = ['install', '--no-audit', '--no-fund', '--prefer-offline', ...retries, ...packages];
    await runProgram('npm', words, { cwd: work });
    await rename(work, folder).catch(async (error: unknown) => {
      // Another run of the tests was first.
      if (!(await exists(folder))) throw error;
    });
  } catch (error) {
    if (error instanceof Error && NO_NETWORK.test(error.message)) throw new Offline(error.message);
    throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const NO_NETWORK =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\b/;

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

// Folders in which the tarball is installed, and versions of Node, each made once and removed at the end.
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './process.js';

/** What installs. Two requests for the same are one. */
export class Workshop {
  readonly #made = new Map<string, Promise<string>>();

  /** @param folder an empty one; whoever made it removes it @param tarball the package */
  constructor(
    readonly folder: string,
    readonly tarball: string,
  ) {}

  /** @returns a folder with the package in it, and other packages (`jest@30`) */
  installed(name: string, packages: readonly string[]): Promise<string> {
    return this.#once(`with ${name}`, (folder) => this.#install(folder, [this.tarball, ...packages]));
  }

  /** @returns the program, as the registry has it for this kind of machine @param version e.g. `22` or `20.19.0` */
  async node(version: string): Promise<string> {
    if (version === RUNNING) return process.execPath;
    const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
    const folder = await this.#once(`node ${version}`, (path) => this.#install(path, [`${name}@${version}`]));
    const node = join(folder, 'node_modules', name, 'bin/node');
    await access(node);
    return node;
  }

  async #once(name: string, make: (folder: string) => Promise<void>): Promise<string> {
    const folder = join(this.folder, name.replaceAll(/[^\w.]+/g, '-'));
    let made = this.#made.get(name);
    if (made === undefined) this.#made.set(name, (made = make(folder).then(() => folder)));
    return made;
  }

  async #install(folder: string, packages: readonly string[]): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    await runProgram('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages], {
      cwd: folder,
    });
  }
}

/** Stands for the Node that runs the tests. */
export const RUNNING = 'running';

/** The version of an installed package. */
export async function versionOf(folder: string, name: string): Promise<string> {
  const text = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

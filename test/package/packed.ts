// The package as it would be published, made from a copy of the sources.
import { cp, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './process.js';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const SOURCES = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'src'];
const BESIDE = ['README.md', 'LICENSE', 'CHANGELOG.md'];

/** A file of the tarball. */
export interface PackedFile {
  /** Below the package's folder. */
  readonly path: string;
  readonly size: number;
}

/** A tarball. */
export interface Packed {
  /** Its path. */
  readonly tarball: string;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly files: readonly PackedFile[];
}

/** The part of `npm pack --json` that is used. */
interface PackReport {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly PackedFile[];
}

/**
 * Packs the project.
 *
 * @param folder an empty one, for the copy and the tarball
 * @param quick whether to leave out the type check, which `npm run check` does too
 */
export async function packProject(folder: string, { quick }: { readonly quick: boolean }): Promise<Packed> {
  for (const name of [...SOURCES, ...BESIDE]) {
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  if (quick) {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    await runProgram(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--noCheck'], { cwd: folder });
  }
  const { stdout } = await runProgram('npm', ['pack', '--json', ...(quick ? ['--ignore-scripts'] : [])], {
    cwd: folder,
  });
  // What the scripts print comes before it.
  const report = (JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as PackReport[])[0]!;
  const { filename, size, unpackedSize, files } = report;
  return { tarball: join(folder, filename), packedBytes: size, unpackedBytes: unpackedSize, files };
}

/** What package.json says of what is needed. */
export interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly engines: { readonly node: string };
}

/** The package.json of an unpacked or an installed package. */
export async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}

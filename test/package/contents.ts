// What may be in the package, and what its declarations may need.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestOf, type PackedFile } from './packed.js';

/** Twice what it was when this was written. More is something that does not belong there. */
export const MAX_PACKED_BYTES = 1_200_000;

const ALLOWED = [
  /^package\.json$/,
  /^(README|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^dist\/(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.(?:js|d\.ts)$/,
];
const REQUIRED = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'dist/index.js',
  'dist/cli/main.js',
];

/** @returns one line for each file that must not be there, or is missing */
export function wrongFiles(files: readonly PackedFile[]): string[] {
  const paths = new Set(files.map(({ path }) => path));
  return [
    ...[...paths]
      .filter((path) => !ALLOWED.some((one) => one.test(path)))
      .map((path) => `${path} is too much`),
    ...[...paths]
      .filter((path) => /(^|\/)(test|fixtures|bench)(\/|\.)/.test(path))
      .map((path) => `${path} is a test`),
    ...REQUIRED.filter((path) => !paths.has(path)).map((path) => `${path} is missing`),
    ...[...paths].flatMap((path) => {
      const twin = path.endsWith('.d.ts') ? path.replace(/\.d\.ts$/, '.js') : path.replace(/\.js$/, '.d.ts');
      return path.startsWith('dist/') && !paths.has(twin) ? [`${path} has no ${twin}`] : [];
    }),
  ];
}

/** Peers that need not be there, and the parts of the package that are for those who have them. */
const PEERS_OF_PARTS: readonly (readonly [part: RegExp, ...peers: string[]])[] = [
  // The one module that asks for a peer by itself, and goes on without it.
  [/^dist\/client\/telemetry\/open-telemetry\.js$/, '@opentelemetry/api'],
  // Types only: where a compiler is told to look into packages, Node's are needed, and who has none of the other never meets it.
  [/\.d\.ts$/, '@types/node', '@opentelemetry/api'],
  [/^dist\/nest\//, '@nestjs/common', '@nestjs/core', 'rxjs'],
  [/^dist\/nest\/health\//, '@nestjs/terminus'],
];

/** @returns one line for each module or declaration that needs what a user does not get, or a map that is not there */
export async function wrongImports(installed: string, files: readonly PackedFile[]): Promise<string[]> {
  const { dependencies, peerDependencies } = await manifestOf(installed);
  const always = ['immurepo', ...Object.keys(dependencies)];
  const wrong: string[] = [];
  for (const { path } of files.filter((file) => file.path.startsWith('dist/'))) {
    const text = await readFile(join(installed, path), 'utf8');
    if (text.includes('sourceMappingURL')) wrong.push(`${path} names a source map, which is not packed`);
    const parts = PEERS_OF_PARTS.filter(([part]) => part.test(path));
    const peers = parts
      .flatMap(([, ...names]) => names)
      .filter((name) => Object.hasOwn(peerDependencies, name));
    const known = new Set([...always, ...peers]);
    for (const name of neededBy(text, path.endsWith('.d.ts'))) {
      if (!known.has(name)) wrong.push(`${path} needs ${name}, which is no dependency`);
    }
  }
  return wrong;
}

/** The packages a module names. For Node's own modules, declarations need the package of Node's types. */
function neededBy(text: string, isDeclaration: boolean): string[] {
  const code = text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/(?!\/).*$/gm, '');
  // Names have no spaces: what follows a text that ends in "import" is none.
  const names = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'".\s][^'"\s]*)['"]/g)].map(
    ([, name]) => name!,
  );
  const references = [...code.matchAll(/<reference types="([^"]+)"/g)].map(([, name]) => `@types/${name!}`);
  const packages = names
    .filter((name) => !name.startsWith('node:'))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
  if (!isDeclaration) return packages;
  return [...packages, ...references, ...(packages.length < names.length ? ['@types/node'] : [])];
}

// Reads npm's package-lock.json, versions 2 and 3: the file is a stranger's, so every part of it is checked.
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

/** What npm notes about a locked package as `true`. */
const FLAGS = [
  'dev',
  'optional',
  'devOptional',
  'peer',
  'inBundle',
  'link',
  'hasInstallScript',
  'hasShrinkwrap',
];

/** What a lock file says of one package. */
export interface LockedFacts {
  /** Where it is installed, relative to the project: `node_modules/lodash`. Unique in a lock file. */
  readonly path: string;
  readonly name: string;
  /** Absent for a link to a folder. */
  readonly version?: string | undefined;
  readonly integrity?: string | undefined;
  readonly license?: string | undefined;
  /** npm's own words: `dev`, `optional`, `hasInstallScript` … */
  readonly flags: readonly string[];
}

/** A lock file, checked. */
export interface LockFile {
  readonly project: LockedFacts;
  readonly packages: readonly LockedFacts[];
}

/** A file that cannot be read as a lock file. The message says what to do. */
export class LockFileError extends Error {
  override readonly name = 'LockFileError';
}

/** Reads and checks a lock file. @throws LockFileError */
export async function readLockFile(file: string): Promise<LockFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code);
    throw new LockFileError(`Cannot read ${file}: ${reason}. Pass the path of a package-lock.json.`, {
      cause: error,
    });
  }
  return parseLockFile(text, file);
}

/** Checks the text of a lock file. @param file its path, for errors and for a project without a name */
export function parseLockFile(text: string, file: string): LockFile {
  const lock = parseJson(text, file);
  assertVersion(lock.lockfileVersion, file);
  if (!isObject(lock.packages))
    throw new LockFileError(`${file} is damaged: "packages" is missing or no object.`);
  const { '': root = {}, ...rest } = lock.packages;
  return {
    project: {
      ...factsOf('', root, file),
      name: nameIn(root) ?? nameIn(lock) ?? basename(dirname(resolve(file))),
    },
    packages: Object.entries(rest).map(([path, entry]) => factsOf(path, entry, file)),
  };
}

function parseJson(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new LockFileError(`${file} is not JSON. Pass the path of a package-lock.json.`, { cause: error });
  }
  if (isObject(value) && 'lockfileVersion' in value) return value;
  throw new LockFileError(
    `${file} is not a lock file of npm: it has no "lockfileVersion". Pass a package-lock.json.`,
  );
}

function assertVersion(version: unknown, file: string): void {
  if (version === 2 || version === 3) return;
  const remedy =
    version === 1
      ? 'npm 7 and newer bring it up to date: npm install --package-lock-only'
      : 'only 2 and 3 are known here';
  throw new LockFileError(`${file} has lockfileVersion ${JSON.stringify(version)}: ${remedy}.`);
}

function factsOf(path: string, entry: unknown, file: string): LockedFacts {
  if (!isObject(entry)) throw new LockFileError(`${file} is damaged: "${path}" is no object.`);
  return {
    path,
    name: nameIn(entry) ?? nameOfFolder(path),
    version: textIn(entry, 'version', path, file),
    integrity: textIn(entry, 'integrity', path, file),
    license: licenseIn(entry.license),
    flags: FLAGS.filter((flag) => entry[flag] === true),
  };
}

/** npm leaves out a name that the folder has already; below node_modules it may have a scope. */
function nameOfFolder(path: string): string {
  const installed = path.split('node_modules/').at(-1) ?? path;
  return installed === path ? basename(path) : installed;
}

function nameIn(entry: unknown): string | undefined {
  return isObject(entry) && typeof entry.name === 'string' && entry.name !== '' ? entry.name : undefined;
}

function textIn(
  entry: Record<string, unknown>,
  field: string,
  path: string,
  file: string,
): string | undefined {
  const value = entry[field];
  if (value === undefined || typeof value === 'string') return value;
  throw new LockFileError(`${file} is damaged: ${field} of "${path}" is ${JSON.stringify(value)}, not text.`);
}

/** Old packages state their licence as `{ type }`, or several of them in a list. */
function licenseIn(value: unknown): string | undefined {
  const stated = (Array.isArray(value) ? value : [value]).map((one: unknown) =>
    isObject(one) ? one.type : one,
  );
  return stated.filter((one) => typeof one === 'string').join(' OR ') || undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

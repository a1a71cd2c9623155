// A folder of its own for each test that runs the quickstart, with a lock file that can be rewritten.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { quickstart } from '../../examples/quickstart/quickstart.js';
import { startExample, type Outcome, type Run } from './run-example.js';

/** A folder, and the quickstart called in it: `lock.json` is the lock file, `kept` what is kept between runs. */
export interface QuickstartFolder {
  /** Changes with every test. */
  readonly path: string;
  /** Runs it in this process. */
  readonly run: (...line: string[]) => Promise<Outcome>;
  /** Runs it in a process of its own. @param env added to this process's own */
  readonly start: (line: readonly string[], env?: Readonly<Record<string, string>>) => Run;
  /** Runs it for its figures, which must be all it says. */
  readonly figures: (...line: string[]) => Promise<Record<string, unknown>>;
  /** Writes the lock file: names to versions, the integrity following the version unless given. */
  readonly lock: (
    versions: Readonly<Record<string, string>>,
    more?: Readonly<Record<string, object>>,
  ) => Promise<void>;
}

/** Registers hooks that make a folder before each test of a file or suite, and remove it after. */
export function quickstartFolder(): QuickstartFolder {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'immurepo-test-'));
  });
  afterEach(() => rm(path, { recursive: true }));

  const run = async (...line: string[]): Promise<Outcome> => {
    const written = { stdout: '', stderr: '' };
    const surroundings = {
      stdout: { write: (text: string) => (written.stdout += text) },
      stderr: { write: (text: string) => (written.stderr += text) },
      env: { INIT_CWD: path },
    };
    const { signal } = new AbortController();
    const exitCode = await quickstart(['--folder', 'kept', ...line], surroundings, signal);
    return { exitCode, ...written };
  };
  return {
    get path() {
      return path;
    },
    run,
    start: (line, env = {}) =>
      startExample('quickstart/main.ts', ['--folder', 'kept', ...line], {
        INIT_CWD: path,
        NODE_ENV: 'test',
        ...env,
      }),
    figures: async (...line) => {
      const { exitCode, stdout, stderr } = await run('--json', ...line);
      expect([exitCode, stderr]).toEqual([0, '']);
      const parsed = JSON.parse(stdout) as Record<string, unknown>;
      expect(Object.keys(parsed)).toEqual(['saved', 'transactions', 'added', 'removed', 'changed', 'ms']);
      return parsed;
    },
    lock: async (versions, more = {}) => {
      const packages = Object.entries(versions).map(([name, version]): [string, object] => [
        `node_modules/${name}`,
        { version, integrity: `sha512-${name}-${version}`, license: 'MIT', ...more[name] },
      ]);
      const content = {
        name: 'shop',
        lockfileVersion: 3,
        packages: Object.fromEntries<object>([['', {}], ...packages]),
      };
      await writeFile(join(path, 'lock.json'), JSON.stringify(content));
    },
  };
}

/** So many packages for a lock file. */
export function manyPackages(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, '1.0.0']));
}

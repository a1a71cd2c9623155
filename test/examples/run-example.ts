// Runs a file of examples/ as the npm script does, in a process of its own: TypeScript by tsx inside it, since tsx as its
// parent would kill it when it takes more than a moment to answer Ctrl-C.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const projectFolder = join(import.meta.dirname, '..', '..');
// Found from here and not from where the example runs, which may be anywhere.
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const TSX_TSCONFIG_PATH = join(projectFolder, 'tsconfig.json');

/** How a process ended, and what it said. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process under way. */
export interface Run {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly outcome: Promise<Outcome>;
}

/**
 * Starts an example.
 *
 * @param file below examples/, or absolute
 * @param env added to this process's own
 * @param cwd where it runs
 */
export function startExample(
  file: string,
  line: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = projectFolder,
): Run {
  const script = resolve(projectFolder, 'examples', file);
  const child = spawn(process.execPath, ['--import', tsx, script, ...line], {
    cwd,
    env: { ...process.env, TSX_TSCONFIG_PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, outcome: outcomeOf(child) };
}

async function outcomeOf(child: Run['child']): Promise<Outcome> {
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [[exitCode], stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}

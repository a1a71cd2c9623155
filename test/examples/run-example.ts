// Runs a file of examples/ as the npm script does, in a process of its own: TypeScript by tsx inside it, since tsx as its
// parent would kill it when it takes more than a moment to answer Ctrl-C.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

const projectFolder = join(import.meta.dirname, '..', '..');

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

/** Starts an example. @param file below examples/ @param env added to this process's own */
export function startExample(
  file: string,
  line: readonly string[],
  env: Readonly<Record<string, string>>,
): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', join('examples', file), ...line], {
    cwd: projectFolder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, outcome: outcomeOf(child) };
}

async function outcomeOf(child: Run['child']): Promise<Outcome> {
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [[exitCode], stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}

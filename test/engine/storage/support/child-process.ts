// Runs a script of this folder in processes of their own: bundled once per test file, so that each starts in the time
// node takes. LMDB stays outside, since it is native.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

/** A child that answers each line it is sent with one line. */
export interface Child {
  readonly process: ChildProcess;
  /** The next line it tells, or `undefined` once it ended. */
  readonly line: () => Promise<string | undefined>;
  /** Sends a line. */
  readonly send: (text: string) => void;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  /** Kills it, and waits until it is gone. */
  readonly kill: () => Promise<void>;
}

/** How to start a child. */
export interface ChildOptions {
  /** Where what it says on stderr goes. Default: to that of the test. */
  readonly stderr?: 'ignore' | 'inherit';
  /** A shell command to run it by, in which `"$@"` is the child. */
  readonly shell?: string;
}

/**
 * To be called at the top of a test file. What still runs at its end is killed.
 *
 * @param script its name in this folder, without extension
 */
export function childProcesses(script: string): (args: readonly string[], options?: ChildOptions) => Child {
  let directory = '';
  const children: Child[] = [];
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'immurepo-child-'));
    const lmdb = fileURLToPath(import.meta.resolve('lmdb'));
    await build({
      entryPoints: [fileURLToPath(new URL(`${script}.ts`, import.meta.url))],
      outfile: join(directory, 'child.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      alias: { lmdb },
      external: [lmdb],
    });
  });
  afterAll(async () => {
    await Promise.all(children.map((child) => child.kill()));
    await rm(directory, { recursive: true, force: true });
  });
  return (args, options = {}) => {
    const child = start([join(directory, 'child.mjs'), ...args], options);
    children.push(child);
    return child;
  };
}

function start(args: readonly string[], { stderr = 'inherit', shell }: ChildOptions): Child {
  const [command, ...rest] =
    shell === undefined
      ? [process.execPath, ...args]
      : ['bash', '-c', shell, 'bash', process.execPath, ...args];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', stderr] });
  const ended = new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => {
      resolve(code ?? signal);
    });
  });
  // A child that ended no longer reads.
  child.stdin.on('error', () => undefined);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    process: child,
    line: async () => {
      const next = await lines.next();
      return next.done === true ? undefined : next.value;
    },
    send: (text) => void child.stdin.write(`${text}\n`),
    ended,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

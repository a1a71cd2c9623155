// Programs of their own, run to their end.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** How long a program may take; what takes longer has hung. */
const TIMEOUT_MS = 600_000;
const SHOWN_LINES = 12;

/** What a program wrote. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Where, and with what else in its environment. */
export interface Surroundings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** @throws Error with the end of what it wrote, unless it exited with 0 */
export async function runProgram(
  command: string,
  words: readonly string[],
  { cwd, env = {} }: Surroundings,
): Promise<Output> {
  try {
    return await promisify(execFile)(command, [...words], {
      cwd,
      env: { ...OWN_ENVIRONMENT, ...env },
      timeout: TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const { stdout = '', stderr = '', code, signal } = error as Failure;
    const written = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
    const shown = written.slice(-SHOWN_LINES).join('\n');
    const end = signal ?? `exit code ${code ?? 'unknown'}`;
    throw new Error(`${[command, ...words].join(' ')}: ${end}\n${shown}`, { cause: error });
  }
}

type Failure = Partial<Output> & { readonly code?: number | string; readonly signal?: string | null };

/** What a test runner or npm said to itself is not meant for the programs under test: Node's options, NODE_ENV, colours. */
const OWN_ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(NODE_|npm_|VITEST|TEST$|DEV$|PROD$|FORCE_COLOR)/.test(name),
  ),
);

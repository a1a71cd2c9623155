// A process of its own that is sent lines and answers with lines.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A running child. */
export interface LineChild {
  /** Sends a line. */
  readonly send: (text: string) => void;
  /** The next line it tells, `undefined` once it ended. */
  readonly line: () => Promise<string | undefined>;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  /** Kills it, and waits until it is gone. */
  readonly kill: () => Promise<void>;
}

export function startLineChild(
  script: string,
  args: readonly string[],
  stderr: 'ignore' | 'inherit' = 'inherit',
): LineChild {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', stderr] });
  const ended = new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => {
      resolve(signal ?? code);
    });
  });
  // A child that ended no longer reads.
  child.stdin.on('error', () => undefined);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    send: (text) => void child.stdin.write(`${text}\n`),
    line: async () => {
      const next = await lines.next();
      return next.done === true ? undefined : next.value;
    },
    ended,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

// Processes of the disk tests: they tell what they do line by line, and are listened to all the time.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How long to wait for a line before the process counts as stuck. */
const PATIENCE_MS = 30_000;

/** A running process. */
export class Spoken {
  /** All it told so far. */
  readonly lines: string[] = [];
  /** What it wrote to its standard error. */
  errors = '';
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  readonly #child: ChildProcess;
  #over = false;
  #heard: (() => void) | undefined;
  #listener: ((text: string) => void) | undefined;

  /** @param command with its arguments */
  constructor([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.#child = child;
    // One that ended no longer reads.
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', (chunk: Buffer) => {
      this.errors = (this.errors + chunk.toString()).slice(-2_000);
    });
    createInterface(child.stdout).on('line', (text) => {
      this.lines.push(text);
      this.#heard?.();
      this.#listener?.(text);
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject).once('close', (code, signal) => {
        this.#over = true;
        this.#heard?.();
        resolve(signal ?? code);
      });
    });
  }

  /** Its id. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Is to be told every line from now on. */
  onLine(listener: (text: string) => void): void {
    this.#listener = listener;
  }

  /** Sends a line. */
  send(text: string): void {
    this.#child.stdin?.write(`${text}\n`);
  }

  /** The first line from `from` on that matches. @returns undefined if it ended without one @throws Error if none comes */
  async line(pattern: RegExp, from = 0): Promise<string | undefined> {
    const until = nowMs() + PATIENCE_MS;
    for (;;) {
      const found = this.lines.slice(from).find((text) => pattern.test(text));
      if (found !== undefined) return found;
      if (this.#over) return undefined;
      if (nowMs() > until) throw new Error(`No line ${String(pattern)} came. ${this.errors}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PATIENCE_MS);
        this.#heard = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Kills it, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

/** Milliseconds on the clock that all processes share. */
export function nowMs(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

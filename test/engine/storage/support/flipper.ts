// Flips bits of a store, each in a copy, and sorts what comes of it.
import { expect } from 'vitest';
import type { Child, ChildOptions } from './child-process.js';
import type { Flip, FlipFinding } from './store-child.js';

/** A process that no longer answers is stuck in LMDB. Reading everything takes it some milliseconds. */
const HANG_MS = 10_000;

/** What came of a flip. `exit`: the process ended; `hang`: it had to be killed. */
export interface Outcome {
  readonly outcome: FlipFinding['outcome'] | 'exit' | 'hang';
  readonly what: string;
}

/** Flips bits in copies of one store. */
export class Flipper {
  readonly #start: () => Child;
  readonly #counts = new Map<string, number>();
  #child: Child | undefined;

  /**
   * @param start see `childProcesses`
   * @param pristine the folder of the store
   * @param directory where the copies are put, one after another
   * @param transactions how many are in the store
   */
  constructor(
    start: (args: readonly string[], options?: ChildOptions) => Child,
    pristine: string,
    directory: string,
    transactions: number,
  ) {
    this.#start = () => start(['flips', directory, pristine, String(transactions)], { stderr: 'ignore' });
  }

  /** How often each outcome came. */
  get summary(): string {
    const sorted = [...this.#counts].sort(([, a], [, b]) => b - a);
    return sorted.map(([name, count]) => `${count} ${name}`).join(', ');
  }

  /** What comes of a flip. If it is wrong, then of a second try in a new process: an earlier flip may have harmed this one. */
  async flip(flip: Flip): Promise<Outcome> {
    let result = await this.#once(flip);
    if (result.outcome === 'wrong') {
      await this.stop();
      result = await this.#once(flip);
    }
    const named = /^(error|exit)$/.test(result.outcome) ? `${result.outcome} ${result.what}` : result.outcome;
    this.#counts.set(named, (this.#counts.get(named) ?? 0) + 1);
    return result;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    await this.#child?.kill();
    this.#child = undefined;
  }

  async #once(flip: Flip): Promise<Outcome> {
    if (!this.#child) {
      this.#child = this.#start();
      expect(await this.#child.line()).toBe('open');
    }
    const child = this.#child;
    child.send(JSON.stringify(flip));
    const line = await within(HANG_MS, child.line());
    if (line !== undefined && line !== 'late') return JSON.parse(line) as FlipFinding;
    const what = line === 'late' ? '' : String(await child.ended);
    await this.stop();
    return { outcome: line === 'late' ? 'hang' : 'exit', what };
  }
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, 'late');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

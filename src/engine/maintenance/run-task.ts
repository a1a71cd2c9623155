// Starts a process for a task, listens to it, and tells what its end means. A process that is ended by the system, or
// that no longer comes forward, has met a damaged page.

import { type ChildProcess, spawn } from 'node:child_process';
import { extname } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ImmuError, type ImmuErrorCode } from '../../errors.js';
import type { Fault } from './faults.js';
import { fromLine, type Task, type TaskMessage, type TaskResults, toLine } from './task.js';
import type { Progress } from './verify-rows.js';

/** How a task is watched. */
export interface TaskOptions {
  /** Is told how far it is. */
  readonly onProgress?: (progress: Progress) => void;
  /** Is told each fault at once. */
  readonly onFault?: (fault: Fault) => void;
  /** How long it may make no progress, in milliseconds. Default 60,000. */
  readonly stallMs?: number;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
  /** The script of the process. Default: task-process beside this file. */
  readonly script?: string;
}

const STALL_MS = 60_000;

/** With the extension of this file: it is TypeScript where this is run from source. */
const SCRIPT = fileURLToPath(new URL(`task-process${extname(import.meta.url)}`, import.meta.url));

/** How much of what the process wrote to its standard error is kept. */
const KEPT_ERROR_CHARACTERS = 4_000;

/**
 * Does a task in a process of its own.
 *
 * @throws ImmuError LEDGER_DAMAGED if the process was ended by a signal or made no progress (`details.died`), or as the
 *   task throws it; LEDGER_MISSING, LEDGER_STORAGE_FAILED, UNSUPPORTED_FORMAT; ABORTED
 */
export async function runTask<K extends Task['kind']>(
  task: Task & { readonly kind: K },
  options: TaskOptions = {},
): Promise<TaskResults[K]> {
  options.signal?.throwIfAborted();
  const run = new TaskRun(task, options);
  const message = await run.ended;
  if (message.kind === 'done') return message.result as TaskResults[K];
  const { code, message: text, details } = message.failure;
  if (code === undefined) throw new Error(text);
  throw new ImmuError(code as ImmuErrorCode, text, { details });
}

type LastMessage = Extract<TaskMessage, { kind: 'done' | 'failed' }>;

class TaskRun {
  /** What it said last. @throws ImmuError LEDGER_DAMAGED, ABORTED */
  readonly ended: Promise<LastMessage>;
  readonly #child: ChildProcess;
  readonly #options: TaskOptions;
  readonly #stallMs: number;
  #last: LastMessage | undefined;
  #progress: Progress | undefined;
  #stalled = false;
  #errors = '';

  constructor(task: Task, options: TaskOptions) {
    this.#options = options;
    this.#stallMs = options.stallMs ?? STALL_MS;
    // What this process was told for itself only is left out.
    const flags = process.execArgv.filter((flag) => !flag.startsWith('--inspect'));
    this.#child = spawn(process.execPath, [...flags, options.script ?? SCRIPT, toLine(task)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.ended = this.#watch();
  }

  async #watch(): Promise<LastMessage> {
    const { stdin, stdout, stderr } = this.#child;
    if (stdin === null || stdout === null || stderr === null) throw new TypeError('a task needs its pipes');
    const exit = new Promise<string | number | null>((resolve, reject) => {
      this.#child.once('error', reject).once('close', (code, signal) => {
        resolve(signal ?? code);
      });
    });
    // Its end is told otherwise.
    stdin.on('error', () => undefined);
    stderr.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-KEPT_ERROR_CHARACTERS);
    });
    const watchdog = setInterval(() => {
      this.#stalled = true;
      this.#child.kill('SIGKILL');
    }, this.#stallMs);
    const abort = () => this.#child.kill('SIGKILL');
    this.#options.signal?.addEventListener('abort', abort);
    try {
      createInterface(stdout).on('line', (line) => {
        if (this.#take(fromLine(line) as TaskMessage)) watchdog.refresh();
      });
      return this.#judge(await exit);
    } finally {
      clearInterval(watchdog);
      this.#options.signal?.removeEventListener('abort', abort);
    }
  }

  /** @returns whether it came forward */
  #take(message: TaskMessage): boolean {
    switch (message.kind) {
      case 'fault':
        this.#options.onFault?.(message.fault);
        return false;
      case 'progress': {
        const moved =
          message.progress.done !== this.#progress?.done || message.progress.unit !== this.#progress.unit;
        this.#progress = message.progress;
        this.#options.onProgress?.(message.progress);
        // A copy ends with a wait for the disk, in which its size does not change.
        return moved || message.progress.unit === 'bytes';
      }
      default:
        this.#last = message;
        return true;
    }
  }

  #judge(exit: string | number | null): LastMessage {
    this.#options.signal?.throwIfAborted();
    if (this.#last !== undefined) return this.#last;
    if (this.#stalled) throw this.#died(`made no progress for ${this.#stallMs / 1000} s`, STALL_MEANING);
    if (typeof exit !== 'string')
      throw new Error(`The process of a task ended with code ${exit}. ${this.#errors}`);
    if (exit === 'SIGINT' || exit === 'SIGTERM' || exit === 'SIGHUP') {
      throw new ImmuError(
        'ABORTED',
        `The process that read the ledger was ended by ${exit}. Nothing was found out.`,
      );
    }
    const isMemory = exit === 'SIGKILL' || /out of memory/i.test(this.#errors);
    throw this.#died(`was ended by ${exit}`, isMemory ? MEMORY_MEANING : CRASH_MEANING);
  }

  #died(how: string, meaning: string): ImmuError {
    const { done, total, unit } = this.#progress ?? { done: 0n, total: undefined, unit: 'transactions' };
    const where =
      total === undefined
        ? 'when it opened the files'
        : `after ${String(done)} of ${String(total)} ${WHAT[unit]}`;
    return new ImmuError('LEDGER_DAMAGED', `The process that read the files ${how}, ${where}. ${meaning}`, {
      details: { died: how, done, total },
    });
  }
}

const WHAT = { transactions: 'transactions', index: 'rows of the index', bytes: 'bytes' } as const;

const CRASH_MEANING =
  'A page of data.mdb that LMDB itself needs is damaged, and led it out of the file. Run `immurepo repair --path` on the ' +
  'folder; if it ends there too, restore a backup.';
const MEMORY_MEANING =
  'Either somebody or the system ended it, for lack of memory perhaps (look into the log of the system, and try again), ' +
  'or a damaged page of data.mdb made it use too much. Run `immurepo repair --path` on the folder, or restore a backup.';
const STALL_MEANING =
  'A page of data.mdb that LMDB itself needs is damaged, and led it in a circle; on a very slow disk, allow it more time ' +
  'and try again. Else run `immurepo repair --path` on the folder, or restore a backup.';

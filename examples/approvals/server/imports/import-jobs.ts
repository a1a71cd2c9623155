// Imports that were asked for: one after another, in the background, and what became of them.

import { type BeforeApplicationShutdown, HttpException, Injectable, Logger } from '@nestjs/common';
import { ImmuError, Ledger, VerificationError } from 'immurepo';
import { randomUUID } from 'node:crypto';
import { OrderNumbers } from '../orders/order-numbers.js';
import { ImportFolder } from './import-folder.js';
import { importOrders, type ImportTally, newTally } from './import-orders.js';

export interface ImportJob {
  readonly id: string;
  state: 'running' | 'done' | 'failed';
  readonly tally: ImportTally;
  /** Why it failed. */
  error?: string;
  /** Resolves when it has ended, either way. */
  readonly ended: Promise<void>;
}

/** As whom it is written. */
export const IMPORTER = 'import';

/** How many are remembered. */
const REMEMBERED = 100;
/** How many may wait for the one that is under way. */
const MOST_WAITING = 5;

@Injectable()
export class ImportJobs implements BeforeApplicationShutdown {
  readonly #logger = new Logger(ImportJobs.name);
  readonly #jobs = new Map<string, ImportJob>();
  readonly #stopping = new AbortController();
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly ledger: Ledger,
    private readonly numbers: OrderNumbers,
    private readonly folder: ImportFolder,
  ) {}

  /**
   * Begins one, or lets it wait for those before it.
   *
   * @param path of the file
   * @param reason what the ledger is to say of why
   * @param release called when the file is not needed any more
   */
  start(path: string, reason: string, release: () => Promise<void> = () => Promise.resolve()): ImportJob {
    const tally = newTally();
    const before = this.#last;
    const ended = Promise.resolve().then(async () => {
      await before;
      await this.#run(job, path, reason);
      try {
        await release();
      } catch (error) {
        this.#logger.warn(`A file that was imported cannot be removed: ${String(error)}`);
      }
    });
    const job: ImportJob = { id: randomUUID(), state: 'running', tally, ended };
    this.#last = ended;
    this.#jobs.set(job.id, job);
    const over = [...this.#jobs.values()].filter(({ state }) => state !== 'running');
    for (const { id } of over.slice(0, -REMEMBERED)) this.#jobs.delete(id);
    return job;
  }

  /** Whether another may be begun. */
  get hasRoom(): boolean {
    const running = [...this.#jobs.values()].filter(({ state }) => state === 'running');
    return running.length <= MOST_WAITING;
  }

  get(id: string): ImportJob | undefined {
    return this.#jobs.get(id);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort(new Error('The service is about to end; import the file again to go on.'));
    await this.#last;
  }

  async #run(job: ImportJob, path: string, reason: string): Promise<void> {
    const { signal } = this.#stopping;
    const { ledger, numbers } = this;
    const terms = { ledger, numbers, tally: job.tally, makeFolder: () => this.folder.make(), signal };
    try {
      await ledger.as({ actor: IMPORTER, reason }, () => importOrders(path, terms));
      job.state = 'done';
    } catch (error) {
      job.state = 'failed';
      job.error = publicText(error);
      this.#logger.error(`An import failed: ${String(error)}`);
    }
  }
}

/** What may be told of why it failed. */
function publicText(error: unknown): string {
  if (error instanceof HttpException) return error.message;
  if (error instanceof VerificationError)
    return 'What the ledger answered contradicts what was proven before, and nothing more was written.';
  if (error instanceof ImmuError)
    return `The ledger could not take it (${error.code}). Import the file again to go on.`;
  return 'It was broken off. Import the file again to go on.';
}

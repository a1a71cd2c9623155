// What a new ledger begins with, so that there is something to see: budgets, the orders of a file, and what became of some of
// them. Where it was broken off, it goes on at the next start.

import { Injectable, Logger } from '@nestjs/common';
import { Ledger, type Repository, VerificationError } from 'immurepo';
import { InjectRepository } from 'immurepo/nest';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { ordersCsv } from '../../tools/orders-csv.js';
import { Budgets } from '../budgets/budgets.js';
import { ImportJobs } from '../imports/import-jobs.js';
import { Settings } from '../settings/settings.js';
import { Milestone } from './milestone.js';
import type { Progress } from './progress.js';
import { Story } from './story.js';

const GENERATED_FILE = 'examples/approvals/data/orders.csv';
const DONE = 'example-orders';
/** As whom the service writes what nobody asked for. */
const SERVICE = 'service';

@Injectable()
export class ExampleOrders {
  readonly #logger = new Logger(ExampleOrders.name);

  constructor(
    private readonly settings: Settings,
    private readonly ledger: Ledger,
    private readonly budgets: Budgets,
    private readonly jobs: ImportJobs,
    private readonly story: Story,
    @InjectRepository(Milestone) private readonly milestones: Repository<Milestone>,
  ) {}

  /**
   * Where it finds that something was tampered with, it leaves things as they are: the service is to start and to show that.
   *
   * @throws Error if the file cannot be imported
   */
  async begin(progress: Progress): Promise<void> {
    try {
      await this.#begin(progress);
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      this.#logger.error(`Nothing was added to the ledger (${error.code}): ${error.message}`);
    }
  }

  async #begin(progress: Progress): Promise<void> {
    await this.ledger.as({ actor: SERVICE, reason: 'Budgets of the year' }, () => this.budgets.begin());
    const { ordersCsv: file } = this.settings;
    if (file === undefined || (await this.milestones.exists(DONE))) return;
    const path = file === 'generated' ? await generate() : file.path;
    await this.#import(path, progress);
    // What people did with orders is only known of our own file.
    if (file === 'generated') await this.story.play(progress);
    await this.milestones.save(this.milestones.create({ id: DONE }));
  }

  async #import(path: string, progress: Progress): Promise<void> {
    const job = this.jobs.start(path, basename(path));
    const { tally } = job;
    const timer = setInterval(() => {
      // That all of it was read does not mean that it was written.
      if (tally.bytesRead < tally.bytesTotal) progress('Importing', tally.bytesRead, tally.bytesTotal);
    }, 100);
    try {
      await job.ended;
    } finally {
      clearInterval(timer);
    }
    if (job.error !== undefined) throw new Error(`${path} cannot be imported. ${job.error}`);
    progress('Importing', tally.bytesTotal, tally.bytesTotal);
  }
}

async function generate(): Promise<string> {
  const path = resolve(GENERATED_FILE);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, ordersCsv());
  return path;
}

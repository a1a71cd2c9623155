// Many people at work at once, and a service that is killed in the middle of it, and once more at the end:
// npm run example:load -- [--users 50] [--seconds 60] [--kill] [--json]
// Ends with 1 if anything that was acknowledged is lost or half done, or an answer was not as expected.

import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Api } from './load/api.js';
import { type Audit, audit } from './load/audit.js';
import { Service } from './load/service.js';
import { type KindReport, Tally } from './load/tally.js';
import { type Office, work } from './load/user.js';

interface LoadReport extends Audit {
  readonly users: number;
  readonly seconds: number;
  readonly kills: number;
  /** How long it took until the service was there again, in milliseconds. */
  readonly backAfterMs: number;
  /** Requests that were under way, or made, while it was not there. */
  readonly interruptions: number;
  readonly kinds: readonly KindReport[];
  readonly unexpected: Readonly<Record<string, number>>;
}

/** How long the first approval may take to come, on a machine that has much else to do. */
const PATIENCE_MS = 20_000;

interface Wanted {
  readonly users: number;
  readonly seconds: number;
  readonly kill: boolean;
}

/** When work is over, and whether the service is there. */
interface Shift {
  endsAt: number;
  outage: Promise<void> | undefined;
}

async function load({ users, seconds, kill }: Wanted): Promise<LoadReport> {
  const folder = await mkdtemp(join(tmpdir(), 'approvals-load-'));
  const ledgerPath = join(folder, 'ledger');
  const service = new Service(ledgerPath);
  const api = new Api(() => service.port);
  try {
    await service.start();
    const shift: Shift = { endsAt: performance.now() + seconds * 1000, outage: undefined };
    const office: Office = {
      api,
      tally: new Tally(),
      acknowledged: [],
      isDown: () => shift.outage !== undefined,
      back: async () => shift.outage,
      isOver: () => performance.now() >= shift.endsAt,
    };
    const everybody = Promise.all(Array.from({ length: users }, (_, index) => work(office, index)));
    const backAfterMs = kill ? await crash(service, office, shift, seconds) : 0;
    await everybody;
    const { interruptions, failures: unexpected } = office.tally;
    const kinds = office.tally.report(seconds);
    // What it still meant to write is lost with it: only what it acknowledged must be there.
    await service.kill();
    const found = await audit(ledgerPath, office.acknowledged);
    return { users, seconds, kills: kill ? 1 : 0, backAfterMs, interruptions, kinds, unexpected, ...found };
  } finally {
    api.close();
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Kills the service after half of the time, and starts it again. @returns how long that took, in milliseconds */
async function crash(
  service: Service,
  { acknowledged }: Office,
  shift: Shift,
  seconds: number,
): Promise<number> {
  const halfMs = (seconds * 1000) / 2;
  // A crash that nobody's approval could be lost by would show nothing.
  for (let waited = 0; waited < PATIENCE_MS; waited += halfMs) {
    shift.endsAt = performance.now() + 2 * halfMs;
    await wait(halfMs);
    if (acknowledged.some(({ action }) => action === 'approve')) break;
  }
  const began = performance.now();
  shift.outage = service.kill().then(() => service.start());
  await shift.outage;
  shift.outage = undefined;
  const ended = performance.now();
  // People work for as long as was asked for: what the outage took is added.
  shift.endsAt = ended + halfMs;
  return Math.round(ended - began);
}

function tell(report: LoadReport): void {
  const { users, seconds, kills, backAfterMs, interruptions, kinds, unexpected, lost } = report;
  const { wrongBudgets, wrongPayments } = report;
  console.log(
    `${String(users)} people for ${String(seconds)} s on an embedded ledger. Times in milliseconds.\n`,
  );
  console.table(Object.fromEntries(kinds.map(({ kind, ...numbers }) => [kind, numbers])));
  if (kills > 0)
    console.log(
      `Killed in the middle, and back after ${String(backAfterMs)} ms; ${String(interruptions)} requests were not answered meanwhile.`,
    );
  console.log(
    `${String(report.orders)} orders, of which ${String(report.approvals)} were approved and that was acknowledged.`,
  );
  console.log(
    `Lost: ${String(lost.length)}. Budgets that are not the sum of their orders: ${String(wrongBudgets.length)}.`,
  );
  console.log(`Orders and payments that do not belong together: ${String(wrongPayments.length)}.`);
  for (const what of [...lost.slice(0, 10), ...wrongBudgets, ...wrongPayments.slice(0, 10)])
    console.log(`  ${what}`);
  console.log(
    `Answers that were not as expected: ${String(Object.values(unexpected).reduce((sum, count) => sum + count, 0))}.`,
  );
  for (const [what, count] of Object.entries(unexpected)) console.log(`  ${String(count)} × ${what}`);
}

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '60' },
    kill: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [users, seconds] = [Number(values.users), Number(values.seconds)];
if (!Number.isInteger(users) || users < 1 || users > 500 || !(seconds >= 1 && seconds <= 3600)) {
  console.error('--users must be a whole number from 1 to 500, and --seconds from 1 to 3600.');
  process.exit(2);
}
const report = await load({ users, seconds, kill: values.kill });
if (values.json) console.log(JSON.stringify(report));
else tell(report);
const isFine =
  [report.lost, report.wrongBudgets, report.wrongPayments].every(({ length }) => length === 0) &&
  Object.keys(report.unexpected).length === 0;
process.exitCode = isFine ? 0 : 1;

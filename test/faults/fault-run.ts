// Runs of mixed operations while things go wrong, each judged by what is in the ledger afterwards.
import { utf8 } from '../../src/bytes.js';
import { connect } from '../../src/client/connect.js';
import type { ImmuClient } from '../../src/client/immu-client.js';
import { ImmuError } from '../../src/errors.js';
import { MemoryTrustStore } from '../../src/trust/memory-store.js';
import { randomFrom } from '../assurance/random.js';
import { Claims } from './claims.js';
import { judge } from './judge.js';
import { perform, planOf, type Plan, type Random } from './plan.js';
import { Stand } from './stand.js';
import { work } from './worker.js';

const WORKERS = 4;
/** Operations of each worker, at least: as many more as fit while things go wrong. */
const LEAST = 12;
/** After so many runs another server begins with nothing. */
const RUNS_PER_SERVER = 50;
/** How long a client may take until it works again once everything is there, in milliseconds. */
const HEAL_LIMIT_MS = 20_000;

/** What to do. */
export interface FaultRunOptions {
  readonly runs: number;
  /** The first run's; the next ones count up from it. */
  readonly seed: number;
  /** Is told what came of each run. */
  readonly onRun?: (done: FaultTotals) => void;
}

/** What came of it. */
export interface FaultTotals {
  runs: number;
  operations: number;
  /** Writes by what the client said of them. */
  readonly writes: Record<'committed' | 'failed' | 'unknown', number>;
  reads: number;
  readonly faults: Map<string, number>;
  readonly failures: Map<string, number>;
  /** Trusted states seen, all of which are in the ledger. */
  states: number;
  /** The longest time until a client worked again, in milliseconds. */
  longestHealMs: number;
  durationMs: number;
}

/** @throws Error with seed and plan, for the first run of which something does not hold */
export async function faultRuns({ runs, seed, onRun }: FaultRunOptions): Promise<FaultTotals> {
  const begun = performance.now();
  const totals = noTotals();
  for (let done = 0; done < runs; done += RUNS_PER_SERVER) {
    await using stand = await Stand.start();
    for (let index = done; index < Math.min(runs, done + RUNS_PER_SERVER); index++) {
      await oneRun(stand, seed + index, totals);
      totals.runs++;
      totals.durationMs = performance.now() - begun;
      onRun?.(totals);
    }
  }
  return totals;
}

function noTotals(): FaultTotals {
  return {
    runs: 0,
    operations: 0,
    writes: { committed: 0, failed: 0, unknown: 0 },
    reads: 0,
    faults: new Map(),
    failures: new Map(),
    states: 0,
    longestHealMs: 0,
    durationMs: 0,
  };
}

/** @throws Error with the seed, and what went wrong in it on purpose */
async function oneRun(stand: Stand, seed: number, totals: FaultTotals): Promise<void> {
  const random = randomFrom(seed);
  const plan = planOf(random);
  const claims = new Claims();
  try {
    await performRun(stand, { plan, claims, name: `r${seed}`, random }, totals);
    const wrong = await judge(claims, stand.address);
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
  } catch (error) {
    throw new Error(`seed ${seed}, ${describe(plan)}: ${String(error)}`, { cause: error });
  }
  add(totals, plan, claims);
}

/** One run: what goes wrong, and what is done meanwhile. */
interface Run {
  readonly plan: Plan;
  readonly claims: Claims;
  /** Begins all its keys and values. */
  readonly name: string;
  readonly random: Random;
}

async function performRun(stand: Stand, run: Run, totals: FaultTotals): Promise<void> {
  const { plan, claims, name, random } = run;
  const client = await open(stand, plan);
  try {
    let over = false;
    const faults = perform(plan, stand).finally(() => {
      over = true;
    });
    const workers = Array.from({ length: WORKERS }, (_, index) => {
      const own = { name: `${name}/w${index}`, random: randomFrom(random(2 ** 31)) };
      return work({ client, claims, shared: name, ...own }, LEAST, () => over);
    });
    const [, ...counts] = await Promise.all([faults, ...workers]);
    totals.operations += counts.reduce((sum, count) => sum + count, 0);
    totals.longestHealMs = Math.max(totals.longestHealMs, await healed(client, claims, `${name}/healed`));
  } finally {
    await client.close();
  }
}

function open({ proxy }: Stand, { circuit }: Plan): Promise<ImmuClient> {
  const trust = { firstUse: true, store: new MemoryTrustStore() } as const;
  return connect({ url: `immudb://${proxy.address}`, timeoutMs: 2_500, silenceMs: 300, circuit, trust });
}

/** How long it takes until writing and reading work, with nothing done about it but to call again. */
async function healed(client: ImmuClient, claims: Claims, key: string): Promise<number> {
  const begun = performance.now();
  for (let attempt = 0; ; attempt++) {
    const value = `${key}/${attempt}`;
    let written = false;
    try {
      const { txId } = await client.verifiedSet([{ key: utf8(key), value: utf8(value) }]);
      written = true;
      claims.committed('verifiedSet', value, [key], txId);
      await client.verifiedGet(utf8(key));
      await client.get(utf8(key));
      claims.trusts(await client.trustedState());
      return performance.now() - begun;
    } catch (error) {
      if (written) claims.note('a read', error);
      else claims.failed('verifiedSet', value, [key], error);
      if (!(error instanceof ImmuError) || performance.now() - begun > HEAL_LIMIT_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function describe({ faults, circuit }: Plan): string {
  return `${faults.map(({ kind, forMs }) => `${kind} ${forMs}`).join(', ')}; circuit ${JSON.stringify(circuit)}`;
}

function add(totals: FaultTotals, { faults }: Plan, claims: Claims): void {
  for (const { said } of claims.writes) totals.writes[said]++;
  for (const { kind } of faults) totals.faults.set(kind, (totals.faults.get(kind) ?? 0) + 1);
  for (const [code, count] of claims.failures)
    totals.failures.set(code, (totals.failures.get(code) ?? 0) + count);
  totals.reads += claims.reads.length;
  totals.states += claims.states.length;
}

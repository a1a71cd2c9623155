// Kills writers at random moments, on one folder again and again, and checks what each leaves.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LedgerState } from '../../src/proof/index.js';
import { bundle } from '../engine/maintenance/support/bundled.js';
import { type LineChild, startLineChild } from '../engine/maintenance/support/line-child.js';
import { checkEntities, checkRows } from './check.js';
import { claimsOf, END } from './claims.js';

/** A writer is killed between 0 and this many milliseconds after it began to write. */
const MAX_DELAY_MS = 300;
/** All rows are checked after so many cycles, and at the end; else those that are new. */
const FULL_CHECK_EVERY = 100;

/** What to do. */
export interface CrashRunOptions {
  readonly cycles: number;
  /** Decides when writers are killed. What they do meanwhile is theirs. */
  readonly seed: number;
  /** Is told what came of each cycle. */
  readonly onCycle?: (done: CrashTotals) => void;
}

/** What came of it. */
export interface CrashTotals {
  cycles: number;
  /** Writes that were acknowledged: all of them were there. */
  acknowledged: number;
  /** Writes that were committed before their writer could be told. */
  unacknowledged: number;
  transactions: bigint;
  /** Time that all of it took. */
  durationMs: number;
}

/** @throws Error with cycle and seed, for the first thing that does not hold */
export async function crashRun({ cycles, seed, onCycle }: CrashRunOptions): Promise<CrashTotals> {
  const place = await mkdtemp(join(tmpdir(), 'immurepo-crash-'));
  const totals: CrashTotals = {
    cycles: 0,
    acknowledged: 0,
    unacknowledged: 0,
    transactions: 0n,
    durationMs: 0,
  };
  const begun = performance.now();
  const random = pseudoRandom(seed);
  let writer: LineChild | undefined;
  try {
    await bundle([fileURLToPath(new URL('writer.ts', import.meta.url))], place);
    const path = join(place, 'ledger');
    const start = (cycle: number) => startLineChild(join(place, 'writer.mjs'), [path, String(cycle)]);
    let checked: LedgerState | undefined;
    let next = (writer = start(1));
    for (let cycle = 1; cycle <= cycles; cycle++) {
      const lines = await linesOfKilled(next, random.next().value * MAX_DELAY_MS);
      // The next one loads while this one's work is checked.
      if (cycle < cycles) writer = next = start(cycle + 1);
      try {
        const found = await checkEntities(path, claimsOf(lines));
        const all = cycle % FULL_CHECK_EVERY === 0 || cycle === cycles;
        checked = await checkRows(path, all ? undefined : checked);
        totals.acknowledged += found.acknowledged;
        totals.unacknowledged += found.unacknowledged;
      } catch (cause) {
        throw new Error(`Cycle ${cycle} of seed ${seed}: ${String(cause)}`, { cause });
      }
      Object.assign(totals, {
        cycles: cycle,
        transactions: checked.txId,
        durationMs: performance.now() - begun,
      });
      onCycle?.(totals);
    }
    return totals;
  } finally {
    await writer?.kill();
    await rm(place, { recursive: true, force: true });
  }
}

/** Lets a writer write, kills it, and gives every whole line it told. */
async function linesOfKilled(writer: LineChild, delayMs: number): Promise<string[]> {
  await expectLine(writer, 'ready');
  writer.send('go');
  await expectLine(writer, 'writing');
  await sleep(delayMs);
  await writer.kill();
  const lines: string[] = [];
  for (let line = await writer.line(); line !== undefined; line = await writer.line()) lines.push(line);
  return lines;
}

async function expectLine(writer: LineChild, expected: string): Promise<void> {
  const line = await writer.line();
  if (line !== `${expected} ${END}`)
    throw new Error(`The writer said ${String(line)} instead of "${expected}".`);
}

/** Numbers from 0 up to 1 that look random and are the same for the same seed. */
function* pseudoRandom(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

// Runs many random programs on a backend, and shrinks the first that does not hold.

import fc from 'fast-check';
import type { Ledger } from 'immurepo';
import type { Backend } from './backends.js';
import { runConcurrent } from './concurrent.js';
import { type Parts, shrink } from './program/shrink.js';
import { runSequential, type Stage, type Tally } from './sequential.js';
import { concurrentProgram, program } from './program/steps.js';

/** How many, and which. */
export interface RunOptions {
  readonly programs: number;
  /** Decides all of them. */
  readonly seed: number;
  /** Every so many programs, one is of several actors at once. */
  readonly concurrentEvery: number;
  /** Opens a backend for the next part of them. */
  readonly open: () => Promise<Backend>;
  /** How long a failing program is made smaller, in milliseconds. Default one minute. */
  readonly shrinkMs?: number;
  readonly onProgress?: (totals: RunTotals) => void;
}

/** What was run. */
export interface RunTotals {
  sequential: number;
  concurrent: number;
  steps: number;
  refused: number;
}

/** Programs on one database: what a database has grown by does not slow the rest. */
const PER_DATABASE = 200;
/** Those who act at once, at most. */
const ACTORS = 4;

/** @throws Error with the seed and the smallest program that fails, for the first thing that does not hold */
export async function runPrograms(options: RunOptions): Promise<RunTotals> {
  const totals: RunTotals = { sequential: 0, concurrent: 0, steps: 0, refused: 0 };
  for (let done = 0, part = 0; done < options.programs; part++) {
    const programs = Math.min(PER_DATABASE, options.programs - done);
    await runPart(options, programs, options.seed + part, totals);
    done += programs;
    options.onProgress?.(totals);
  }
  return totals;
}

async function runPart(
  options: RunOptions,
  programs: number,
  seed: number,
  totals: RunTotals,
): Promise<void> {
  const concurrent = Math.floor(programs / options.concurrentEvery);
  const backend = await options.open();
  const ledgers: Ledger[] = [];
  try {
    for (let opened = 0; opened < ACTORS; opened++) ledgers.push(await backend.open());
    const stage = stages(ledgers);
    const count = ({ steps, refused }: Tally) => {
      totals.steps += steps;
      totals.refused += refused;
    };
    const { shrinkMs = SHRINK_MS } = options;
    await check(program, programs - concurrent, seed, {
      shrinkMs,
      parts: ({ steps: one }) => [one],
      from: (original, [steps = []]) => ({ ...original, steps }),
      run: async (one) => {
        count(await runSequential(await stage(2), one));
        totals.sequential++;
      },
    });
    await check(concurrentProgram, concurrent, seed, {
      shrinkMs,
      parts: ({ beginning, actors }) => [beginning, ...actors],
      from: (original, [beginning = [], ...actors]) => ({ ...original, beginning, actors }),
      run: async (one) => {
        count(await runConcurrent(await stage(one.actors.length), one));
        totals.concurrent++;
      },
    });
  } finally {
    for (const ledger of ledgers) await ledger.close();
    await backend.close();
  }
}

/** Each program has a namespace of its own: it begins with nothing. */
function stages(ledgers: readonly Ledger[]): (count: number) => Promise<Stage> {
  let made = 0;
  return async (count) => {
    const namespace = `p${++made}`;
    const used = ledgers.slice(0, count);
    const opened: Ledger[] = [];
    // One after another: the first notes what is new.
    for (const ledger of used) opened.push(await ledger.namespace(namespace));
    return { ledgers: opened, namespace };
  };
}

const SHRINK_MS = 60_000;

/** How a kind of program is run, and made smaller. */
interface Runner<Program> {
  readonly shrinkMs: number;
  run(program: Program): Promise<void>;
  parts(program: Program): Parts;
  from(original: Program, parts: Parts): Program;
}

async function check<Program>(
  programs: fc.Arbitrary<Program>,
  numRuns: number,
  seed: number,
  runner: Runner<Program>,
): Promise<void> {
  if (numRuns === 0) return;
  const property = fc.asyncProperty(programs, (one) => runner.run(one));
  const { failed, counterexample, counterexamplePath, errorInstance } = await fc.check(property, {
    seed,
    numRuns,
    endOnFailure: true,
  });
  if (!failed) return;
  const original = counterexample![0];
  let error: unknown = errorInstance;
  const fails = async (parts: Parts) => {
    try {
      await runner.run(runner.from(original, parts));
      return false;
    } catch (again) {
      error = again;
      return true;
    }
  };
  const smallest = await shrink(runner.parts(original), fails, runner.shrinkMs);
  throw new Error(
    `seed ${seed}, path ${counterexamplePath ?? '?'}: ${errorText(error)}\n` +
      `smallest program: ${JSON.stringify(runner.from(original, smallest))}`,
    { cause: error },
  );
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

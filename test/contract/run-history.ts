// Runs one random history on two sides, and compares every answer.
import { METHODS, type MethodName, type Outcome } from './rpc-backend.js';
import { comparable } from './comparable.js';
import { differences, showDifferences } from './differences.js';
import { divergenceError, showRun } from './divergence.js';
import { firstSteps, lastSteps } from './random/first-and-last.js';
import { Random } from './random/random.js';
import { Memory, type Source, type Step } from './random/step.js';
import { nextStep } from './random/steps.js';
import type { Side } from './side.js';

/** How often a method was answered, and how often refused. */
export interface Tally {
  answered: number;
  refused: number;
}

interface Header {
  readonly id: bigint;
  readonly ts: bigint;
}

/** Writes that are answered with a proof. Other writes are answered with a header. */
const PROVEN_WRITES: readonly MethodName[] = [
  'verifiableSet',
  'verifiableSetReference',
  'verifiableZAdd',
  'streamVerifiableSet',
];

/** The header of the transaction a call committed, if it did. */
function committed(method: MethodName, { messages, failure }: Outcome): Header | undefined {
  if (failure) return undefined;
  if (METHODS[method].responseType === METHODS.set.responseType) return messages[0] as Header;
  return PROVEN_WRITES.includes(method) ? (messages[0] as { tx: { header: Header } }).tx.header : undefined;
}

/** A key nobody writes. To ask for it waits until the index knows all that is committed. */
const CATCH_UP = { key: Uint8Array.of(0x7e, 0x7e, 0x7e) };

class HistoryRun {
  readonly source: Source;
  readonly #seed: number;
  readonly #judge: Side;
  readonly #judged: Side;
  readonly #tally: Map<string, Tally>;
  readonly #before: string[] = [];

  constructor(seed: number, judge: Side, judged: Side, tally: Map<string, Tally>) {
    this.#seed = seed;
    this.#judge = judge;
    this.#judged = judged;
    this.#tally = tally;
    this.source = { random: new Random(seed), memory: new Memory() };
  }

  /** One step on both sides. */
  async run(step: Step): Promise<void> {
    const [judge, judged] = [this.#judge, this.#judged];
    if (step.unwaited) {
      await Promise.all([judge, judged].map(({ caller }) => caller.exchange('get', [CATCH_UP])));
    }
    const expected = await judge.caller.exchange(step.method, step.requests);
    const header = committed(step.method, expected);
    judged.setClock?.(header?.ts ?? BigInt(Math.floor(Date.now() / 1000)));
    const actual = await this.#answer(step, expected);
    const found = differences(comparable(step.method, expected), comparable(step.method, actual));
    if (found.length > 0) {
      this.#diverge(step, showDifferences(found, [judge.name, judged.name]), expected, actual);
    }
    if (header) this.source.memory.note(header.id, step.writes);
    this.#before.push(showRun(step, expected, header?.id));
    const counts = this.#tally.get(step.method) ?? { answered: 0, refused: 0 };
    counts[expected.failure ? 'refused' : 'answered']++;
    this.#tally.set(step.method, counts);
  }

  /** What the judged side says. A crash of it is told like a difference: with all that led there. */
  async #answer(step: Step, expected: Outcome): Promise<Outcome> {
    try {
      return await this.#judged.caller.exchange(step.method, step.requests);
    } catch (error) {
      const stack = error instanceof Error ? error.stack : String(error);
      return this.#diverge(step, `  ${this.#judged.name} crashed: ${stack}`, expected);
    }
  }

  #diverge(step: Step, what: string, expected: Outcome, actual?: Outcome): never {
    const answers = [
      [this.#judge.name, expected] as const,
      ...(actual ? [[this.#judged.name, actual] as const] : []),
    ];
    throw divergenceError({ seed: this.#seed, step, what, answers, before: this.#before });
  }
}

/**
 * Runs one history: the first steps, random ones, and the last.
 *
 * @param steps how many random ones
 * @param judge its answers are what is right, and its time is what the other is told
 * @param tally counts answers by method
 * @throws Error with the seed, the step, both answers and all steps before, where the answers differ
 */
export async function runHistory(
  seed: number,
  steps: number,
  judge: Side,
  judged: Side,
  tally = new Map<string, Tally>(),
): Promise<void> {
  const run = new HistoryRun(seed, judge, judged, tally);
  for (const step of firstSteps(run.source)) await run.run(step);
  for (let count = 0; count < steps; count++) await run.run(nextStep(run.source));
  for (const step of lastSteps(run.source)) await run.run(step);
}

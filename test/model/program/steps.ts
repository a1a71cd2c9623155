// Random programs, as numbers: what they mean is decided when they run, so that every shorter list and every smaller number
// is a program, too.

import fc from 'fast-check';
import type { Action } from './actions.js';

/** What is done: an action, or once more what was written before. */
export type Op = Action['op'] | 'again';

/** One step of a program. */
export interface Step {
  readonly op: Op;
  /** Decide everything else, one after another: 0 is the simplest. */
  readonly dice: readonly number[];
  /** What is done within it, or between its parts. */
  readonly inner: readonly Step[];
}

/** A program. */
export interface Program {
  /** Which class most of it is about. */
  readonly rotation: number;
  readonly steps: readonly Step[];
}

/** A program of several who act at once, after a common beginning. */
export interface ConcurrentProgram {
  readonly rotation: number;
  readonly beginning: readonly Step[];
  readonly actors: readonly (readonly Step[])[];
}

const DICE = 30;
/** Divisible by 1 to 8. */
const SIDES = 840;

type Weights = Partial<Record<Op, number>>;

/** What is done to instances, and to entities one by one. */
const WRITES: Weights = {
  save: 12,
  update: 8,
  load: 4,
  create: 2,
  edit: 2,
  insert: 3,
  swap: 2,
  delete: 4,
  'delete-loaded': 2,
};

const READS: Weights = {
  find: 2,
  'find-or-fail': 1,
  exists: 1,
  'find-many': 2,
  'find-by': 3,
  'find-one-by': 1,
};

/** What a transaction does not do. */
const OUTSIDE: Weights = { upsert: 7, restore: 4, refresh: 2, again: 3 };

const LISTS: Weights = {
  'find-by': 5,
  'stream-by': 1,
  'count-by': 1,
  stream: 1,
  count: 1,
  history: 2,
  revisions: 1,
  diff: 3,
  plan: 2,
  past: 5,
  reindex: 1,
};

function opOf(weights: Weights): fc.Arbitrary<Op> {
  const choices = Object.entries(weights).map(([op, weight]) => ({
    weight,
    arbitrary: fc.constant(op as Op),
  }));
  return fc.oneof({ withCrossShrink: true }, ...choices);
}

const dice = fc.array(fc.nat({ max: SIDES - 1 }), { minLength: DICE, maxLength: DICE });

function stepOf(weights: Weights): fc.Arbitrary<Step> {
  return fc.record({ op: opOf(weights), dice, inner: fc.constant([]) });
}

function stepWith(op: Op, inner: fc.Arbitrary<Step>, maxLength: number): fc.Arbitrary<Step> {
  return fc.record({ op: fc.constant(op), dice, inner: fc.array(inner, { maxLength, size: 'max' }) });
}

const within = fc.oneof(
  { withCrossShrink: true },
  { weight: 10, arbitrary: stepOf({ ...WRITES, ...READS }) },
  { weight: 1, arbitrary: stepWith('transaction', stepOf({ ...WRITES, ...READS }), 3) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { withCrossShrink: true },
  { weight: 26, arbitrary: stepOf({ ...WRITES, ...OUTSIDE }) },
  { weight: 12, arbitrary: stepOf({ ...READS, ...LISTS }) },
  { weight: 6, arbitrary: stepWith('transaction', within, 6) },
  { weight: 2, arbitrary: stepWith('pages', stepOf({ ...WRITES, ...OUTSIDE }), 4) },
);

const rotation = fc.nat({ max: 4 });

/** Programs of one actor with several ledgers. */
export const program: fc.Arbitrary<Program> = fc.record({
  rotation,
  steps: fc.array(step, { minLength: 8, maxLength: 25, size: 'max' }),
});

/** Programs of two to four actors, each with a ledger of its own. */
export const concurrentProgram: fc.Arbitrary<ConcurrentProgram> = fc.record({
  rotation,
  beginning: fc.array(stepOf({ save: 1, upsert: 2 }), { maxLength: 6, size: 'max' }),
  actors: fc.array(fc.array(step, { minLength: 1, maxLength: 8, size: 'max' }), {
    minLength: 2,
    maxLength: 4,
  }),
});

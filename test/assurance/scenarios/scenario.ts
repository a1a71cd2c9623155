// Attacks that take more than one forged answer: a history of their own, another server, or a client that begins.

import { type Attempt, judge, type Verdict } from '../attempt.js';
import { MODES, type TrustMode } from '../modes.js';
import { Subject, type SubjectOptions } from '../subject.js';
import type { World } from '../world.js';

export interface Scenario {
  readonly row: number;
  readonly attack: string;
  /** What is attacked. */
  readonly on: string;
  /** The trust modes it concerns. Default: all. */
  readonly modes?: readonly TrustMode[];
  readonly run: (world: World, mode: TrustMode) => Promise<Verdict>;
}

export const SIGNED: readonly TrustMode[] = ['pinned key', 'key and state'];
export const UNSIGNED: readonly TrustMode[] = MODES.filter((mode) => !SIGNED.includes(mode));

/** An attempt, of which an honest run is known to make few calls. */
export type Tried = Omit<Attempt, 'honestCalls'> & Partial<Pick<Attempt, 'honestCalls'>>;

/** A scenario on a subject of its own. @param arrange lies, and says what is then tried */
export const onSubject =
  (options: SubjectOptions, arrange: (subject: Subject) => Promise<Tried> | Tried): Scenario['run'] =>
  async (world, mode) => {
    await using subject = await Subject.open(world, mode, options);
    return await judge(subject, { honestCalls: 8, ...(await arrange(subject)) });
  };

/** A verdict on what is no operation of a subject: the problem, if there is one. */
export function verdictOf(
  outcome: Verdict['outcome'],
  code: string | undefined,
  problem: string | undefined,
): Verdict {
  return {
    outcome,
    ...(code === undefined ? {} : { code }),
    ...(problem === undefined ? {} : { problem }),
  };
}

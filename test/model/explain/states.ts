// The states a ledger was in while something was done: which of them explains what came of it.

import { ModelMismatch } from '../expect/equal-or-throw.js';
import type { ModelRun } from '../expect/model-run.js';
import { nameOf, type Timeline } from '../expect/timeline.js';
import type { Event } from '../perform/recorder.js';
import { type Action, describeAction } from '../program/actions.js';
import { HindsightLedger, type Window } from './hindsight.js';

/** An event, and what is known of it when all is over. */
export interface Explained extends Event {
  /** The transaction it committed. */
  readonly txId: bigint | undefined;
  readonly window: Window;
}

/** What explaining works with. */
export interface Hindsight {
  readonly timeline: Timeline;
  readonly events: readonly Explained[];
  /** Of the actor of an event. */
  readonly run: ModelRun;
}

/** Whether it gave what it must have at a state that was there. What it did to instances is done then. */
export function holdsAtOnce({ action, outcome, window }: Explained, { run, timeline }: Hindsight): boolean {
  for (let asOf = window.low; asOf <= window.high; asOf++) {
    const undo = run.snapshot();
    run.ledger = new HindsightLedger(timeline, asOf, window);
    try {
      run.check(action, outcome);
      return true;
    } catch (error) {
      undo();
      if (!(error instanceof ModelMismatch)) throw error;
    }
  }
  return false;
}

/** Whether an entity was changed, or an index entry was there, in a window. */
export function isChangedWithin(timeline: Timeline, name: string, { low, high }: Window): boolean {
  const within = timeline.revisions.filter(({ txId }) => txId > low && txId <= high);
  return within.some(
    ({ kind, id, txId }) =>
      nameOf(kind, id) === name || timeline.entries(kind, txId).has(name.slice(kind.name.length + 1)),
  );
}

/** The error for what nothing explains, with what would have been expected at the last state there was. */
export function noState({ action, outcome, window }: Explained, { run, timeline }: Hindsight): ModelMismatch {
  run.ledger = new HindsightLedger(timeline, window.high, window);
  try {
    run.check(action, outcome);
  } catch (error) {
    return unexplained(action, `at no state from ${window.low} to ${window.high}: ${String(error)}`);
  }
  return unexplained(action, 'in no way');
}

/** The error for what nothing explains. */
export function unexplained(action: Action, problem: string): ModelMismatch {
  return new ModelMismatch(`${describeAction(action)}\n  cannot be explained: ${problem}`);
}

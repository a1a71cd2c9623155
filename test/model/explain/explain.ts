// Holds what several did at once against what was committed: each write against the state before its transaction, each
// read and each refusal against a state that was there while it was under way.

import { checkListed } from '../expect/check-pages.js';
import { ModelMismatch } from '../expect/equal-or-throw.js';
import { explainNamedWrite } from './explain-named-write.js';
import { explainQuery } from './explain-query.js';
import { explainTransaction } from './explain-transaction.js';
import { HindsightLedger, type Window } from './hindsight.js';
import { ModelLedger } from '../expect/model-ledger.js';
import { ModelRun } from '../expect/model-run.js';
import { type Event, newestIn, tagsOf } from '../perform/recorder.js';
import type { Timeline } from '../expect/timeline.js';
import { show } from '../expect/values.js';
import {
  type Explained,
  type Hindsight,
  holdsAtOnce,
  isChangedWithin,
  noState,
  unexplained,
} from './states.js';

/**
 * Explains everything, or throws.
 *
 * @param timeline all that was committed
 * @param window the newest transaction before, and after
 */
export function explain(events: readonly Event[], timeline: Timeline, window: Window): void {
  const txIds = new Map(events.map((event) => [event, txIdOf(event, timeline)]));
  assertAllClaimed([...txIds.values()], window);
  const explained = events.map((event): Explained => ({
    ...event,
    txId: txIds.get(event),
    window: windowOf(event, txIds, window),
  }));
  const runs = new Map<number, ModelRun>();
  for (const event of explained) {
    const run = runs.get(event.actor) ?? new ModelRun(new ModelLedger(window.low));
    runs.set(event.actor, run);
    explainEvent(event, { timeline, events: explained, run });
  }
}

/** The one transaction in which anything bears a name of the event. */
function txIdOf({ action, outcome }: Event, timeline: Timeline): bigint | undefined {
  const tags = new Set(tagsOf(action));
  const committed = timeline.revisions.filter(({ correlationId = '' }) => tags.has(correlationId));
  const [first, ...others] = new Set(committed.map(({ txId }) => txId));
  if (others.length > 0) throw unexplained(action, `is in transactions ${show([first, ...others])}`);
  if (first !== undefined && outcome.failure !== undefined)
    throw unexplained(action, `was refused with ${show(outcome.failure)}, and is in transaction ${first}`);
  return first;
}

/** Every transaction is somebody's, and nobody else's. */
function assertAllClaimed(txIds: readonly (bigint | undefined)[], { low, high }: Window): void {
  const claimed = txIds.filter((txId) => txId !== undefined);
  for (let txId = low + 1n; txId <= high; txId++) {
    const count = claimed.filter((claim) => claim === txId).length;
    if (count !== 1) throw new ModelMismatch(`transaction ${txId} is of ${count} actions`);
  }
}

/** What was surely there when it began, and what can have been there when it ended. */
function windowOf(event: Event, txIds: ReadonlyMap<Event, bigint | undefined>, { low }: Window): Window {
  const others = [...txIds];
  const before = others.filter(([other]) => other.end < event.start);
  const known = before.flatMap(([other, txId]) => [txId ?? 0n, newestIn(other.outcome)]);
  const possible = others.filter(([other]) => other.start < event.end).map(([, txId]) => txId ?? 0n);
  const newest = (all: readonly bigint[]) => all.reduce((a, b) => (a > b ? a : b), low);
  return { low: newest(known), high: newest([...known, ...possible]) };
}

function explainEvent(event: Explained, hindsight: Hindsight): void {
  const { action, outcome, window, txId } = event;
  const { run, timeline } = hindsight;
  if (action.op === 'transaction') {
    explainTransaction({ ...event, action }, hindsight);
  } else if (txId !== undefined) {
    run.ledger = new HindsightLedger(timeline, txId - 1n, window);
    run.check(action, outcome);
  } else if (action.op === 'pages' && outcome.pages !== undefined) {
    const [first] = outcome.pages;
    const asOf = first?.asOf ?? -1n;
    if (asOf < window.low || asOf > window.high) throw unexplained(action, `is as of ${asOf}`);
    checkListed(action, outcome.pages, asOf, timeline);
  } else if ('options' in action && action.options.idempotencyKey !== undefined && action.op !== 'plan') {
    explainNamedWrite(event, hindsight);
  } else if (outcome.failure?.code === 'CONFLICT') {
    explainConflict(event, hindsight);
  } else if (action.op === 'find-by' || action.op === 'find-one-by' || action.op === 'count-by') {
    explainQuery({ ...event, action }, hindsight);
  } else if (!holdsAtOnce(event, hindsight)) {
    throw noState(event, hindsight);
  }
}

/** Somebody else must have been first, with what the error names. */
function explainConflict(event: Explained, hindsight: Hindsight): void {
  if (holdsAtOnce(event, hindsight)) return;
  const { action, outcome, window } = event;
  const { changed = [] } = outcome.failure ?? {};
  const isChanged = (name: string) => isChangedWithin(hindsight.timeline, name, window);
  if (changed.length === 0 || !changed.every(isChanged)) throw noState(event, hindsight);
  // Who tried to save something new knows afterwards that it may be there.
  if (action.op !== 'save') return;
  for (const slot of action.slots) {
    const handle = hindsight.run.handle(action.kind, slot);
    if (handle !== undefined) handle.isFresh = false;
  }
}

// Takes down what several do at once: what began before what ended.

import type { Action } from '../program/actions.js';
import { Performer } from './performer.js';
import type { Outcome } from '../program/outcomes.js';
import type { Transaction } from '../../../src/repository/transaction/transaction.js';

/** One action of one actor. */
export interface Event {
  readonly actor: number;
  readonly action: Action;
  readonly outcome: Outcome;
  /** By one clock for all: an action that ended before another began has an end below its start. */
  readonly start: number;
  readonly end: number;
}

/** What was done, in the order in which it ended. */
export class Recorder {
  readonly events: Event[] = [];
  #clock = 0;
  #tags = 0;

  /** The time, which is another each time. */
  tick(): number {
    return ++this.#clock;
  }

  /** A name for an action, which no other has. */
  tag(): string {
    return `w${++this.#tags}`;
  }
}

/** Does what one actor does, and takes it down. What is done within a transaction is a part of that. */
export class RecordingPerformer extends Performer {
  readonly #recorder: Recorder;
  readonly #actor: number;

  constructor(ledgers: ConstructorParameters<typeof Performer>[0], recorder: Recorder, actor: number) {
    super(ledgers);
    this.#recorder = recorder;
    this.#actor = actor;
  }

  override async perform(action: Action, tx?: Transaction): Promise<Outcome> {
    if (tx !== undefined) return super.perform(action, tx);
    const start = this.#recorder.tick();
    const outcome = await super.perform(action);
    const event = { actor: this.#actor, action, outcome, start, end: this.#recorder.tick() };
    this.#recorder.events.push(event);
    return outcome;
  }
}

/** The names of what an action writes under. */
export function tagsOf(action: Action): string[] {
  const { provenance } = action;
  const own = provenance.correlationId === undefined ? [] : [provenance.correlationId];
  return action.op === 'transaction' ? [...own, ...action.inner.flatMap(tagsOf)] : own;
}

/** The newest transaction that an outcome shows anything of. */
export function newestIn({
  seen = [],
  history = [],
  proof,
  asOf,
  pages = [],
  attempts = [],
}: Outcome): bigint {
  const shown = [...seen, ...history, proof, ...pages.flatMap(({ items }) => items)];
  const txIds = [
    ...shown.map((one) => one?.txId ?? 0n),
    ...pages.map((page) => page.asOf),
    ...attempts.flatMap(({ inner }) => inner.map(newestIn)),
    asOf ?? 0n,
  ];
  return txIds.reduce((newest, txId) => (txId > newest ? txId : newest), 0n);
}

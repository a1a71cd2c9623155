// The model of a ledger that several have written to at once, when all that was committed is known: what was done is held
// against the state of one transaction.

import { ModelMismatch } from '../expect/equal-or-throw.js';
import { historyLine } from '../expect/expected-read.js';
import { ModelLedger } from '../expect/model-ledger.js';
import { nameOf, type Revision, type Timeline } from '../expect/timeline.js';
import { show } from '../expect/values.js';

/** The newest transaction that may have been there before an action, and that may have been after it. */
export interface Window {
  readonly low: bigint;
  readonly high: bigint;
}

/** A ledger as it was at a transaction. What is committed to it must be what was committed in the next one. */
export class HindsightLedger extends ModelLedger {
  readonly #whole: Timeline;
  readonly #window: Window;

  constructor(whole: Timeline, asOf: bigint, window: Window) {
    super(asOf, whole);
    this.#whole = whole;
    this.#window = window;
  }

  /** Whether an entity was changed after this state and before the action ended. */
  isChangedLater(name: string): boolean {
    return this.#whole.revisions.some(
      (revision) =>
        nameOf(revision.kind, revision.id) === name &&
        revision.txId > this.head &&
        revision.txId <= this.#window.high,
    );
  }

  /** What a read finds may change before it is known to hold together with what was read before. */
  override hasChanged(names: readonly string[]): boolean {
    return names.every((name) => this.isChangedLater(name));
  }

  /** An index may not know yet, or not any more, what was changed during the action. */
  override mayMiss({ kind, id, txId }: Revision, op: string): boolean {
    const isAsOf = op === 'stream-by' || op === 'count-by';
    return isAsOf ? this.isChangedLater(nameOf(kind, id)) : txId > this.#window.low;
  }

  protected override settle(revisions: readonly Revision[]): readonly Revision[] {
    const committed = this.#whole.revisions.filter(({ txId }) => txId === this.head);
    return committed.length === revisions.length
      ? revisions.map((revision) => this.#kept(revision, committed))
      : this.#refuse(revisions, committed);
  }

  #kept(revision: Revision, committed: readonly Revision[]): Revision {
    const kept = committed.find(({ kind, id }) => nameOf(kind, id) === nameOf(revision.kind, revision.id));
    if (kept !== undefined && show(historyLine(kept)) === show(historyLine(revision))) return kept;
    return this.#refuse([revision], committed);
  }

  #refuse(expected: readonly Revision[], committed: readonly Revision[]): never {
    const shown = (revisions: readonly Revision[]) =>
      revisions.map((revision) => `${nameOf(revision.kind, revision.id)} ${show(historyLine(revision))}`);
    throw new ModelMismatch(
      `transaction ${this.head} committed ${shown(committed).join(', ') || 'nothing'}, expected ${shown(expected).join(', ')}`,
    );
  }
}

// A program on the model: what each action must have given, held against what it gave.

import { equalOrThrow } from './equal-or-throw.js';
import type { Action } from '../program/actions.js';
import { checkPages } from './check-pages.js';
import { checkTransaction } from './check-transaction.js';
import { expectedRead } from './expected-read.js';
import { expectedWrite } from './expected-write.js';
import type { Kind } from './kinds.js';
import { type Handle, type ModelLedger, Refused } from './model-ledger.js';
import type { ModelTransaction } from './model-transaction.js';
import type { Provenance } from '../../../src/codec/revision-facts.js';
import type { Given, Outcome } from '../program/outcomes.js';

/** Where an action is done: within a transaction, or in whose name. */
export interface Around {
  readonly tx?: ModelTransaction | undefined;
  readonly provenance?: Provenance;
}

/** The model of one program. */
export class ModelRun {
  ledger: ModelLedger;
  readonly #slots = new Map<string, Handle>();

  constructor(ledger: ModelLedger) {
    this.ledger = ledger;
  }

  /**
   * Holds what an action gave against what it must have given.
   *
   * @returns whether it is a part of a transaction that has to be run again
   * @throws ModelMismatch
   */
  check(action: Action, outcome: Outcome, around: Around = {}): boolean {
    const provenance = { ...around.provenance, ...action.provenance };
    if (action.op === 'transaction')
      return checkTransaction(this, action, outcome, { ...around, provenance });
    if (action.op === 'pages' && outcome.pages !== undefined)
      checkPages(this, action, outcome.pages, { provenance });
    else equalOrThrow(action, givenOf(outcome), this.#expected(action, outcome, { ...around, provenance }));
    return false;
  }

  #expected(action: Action, outcome: Outcome, around: Around): Given {
    try {
      return expectedWrite(this, action, outcome, around) ?? expectedRead(this, action, outcome, around);
    } catch (error) {
      if (error instanceof Refused) return { failure: error.failure };
      throw error;
    }
  }

  /** An instance the program holds. */
  handle(kind: Kind, slot: number): Handle | undefined {
    return this.#slots.get(`${kind.name} ${slot}`);
  }

  /** What is held now. @returns puts it back */
  snapshot(): () => void {
    const held = [...this.#slots].map(([slot, handle]) => ({ slot, handle, ...handle }));
    return () => {
      this.#slots.clear();
      for (const { slot, handle, values, base, isFresh } of held) {
        Object.assign(handle, { values, base, isFresh });
        this.#slots.set(slot, handle);
      }
    };
  }

  /** Takes an instance into a slot. */
  hold(kind: Kind, slot: number, handle: Handle): void {
    this.#slots.set(`${kind.name} ${slot}`, handle);
  }
}

/** What is compared. */
function givenOf({
  skipped,
  failure,
  seen,
  proof,
  count,
  isThere,
  history,
  changes,
  forecast,
}: Outcome): Given {
  return {
    ...(skipped && { skipped }),
    ...(failure && { failure }),
    ...(seen && { seen }),
    ...(proof && { proof }),
    ...(count === undefined ? {} : { count }),
    ...(isThere === undefined ? {} : { isThere }),
    ...(history && { history }),
    ...(changes && { changes }),
    ...(forecast && { forecast }),
  };
}

// Transactions of several who act at once: every attempt saw one state, the last one that before its own transaction, and
// each that was given up had met something that changed.

import type { Action } from '../program/actions.js';
import { attempted } from '../expect/check-transaction.js';
import { ModelMismatch } from '../expect/equal-or-throw.js';
import { type Explained, type Hindsight, unexplained } from './states.js';
import { HindsightLedger } from './hindsight.js';
import { type Failure, Refused } from '../expect/model-ledger.js';
import { ModelTransaction } from '../expect/model-transaction.js';
import type { Attempt } from '../program/outcomes.js';
import { show } from '../expect/values.js';

type TransactionEvent = Explained & { readonly action: Extract<Action, { readonly op: 'transaction' }> };

/** @throws ModelMismatch */
export function explainTransaction(event: TransactionEvent, hindsight: Hindsight): void {
  const { action, outcome, txId, window } = event;
  const { attempts = [] } = outcome;
  let low = window.low;
  for (const [at, attempt] of attempts.entries()) {
    const isLast = at === attempts.length - 1;
    const failure = isLast ? outcome.failure : { code: 'CONFLICT' };
    // Who committed something saw what was there right before.
    const isCommitted = isLast && txId !== undefined;
    const states = isCommitted ? { from: txId - 1n, to: txId - 1n } : { from: low, to: window.high };
    const asOf = stateOf(event, hindsight, attempt, { ...states, failure });
    if (typeof asOf !== 'bigint')
      throw unexplained(
        action,
        `attempt ${at + 1} of ${attempts.length} at no state from ${states.from} to ${states.to}: ${asOf}`,
      );
    low = asOf;
  }
}

interface Ending {
  readonly from: bigint;
  readonly to: bigint;
  readonly failure: Failure | undefined;
}

/** @returns the first state at which the attempt holds, and instances are as after it; or why the last one is none */
function stateOf(
  { action, window }: TransactionEvent,
  { run, timeline }: Hindsight,
  attempt: Attempt,
  { from, to, failure }: Ending,
): bigint | string {
  let reason = 'there is none';
  for (let asOf = from; asOf <= to; asOf++) {
    const undo = run.snapshot();
    const ledger = new HindsightLedger(timeline, asOf, window);
    run.ledger = ledger;
    try {
      const tx = new ModelTransaction(ledger);
      const { provenance } = action;
      const ended = attempted(run, action, attempt, { tx, provenance });
      const given = ended.failure ?? committed(tx, ledger, failure);
      if (isAlike(given, failure)) return asOf;
      reason = `it ends with ${show(given)} instead of ${show(failure)}`;
    } catch (error) {
      if (!(error instanceof ModelMismatch)) throw error;
      reason = error.message;
    }
    undo();
  }
  return reason;
}

/** What the commit must have come to: a conflict, too, where something has changed since. */
function committed(
  tx: ModelTransaction,
  ledger: HindsightLedger,
  failure: Failure | undefined,
): Failure | undefined {
  if (!tx.hasWrites) return undefined;
  if (failure?.code === 'CONFLICT' && tx.names.some((name) => ledger.isChangedLater(name))) return failure;
  try {
    tx.commit(undefined);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.failure;
    throw error;
  }
}

function isAlike(given: Failure | undefined, failure: Failure | undefined): boolean {
  if (given?.code !== failure?.code) return false;
  const { violations } = failure ?? {};
  return violations === undefined || violations.every((one) => given?.violations?.includes(one));
}

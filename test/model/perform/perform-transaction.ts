// Transactions of a program: its actions within the callback, and somebody else's beside it.

import type { Transaction } from '../../../src/repository/transaction/transaction.js';
import { type Action, ATTEMPTS, type TransactionDeed } from '../program/actions.js';
import { type Attempt, BROKEN_OFF, failureOf, type Outcome } from '../program/outcomes.js';
import type { Performer } from './performer.js';

/** Runs it. What it gives is what its last attempt gave. */
export async function performTransaction(
  performer: Performer,
  action: TransactionDeed & Pick<Action, 'by'>,
  outer?: Transaction,
): Promise<Outcome> {
  const attempts: Attempt[] = [];
  const work = async (tx: Transaction) => {
    if (outer !== undefined && tx !== outer) throw new Error('a transaction within another is not the same');
    const inner: Outcome[] = [];
    const attempt: { inner: Outcome[]; meanwhile: Outcome | undefined } = { inner, meanwhile: undefined };
    attempts.push(attempt);
    const { meanwhile } = action;
    for (const [at, step] of action.inner.entries()) {
      if (attempts.length === 1 && meanwhile?.at === at)
        attempt.meanwhile = await performer.perform(meanwhile.action);
      const outcome = await performer.perform({ ...step, by: action.by }, tx);
      inner.push(outcome);
      // A conflict dooms the attempt, whatever is made of it.
      const ends = !action.swallows || outcome.failure?.code === 'CONFLICT';
      if (outcome.error !== undefined && ends) throw outcome.error as Error;
      // A part that failed fails the whole, even if its error is caught, as here.
      if (outcome.error !== undefined && step.op === 'transaction') return;
    }
    if (action.fails) throw new Error(BROKEN_OFF);
  };
  try {
    await performer.ledger(action).transaction(work, { attempts: ATTEMPTS });
    return { attempts };
  } catch (error) {
    return { attempts, failure: failureOf(error), error };
  }
}

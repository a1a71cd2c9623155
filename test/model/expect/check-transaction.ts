// Transactions: each attempt on the model, and whether there had to be another.

import { type Action, ATTEMPTS } from '../program/actions.js';
import { equalOrThrow, holdsOrThrow } from './equal-or-throw.js';
import { type Failure, Refused } from './model-ledger.js';
import type { Around, ModelRun } from './model-run.js';
import { ModelTransaction } from './model-transaction.js';
import { type Attempt, BROKEN_OFF, type Outcome } from '../program/outcomes.js';
import { show } from './values.js';

type TransactionAction = Extract<Action, { readonly op: 'transaction' }>;

/** How an attempt ended. */
export interface Ended {
  readonly failure: Failure | undefined;
  /**
   * Whether another writer was first, so that it is run again. `maybe` where that was before it began: a ledger may not have
   * known of it.
   */
  readonly lost: 'yes' | 'maybe' | 'no';
}

/**
 * Holds a transaction against the model. One within another is a part of that one.
 *
 * @returns whether another writer was first, and it is run again with what is around it
 */
export function checkTransaction(
  run: ModelRun,
  action: TransactionAction,
  outcome: Outcome,
  around: Around,
): boolean {
  const { attempts = [] } = outcome;
  const isNested = around.tx !== undefined;
  let ended: Ended = { failure: undefined, lost: 'no' };
  for (const [at, attempt] of attempts.entries()) {
    const tx = around.tx ?? new ModelTransaction(run.ledger);
    const { head } = run.ledger;
    ended = attempted(run, action, attempt, { ...around, tx });
    if (!isNested && ended.failure === undefined) ended = committed(tx, outcome, head);
    const isRunAgain = at + 1 < attempts.length;
    const lost = isNested || at + 1 === ATTEMPTS ? 'no' : ended.lost;
    holdsOrThrow(
      action,
      lost === 'maybe' || isRunAgain === (lost === 'yes'),
      () => `attempt ${at + 1} of ${attempts.length} ended with ${show(ended)}`,
    );
  }
  const given = outcome.failure === undefined ? {} : { failure: outcome.failure };
  equalOrThrow(action, given, ended.failure === undefined ? {} : { failure: ended.failure });
  return ended.lost === 'yes';
}

/** What is done in one attempt, before its commit. @throws ModelMismatch */
export function attempted(
  run: ModelRun,
  action: TransactionAction,
  { inner, meanwhile }: Attempt,
  around: Around & { readonly tx: ModelTransaction },
): Ended {
  for (const [at, step] of action.inner.entries()) {
    if (meanwhile !== undefined && action.meanwhile?.at === at)
      run.check(action.meanwhile.action, meanwhile, withoutTransaction(action, around));
    const outcome = inner[at];
    if (outcome === undefined) throw new Error(`an attempt ended before ${step.op}, and nothing says why`);
    if (isDisturbed(step, outcome, around.tx)) return { failure: outcome.failure, lost: 'yes' };
    const isLost = run.check(step, outcome, around);
    const { failure } = outcome;
    const ends = !action.swallows || failure?.code === 'CONFLICT' || step.op === 'transaction';
    if (failure !== undefined && ends) return { failure, lost: isLost ? 'yes' : 'no' };
  }
  return { failure: action.fails ? { code: BROKEN_OFF } : undefined, lost: 'no' };
}

/** Somebody else writes in the name that was given around the transaction, if it is done there. */
function withoutTransaction({ meanwhile, by }: TransactionAction, { provenance = {} }: Around): Around {
  return meanwhile?.action.by === by ? { provenance } : {};
}

/** Whether a read met what changed since an earlier one. An insert reads nothing. */
function isDisturbed(step: Action, { failure, attempts }: Outcome, tx: ModelTransaction): boolean {
  if (failure?.code !== 'CONFLICT' || step.op === 'insert') return false;
  if (attempts !== undefined) return false;
  return tx.hasChanged(failure.changed ?? []);
}

/** @param head the newest transaction when the attempt began */
function committed(tx: ModelTransaction, { committedAt }: Outcome, head: bigint): Ended {
  try {
    if (tx.hasWrites) tx.commit(committedAt);
    return { failure: undefined, lost: 'no' };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { failure } = error;
    if (failure.code !== 'CONFLICT') return { failure, lost: 'no' };
    return { failure, lost: (failure.newestTxId ?? 0n) > head ? 'yes' : 'maybe' };
  }
}

// Everything a database holds, checked against itself: every hash recomputed from the entries and values, every link of
// the chain, every node of the tree, and an index that says neither more nor less than the transactions do.

import { equalBytes } from '../../bytes.js';
import type { LedgerState } from '../../proof/layout/ledger-state.js';
import type { LedgerStore } from '../storage/ledger-store.js';
import { checkIndexed, measureIndex } from './check-index.js';
import { newestTransaction, TransactionChecks } from './check-transactions.js';
import { type Fault, Faults } from './faults.js';

/** How far a check or a repair is. */
export interface Progress {
  readonly done: bigint;
  readonly total: bigint;
  /** What is counted. The index is read as of one moment: do not await between two steps of `index`. */
  readonly unit: 'transactions' | 'index' | 'bytes';
}

/** A state that the rows must agree with, and who says so. */
export interface ExpectedState extends LedgerState {
  /** For a person, e.g. `the trust record`. */
  readonly source: string;
}

/** What to check against, and where to begin. */
export interface VerifyOptions {
  /** States known from elsewhere. That of the store's own head is always checked. Default none. */
  readonly expected?: readonly ExpectedState[];
  /** The last transaction that needs no check. The index is then not counted. Default: everything is checked. */
  readonly after?: LedgerState;
  /** Is told each fault at once. */
  readonly onFault?: (fault: Fault) => void;
}

/** What a check found. */
export interface VerifyReport {
  /** How many transactions there are. */
  readonly transactions: bigint;
  /** How many entries of them were checked. */
  readonly entries: bigint;
  /** The newest transaction; `undefined` where it cannot be read. */
  readonly state: LedgerState | undefined;
  /** What is wrong: the first 10,000. Empty for a database that is whole. */
  readonly faults: readonly Fault[];
  readonly faultCount: number;
}

/**
 * Checks all rows of a store, also while another process writes to it. Needs little memory for what is whole.
 *
 * @returns after yielding its progress at least once for every transaction and every 1,000 rows of the index
 */
export function* verifyRows(
  store: LedgerStore,
  options: VerifyOptions = {},
): Generator<Progress, VerifyReport> {
  const check = new RowCheck(store, options);
  yield* check.transactions(check.newest());
  if (options.after === undefined) yield* check.index();
  return check.report();
}

class RowCheck {
  readonly #store: LedgerStore;
  readonly #faults: Faults;
  readonly #transactions: TransactionChecks;
  readonly #expected: readonly ExpectedState[];
  #total = 0n;
  #entries = 0n;
  #indexed = 0n;

  constructor(store: LedgerStore, { expected = [], after, onFault }: VerifyOptions) {
    this.#store = store;
    this.#faults = new Faults(onFault);
    this.#transactions = new TransactionChecks(store, this.#faults, after);
    const { head } = store;
    this.#expected = head === undefined ? expected : [...expected, { ...head, source: 'the file "head"' }];
  }

  /** Where the rows cannot tell, as far as others know. */
  newest(): bigint {
    const newest = this.#faults.attempt(undefined, () => newestTransaction(this.#store));
    return newest ?? this.#expected.reduce((most, { txId }) => (txId > most ? txId : most), 0n);
  }

  *transactions(total: bigint): Generator<Progress, void> {
    if (total > this.#total) this.#total = total;
    while (this.#transactions.next <= this.#total) {
      const tx = this.#transactions.check();
      if (tx !== undefined) {
        this.#entries += BigInt(tx.entries.length);
        this.#indexed += BigInt(checkIndexed(this.#store, this.#faults, tx));
        this.#compare(tx);
      }
      yield { done: this.#transactions.next - 1n, total: this.#total, unit: 'transactions' };
    }
    yield { done: this.#total, total: this.#total, unit: 'transactions' };
  }

  *index(): Generator<Progress, void> {
    // A writer may go on meanwhile: what the index knows now are the transactions up to now.
    const newest = this.newest();
    const measuring = measureIndex(this.#store);
    for (;;) {
      const step = this.#faults.attempt(undefined, () => measuring.next());
      if (step === undefined) return;
      if (step.done !== true) {
        yield { done: step.value, total: 2n * this.#indexed, unit: 'index' };
        continue;
      }
      yield* this.transactions(newest);
      this.#compareIndex(step.value.counted, 'the keys count');
      this.#compareIndex(step.value.stored, 'the index holds');
      return;
    }
  }

  report(): VerifyReport {
    const { state } = this.#transactions;
    for (const { source, txId } of this.#expected) {
      if (txId <= this.#total) continue;
      this.#faults.add({
        message: `the newest transaction is ${String(this.#total)}, but ${source} is at ${String(txId)}: what came after was lost`,
      });
    }
    const { kept: faults, count: faultCount } = this.#faults;
    return { transactions: this.#total, entries: this.#entries, state, faults, faultCount };
  }

  #compare({ txId, alh }: LedgerState): void {
    for (const expected of this.#expected) {
      if (expected.txId !== txId || equalBytes(expected.alh, alh)) continue;
      this.#faults.add({ txId, message: `is not the one of ${expected.source}` });
    }
  }

  #compareIndex(found: bigint, who: string): void {
    if (found === this.#indexed) return;
    this.#faults.add({
      message: `${who} ${String(found)} revisions of keys, the transactions hold ${String(this.#indexed)}`,
    });
  }
}

// Commits, one after another, as many at once as are waiting: while one round is being written, the next gathers.
// Nothing is answered before it is durable, refusals included: one may rest on a transaction of the same round.

import type { ImmuError } from '../../errors.js';
import type { LedgerState } from '../../proof/layout/ledger-state.js';
import type { LedgerStore } from '../storage/ledger-store.js';
import { isUntried, nothingWritten } from '../storage/storage-errors.js';
import type { MainTree } from '../tree/main-tree.js';
import { type MadeTransaction, makeTransaction, type NewTransaction } from './new-transaction.js';
import type { ReadView } from './read-entry.js';
import type { DatabaseSettings } from './settings.js';
import { StagedRows } from './staged-rows.js';

/** Decides what a transaction holds, by all that comes before it. @throws ServiceFailure to commit nothing */
export type Plan = (view: ReadView) => NewTransaction;

/** Where commits go, and what they follow. */
export interface CommitTarget {
  readonly store: LedgerStore;
  readonly settings: DatabaseSettings;
  readonly now: () => bigint;
}

interface Waiting {
  readonly plan: Plan;
  readonly resolve: (made: MadeTransaction) => void;
  readonly reject: (reason: unknown) => void;
}

/** Bounds of one round: what a crash can lose unacknowledged, and what a round holds in memory. */
const MAX_TRANSACTIONS = 1024;
const MAX_BYTES = 16 * 1024 * 1024;

/** The one writer of a database. */
export class CommitQueue {
  readonly #target: CommitTarget;
  readonly #treeAt: (txId: bigint) => MainTree;
  /** Over what is committed, and what is being written. */
  #tree: MainTree;
  #waiting: Waiting[] = [];
  #committed: LedgerState;
  /** The last transaction of the round being written. */
  #writing: LedgerState;
  #running: Promise<void> | undefined;
  #failure: ImmuError | undefined;

  /**
   * @param target where commits go
   * @param treeAt gives the tree over all transactions up to one that is committed
   * @param committed the newest transaction
   */
  constructor(target: CommitTarget, treeAt: (txId: bigint) => MainTree, committed: LedgerState) {
    this.#target = target;
    this.#treeAt = treeAt;
    this.#tree = treeAt(committed.txId);
    this.#committed = committed;
    this.#writing = committed;
  }

  /** Why nothing can be committed any more; undefined while it can. */
  get failure(): ImmuError | undefined {
    return this.#failure;
  }

  /** What the next commit would be told for that. */
  get refusal(): ImmuError | undefined {
    return this.#failure && afterFailure(this.#failure);
  }

  /** The newest committed transaction. */
  get committed(): LedgerState {
    return this.#committed;
  }

  /**
   * Somebody has read a row of this transaction: the round that wrote it is durable, even if the word has not come yet.
   */
  sawCommitted(txId: bigint): void {
    if (txId > this.#committed.txId && txId <= this.#writing.txId) this.#committed = this.#writing;
  }

  /**
   * Commits what `plan` decides.
   *
   * @throws ServiceFailure of the plan · ImmuError LEDGER_STORAGE_FAILED, after which nothing can be committed unless it
   *   was refused for lack of room before anything was tried
   */
  async commit(plan: Plan): Promise<MadeTransaction> {
    if (this.refusal !== undefined) throw this.refusal;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ plan, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Waits until nothing is waiting to be committed. */
  async drain(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // Calls that arrive together are committed together.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) await this.#round();
    this.#running = undefined;
  }

  async #round(): Promise<void> {
    const staged = new StagedRows(this.#target.store);
    const settle: (() => void)[] = [];
    let taken = 0;
    let state = this.#committed;
    for (const { plan, resolve, reject } of this.#waiting) {
      if (taken === MAX_TRANSACTIONS || staged.bytes > MAX_BYTES) break;
      taken++;
      try {
        const made = this.#make(plan, staged, state);
        state = { txId: made.header.id, alh: made.alh };
        settle.push(() => {
          resolve(made);
        });
      } catch (error) {
        settle.push(() => {
          reject(error);
        });
      }
    }
    const round = this.#waiting.splice(0, taken);
    try {
      await this.#write(staged, state);
    } catch (error) {
      for (const { reject } of round) reject(error);
      if (isUntried(error)) {
        this.#writing = this.#committed;
        this.#tree = this.#treeAt(this.#committed.txId);
        return;
      }
      this.#failure = error as ImmuError;
      for (const { reject } of this.#waiting.splice(0)) reject(afterFailure(this.#failure));
      return;
    }
    for (const answer of settle) answer();
  }

  #make(plan: Plan, staged: StagedRows, state: LedgerState): MadeTransaction {
    const { settings, now } = this.#target;
    const ts = now();
    const planned = plan({ rows: staged, lastTxId: state.txId, now: ts });
    const made = makeTransaction(planned, {
      state,
      tree: this.#tree,
      rows: staged,
      version: settings.headerVersion,
      ts: settings.excludeCommitTime ? 0n : ts,
    });
    staged.add(made.puts);
    return made;
  }

  async #write(staged: StagedRows, state: LedgerState): Promise<void> {
    if (state.txId === this.#committed.txId) return;
    this.#writing = state;
    await this.#target.store.commit(staged.puts, state);
    this.#committed = state;
  }
}

/** What a commit that was not tried is told: whatever became of the one before it. */
function afterFailure(failure: ImmuError): ImmuError {
  const { path, code, written } = failure.details;
  if (written === false || typeof path !== 'string') return failure;
  const why = `An earlier commit failed, and the ledger has to be opened again before it takes more: ${failure.message}`;
  return nothingWritten(path, why, { cause: failure, code, reopen: true });
}

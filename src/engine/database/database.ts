// One database: a chain of transactions and the index over it. What is asked of it and what it answers are in terms of
// keys and transactions; the wire's messages are the service's.

import { equalBytes } from '../../bytes.js';
import { EMPTY_HASH } from '../../proof/layout/hash.js';
import type { LedgerState } from '../../proof/layout/ledger-state.js';
import { illegalArguments } from '../service-failure.js';
import type { LedgerStore } from '../storage/ledger-store.js';
import { isPassing } from '../storage/storage-errors.js';
import { type ChainLink, type DualProof, dualProof } from '../tree/dual-proof.js';
import { MainTree } from '../tree/main-tree.js';
import { CommitQueue, type Plan } from './commit-queue.js';
import { TxChain } from './log.js';
import type { MadeTransaction } from './new-transaction.js';
import type { ReadView } from './read-entry.js';
import { illegalState } from './refusals.js';
import { damaged, txIdOfLogKey } from './rows.js';
import type { DatabaseSettings } from './settings.js';
import { verifyTail } from './verify-tail.js';

/** What a database is opened with. */
export interface DatabaseOptions {
  readonly name: string;
  readonly settings: DatabaseSettings;
  /** The clock, in seconds since 1970. */
  readonly now: () => bigint;
}

/** An open database. */
export class Database {
  /** Its name, in lower case: part of what a signature of its state covers. */
  readonly name: string;
  readonly settings: DatabaseSettings;
  /** Its rows. */
  readonly store: LedgerStore;
  readonly #now: () => bigint;
  readonly #chain: TxChain;
  readonly #queue: CommitQueue;
  readonly #saw = (txId: bigint) => {
    this.#queue.sawCommitted(txId);
  };

  private constructor(
    store: LedgerStore,
    chain: TxChain,
    state: LedgerState,
    { name, settings, now }: DatabaseOptions,
  ) {
    this.name = name;
    this.settings = settings;
    this.store = store;
    this.#now = now;
    this.#chain = chain;
    const treeAt = (txId: bigint) => new MainTree(Number(txId), chain);
    this.#queue = new CommitQueue({ store, settings, now }, treeAt, state);
  }

  /**
   * Opens what a store holds, after checking its end. Reads a few transactions, however many there are.
   *
   * @throws ImmuError LEDGER_DAMAGED if the newest transactions are not as they were committed, or are gone
   */
  static open(store: LedgerStore, options: DatabaseOptions): Database {
    const chain = new TxChain(store);
    const state = newestState(store, chain);
    verifyTail(store, chain, state);
    return new Database(store, chain, state, options);
  }

  /** The newest transaction. */
  get state(): LedgerState {
    return this.#queue.committed;
  }

  /** Whether it takes no more commits, and would if it were opened again. */
  get isToBeRenewed(): boolean {
    const { failure } = this.#queue;
    return failure !== undefined && isPassing(failure);
  }

  /**
   * @throws ImmuError LEDGER_STORAGE_FAILED once the rows are not those in its folder any more: what was written last would
   *   be found there, and believed to be committed
   */
  assertInPlace(): void {
    const { failure, refusal } = this.#queue;
    if (refusal !== undefined && failure?.details.displaced === true) throw refusal;
  }

  /** What can be read now. */
  view(): ReadView {
    return { rows: this.store, lastTxId: this.state.txId, now: this.#now(), saw: this.#saw };
  }

  /** Commits what a plan decides; durable when it resolves. @throws ServiceFailure of the plan · ImmuError LEDGER_STORAGE_FAILED */
  commit(plan: Plan): Promise<MadeTransaction> {
    return this.#queue.commit(plan);
  }

  /** A transaction's header and hash. Shared: not to be changed. @param txId ≥ 1 and committed */
  link(txId: bigint): ChainLink {
    return this.#chain.link(txId);
  }

  /**
   * The proof that leads from the older of two transactions to the newer.
   *
   * @param sinceTx where the caller stands; 0 for nowhere: the transaction leads to itself
   */
  prove(txId: bigint, sinceTx: bigint): DualProof {
    const tx = this.link(txId);
    const since = sinceTx === 0n ? tx : this.link(sinceTx);
    return sinceTx <= txId ? dualProof(this.#chain, since, tx) : dualProof(this.#chain, tx, since);
  }

  /** @throws ServiceFailure if nothing can be proven from there: it is not there yet */
  assertProvable(sinceTx: bigint): void {
    if (sinceTx > this.state.txId) throw illegalState();
  }

  /** @throws ServiceFailure if there is no such transaction yet */
  assertReached(sinceTx: bigint): void {
    if (sinceTx > this.state.txId) throw illegalArguments();
  }

  /** Waits for writes under way and closes the store. */
  async close(): Promise<void> {
    await this.#queue.drain();
    await this.store.close();
  }
}

/** The newest transaction the rows know, which must not be behind the one that was acknowledged. */
function newestState(store: LedgerStore, chain: TxChain): LedgerState {
  const [last] = store.range('log', { reverse: true });
  const txId = last === undefined ? 0n : txIdOfLogKey(last[0]);
  const { head } = store;
  if (head !== undefined && head.txId > 0n) {
    if (head.txId > txId || !equalBytes(chain.link(head.txId).alh, head.alh)) {
      throw damaged(`Transaction ${String(head.txId)}, the newest that was acknowledged,`);
    }
  }
  return txId === 0n ? { txId, alh: EMPTY_HASH } : { txId, alh: chain.link(txId).alh };
}

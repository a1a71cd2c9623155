// The one trusted state of a ledger in this process: what moves it, in which order, and when a result may be
// released. How a proof is fetched is the caller's; where the state is kept is the store's.

import { equalBytes, toHex } from '../bytes.js';
import { ImmuError, VerificationError } from '../errors.js';
import type { LedgerState } from '../proof/layout/ledger-state.js';
import { extendsHead } from '../proof/verify/extends-head.js';
import type { ProvenTx, TxHeader } from '../proof/index.js';
import { HeadWriter, type HeadWriterOptions } from './head-writer.js';
import type { TrustLatch, TrustRecord } from './record.js';
import { SettledStates } from './settled-states.js';
import { type Candidate, type Flight, type Head, SettleQueue, type Waiting } from './settle-queue.js';

/** Fetches transaction `txId` with a proof against `since`, checks it, and returns what was proven. */
export type ProveTx = (txId: bigint, since: LedgerState) => Promise<ProvenTx>;

/** What a {@link TrustKeeper} needs. */
export interface TrustKeeperOptions extends Omit<HeadWriterOptions, 'onForeignHead' | 'onForeignLatch'> {
  /** The state trusted while there is no record yet; undefined to believe what is proven first. */
  readonly pin?: LedgerState | undefined;
  /** Bridges a gap between two states by one call to the server. */
  readonly prove: ProveTx;
  /**
   * Told once when the ledger is latched, here or by another process. Must not throw. `storeError` is set if the latch
   * could not be stored and holds in this process only.
   */
  readonly onLatched?: (error: VerificationError | ImmuError, storeError: unknown) => void;
  /** How long a result may wait for lower ones already under way, in milliseconds. Default 100; paid once per gap. */
  readonly gapPatienceMs?: number;
}

const DEFAULT_GAP_PATIENCE_MS = 100;

/**
 * Keeps the trusted state of one ledger: results that move it settle in the order of their transaction ids, no lock
 * is held across a round trip, and nothing is released before the state that proves it is durable.
 */
export class TrustKeeper {
  readonly #options: TrustKeeperOptions;
  readonly #writer: HeadWriter;
  readonly #queue = new SettleQueue(() => {
    this.#wake();
  });
  readonly #settled = new SettledStates();
  #head: Head | undefined;
  /** The head as others see it. */
  #trusted: LedgerState | undefined;
  #draining = false;
  #woken = false;
  #latched: VerificationError | ImmuError | undefined;

  /** @param options store, identity and the way to fetch a bridging proof */
  constructor(options: TrustKeeperOptions) {
    this.#options = options;
    this.#writer = new HeadWriter({
      ...options,
      onForeignHead: (head) => this.#adopt(head),
      onForeignLatch: (latch) => {
        if (this.#latched !== undefined) return;
        const error = latchedElsewhere(latch);
        this.#refuseWork(error);
        options.onLatched?.(error, undefined);
      },
    });
    const { record, pin } = options;
    const head = record?.head ?? pin;
    if (head !== undefined) this.#moveTo({ ...head, nextRoot: record?.nextRoot });
    if (record?.latch !== undefined) this.#latched = latchedElsewhere(record.latch);
  }

  /** The state to verify the next operation against; undefined before the first contact. */
  get head(): LedgerState | undefined {
    return this.#trusted;
  }

  /** The record as last stored; undefined before the first contact. */
  get record(): TrustRecord | undefined {
    return this.#writer.record;
  }

  /** @throws the error that latched the ledger: no verified work is done after proof of a fork */
  assertUsable(): void {
    if (this.#latched !== undefined) throw this.#latched;
  }

  /** Notes an operation that may move the state, before it is sent. It must be ended or settled. */
  enter(): Flight {
    return this.#queue.enter();
  }

  /**
   * Makes a proven result part of the trusted history.
   *
   * @param proven what was proven, and against which state
   * @param flight the operation it came from, if one was entered; it is ended here
   * @returns once the state is settled and a state that covers the transaction is durable. A result that does not move
   *   the state waits for no other result, and for the store only while that is still behind the result's transaction
   * @throws VerificationError FORK_DETECTED if it contradicts what was settled meanwhile
   */
  async settle(proven: ProvenTx, flight?: Flight): Promise<void> {
    const { trusted, state, nextRoot, header } = proven;
    try {
      this.assertUsable();
      if (trusted === undefined || state.txId > trusted.txId) {
        const own = header.id === state.txId ? header : undefined;
        const settled = this.#add({ trusted, state, nextRoot, header: own }, flight);
        // Only now: what waits for this operation is to find its result in the queue.
        flight?.end();
        await settled;
      }
    } finally {
      flight?.end();
    }
    await this.#writer.durable(header.id, this.#head);
  }

  /**
   * Refuses all verified work from now on, here and in every process that shares the store.
   *
   * @param error the proof of misbehaviour
   */
  async latch(error: VerificationError): Promise<void> {
    if (this.#latched !== undefined) return;
    this.#refuseWork(error);
    let storeError: unknown;
    try {
      await this.#writer.latch(error);
    } catch (failed) {
      storeError = failed;
    }
    this.#options.onLatched?.(error, storeError);
  }

  /** Waits until what is settled is durable. A latched ledger stores nothing more. */
  async flush(): Promise<void> {
    const head = this.#head;
    if (head !== undefined && this.#latched === undefined) await this.#writer.stored(head.txId, head);
  }

  #add(candidate: Candidate, flight: Flight | undefined): Promise<void> {
    const settled = this.#queue.add(
      candidate,
      flight,
      this.#options.gapPatienceMs ?? DEFAULT_GAP_PATIENCE_MS,
    );
    this.#wake();
    return settled;
  }

  /** Another process moved the shared record: its state must be one we can reach from ours, or ours from its. */
  async #adopt(foreign: Head): Promise<void> {
    const head = this.#head;
    if (head !== undefined && foreign.txId <= head.txId) {
      await this.#checkBehind(foreign);
      return;
    }
    await this.#add(
      { trusted: undefined, state: foreign, nextRoot: undefined, header: undefined },
      undefined,
    );
  }

  #wake(): void {
    this.#woken = true;
    if (!this.#draining) void this.#drain();
  }

  /** Settles what is ready, lowest transaction first. Only this moves the head. */
  async #drain(): Promise<void> {
    this.#draining = true;
    while (this.#woken) {
      this.#woken = false;
      for (let next = this.#queue.lowest(); next !== undefined; next = this.#queue.lowest()) {
        if (!(await this.#settleLowest(next))) break;
      }
    }
    this.#draining = false;
  }

  /** @returns false when the candidate has to wait for lower ones */
  async #settleLowest(next: Waiting): Promise<boolean> {
    const head = this.#head;
    if (head !== undefined && next.state.txId <= head.txId) {
      this.#queue.remove(next);
      this.#checkBehind(next.state, next.header).then(next.resolve, next.reject);
      return true;
    }
    if (head !== undefined && next.header !== undefined && extendsHead(head, next.header)) {
      this.#accept(next, next.header, next.nextRoot);
      return true;
    }
    if (next.waitFor.size > 0) return false;
    if (next.header !== undefined && sameState(next.trusted, head)) {
      this.#accept(next, next.header, next.nextRoot);
      return true;
    }
    await this.#bridge(next, head);
    return true;
  }

  /** Closes a gap between the head and a candidate above it by one proof. */
  async #bridge(next: Waiting, head: Head | undefined): Promise<void> {
    try {
      if (head === undefined) {
        // The record of another process is the first thing known of this ledger: trust began there.
        this.#accept(next, undefined, next.nextRoot);
        return;
      }
      const proven = await this.#options.prove(next.state.txId, head);
      if (!equalBytes(proven.alh, next.state.alh)) throw fork(head, next.state, proven);
      // Latched while the proof was on its way: the state stays where it was then.
      this.assertUsable();
      this.#accept(next, proven.header, proven.nextRoot);
    } catch (error) {
      this.#queue.remove(next);
      next.reject(await this.#latchIfFork(error));
    }
  }

  /** A candidate at or below the head must be part of the history the head commits to. */
  async #checkBehind(state: LedgerState, header?: TxHeader): Promise<void> {
    const head = this.#head;
    if (head === undefined) return;
    const settled = this.#settled.of(state.txId);
    try {
      if (settled !== undefined) {
        if (!sameState(settled, state)) throw fork(settled, state, header);
        if (header !== undefined) this.#settled.addPredecessor(header);
        return;
      }
      const proven = await this.#options.prove(state.txId, head);
      if (!equalBytes(proven.alh, state.alh)) throw fork(head, state, proven);
      this.#settled.add(state);
      this.#settled.addPredecessor(proven.header);
    } catch (error) {
      throw await this.#latchIfFork(error);
    }
  }

  async #latchIfFork(error: unknown): Promise<unknown> {
    if (error instanceof VerificationError && error.code === 'FORK_DETECTED') await this.latch(error);
    return error;
  }

  #accept(next: Waiting, header: TxHeader | undefined, nextRoot: Uint8Array | undefined): void {
    this.#queue.remove(next);
    this.#moveTo({ ...next.state, nextRoot });
    if (header !== undefined) this.#settled.addPredecessor(header);
    next.resolve();
  }

  #moveTo(head: Head): void {
    this.#head = head;
    this.#trusted = { txId: head.txId, alh: head.alh };
    this.#settled.add(head);
  }

  #refuseWork(error: VerificationError | ImmuError): void {
    this.#latched ??= error;
    this.#queue.refuseAll(error);
  }
}

function sameState(a: LedgerState | undefined, b: LedgerState | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.txId === b.txId && equalBytes(a.alh, b.alh);
}

function fork(trusted: LedgerState, offered: LedgerState, evidence: unknown): VerificationError {
  return new VerificationError(
    'FORK_DETECTED',
    `The server showed two histories: transaction ${String(offered.txId)} with hash ${toHex(offered.alh)} is not part of ` +
      `the history that ends in transaction ${String(trusted.txId)} with hash ${toHex(trusted.alh)}. ` +
      'Both were proven from the same trusted state. Keep the evidence and compare with other clients of this ledger.',
    { trusted, offered, evidence, details: { txId: offered.txId, trustedTxId: trusted.txId } },
  );
}

function latchedElsewhere(latch: TrustLatch): ImmuError {
  return new ImmuError(
    'TRUST_LATCHED',
    `This ledger was latched at ${latch.at}: ${latch.message} No verified work is done until an operator has looked ` +
      'into it and run `immurepo trust recover --reason "..."`.',
    {
      details: { latchedAt: latch.at, latchCode: latch.code, trusted: latch.trusted, offered: latch.offered },
    },
  );
}

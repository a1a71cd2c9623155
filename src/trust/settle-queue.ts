// The order in which verified results may move the trusted state. Pure bookkeeping: no store, no network.

import type { LedgerState } from '../proof/layout/ledger-state.js';
import type { TxHeader } from '../proof/layout/tx-header.js';

/** The newest state trusted here, and what the header that follows it must carry. */
export interface Head extends LedgerState {
  /** Merkle root over transactions 1..txId: the `blRoot` of transaction txId + 1. Unknown after some restarts. */
  readonly nextRoot: Uint8Array | undefined;
}

/** A result that would move the trusted state to `state`. */
export interface Candidate {
  /** What the result was checked against; undefined on first use. */
  readonly trusted: LedgerState | undefined;
  /** Where it would move the trusted state. */
  readonly state: LedgerState;
  /** Merkle root over transactions 1..state.txId, where the proof gave it. */
  readonly nextRoot: Uint8Array | undefined;
  /** The header of `state.txId`; absent when another process settled it. */
  readonly header: TxHeader | undefined;
}

/** An operation that was sent and may come back with a result that moves the state. */
export class Flight {
  #end: ((flight: Flight) => void) | undefined;

  /** @param end called once when the operation has come back */
  constructor(end: (flight: Flight) => void) {
    this.#end = end;
  }

  /** The operation came back, with a result or without. Further calls do nothing. */
  end(): void {
    const end = this.#end;
    this.#end = undefined;
    end?.(this);
  }
}

/** A candidate that waits for its turn. */
export interface Waiting extends Candidate {
  /** Operations already under way when this arrived: one of them may close the gap below it. */
  readonly waitFor: Set<Flight>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Candidates by transaction id, and the operations that may still bring lower ones. */
export class SettleQueue {
  readonly #waiting: Waiting[] = [];
  readonly #flights = new Set<Flight>();
  readonly #onChange: () => void;

  /** @param onChange called when a candidate that waited may have become ready */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Notes an operation under way. It must be ended, whatever becomes of it. */
  enter(): Flight {
    const flight = new Flight((ended) => {
      this.#flights.delete(ended);
      let changed = false;
      for (const waiting of this.#waiting) changed = waiting.waitFor.delete(ended) || changed;
      if (changed) this.#onChange();
    });
    this.#flights.add(flight);
    return flight;
  }

  /**
   * Queues a candidate.
   *
   * @param own the candidate's own operation, which it must not wait for
   * @param patienceMs how long it may wait for lower ones
   * @returns resolved or rejected by whoever settles it
   */
  add(candidate: Candidate, own: Flight | undefined, patienceMs: number): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const waitFor = new Set(this.#flights);
      if (own !== undefined) waitFor.delete(own);
      const waiting: Waiting = { ...candidate, waitFor, resolve, reject };
      const above = this.#waiting.findIndex((other) => other.state.txId > candidate.state.txId);
      if (above < 0) this.#waiting.push(waiting);
      else this.#waiting.splice(above, 0, waiting);
      if (waitFor.size > 0) this.#limitPatience(waiting, patienceMs);
    });
  }

  /** The candidate with the lowest transaction id, left in the queue. */
  lowest(): Waiting | undefined {
    return this.#waiting[0];
  }

  /** Takes a candidate out of the queue. */
  remove(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** Takes all candidates out of the queue and refuses them. */
  refuseAll(error: unknown): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  #limitPatience(waiting: Waiting, patienceMs: number): void {
    const timer = setTimeout(() => {
      waiting.waitFor.clear();
      this.#onChange();
    }, patienceMs);
    timer.unref();
  }
}

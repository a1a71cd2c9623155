// How many writes may be in flight on one database. The server refuses more than 30 transactions in preparation, of
// all its clients together (1.11.1). A refusal halves the number; it grows back by one per round that went well, never
// beyond what it began with: to look for the server's limit by exceeding it would leave the outcome of writes unknown,
// as a verifiable write may be refused after it was committed.

import { CallQueue } from './call-queue.js';
import type { CallScope } from './call-scope.js';

/** The cap where none is configured: room is left for other clients of the same database. */
export const DEFAULT_WRITES_IN_FLIGHT = 25;

/** Ends a write's turn. @param refused whether the server said that too many are in flight */
export type EndTurn = (refused: boolean) => void;

/** Lets writes through in the order they came, no more at a time than the database takes. */
export class WriteGate {
  readonly #most: number;
  #limit: number;
  #inFlight = 0;
  /** Turns that ended well, with every place taken, since the limit last changed: a round is as many as the limit. */
  #ended = 0;
  /** Raised whenever the limit is halved: turns begun before say nothing about the new limit. */
  #generation = 0;
  readonly #waiting = new Set<() => void>();
  readonly #queue: CallQueue;

  /**
   * @param most how many may be in flight at best, ≥ 1
   * @param queue bounds how many wait
   */
  constructor(most = DEFAULT_WRITES_IN_FLIGHT, queue = new CallQueue('', Infinity)) {
    this.#most = most;
    this.#queue = queue;
    this.#limit = most;
  }

  /** How many may be in flight now, ≥ 1. */
  get limit(): number {
    return this.#limit;
  }

  /** How many are in flight. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for a turn, first come, first served.
   *
   * @throws ImmuError QUEUE_FULL · ABORTED, CLOSED or DEADLINE_EXCEEDED; the place in the queue is then given up
   */
  async enter(scope: CallScope): Promise<EndTurn> {
    if (this.#inFlight < this.#limit && this.#waiting.size === 0) return this.#beginTurn();
    return this.#queue.hold('its turn to write', () => this.#wait(scope));
  }

  async #wait(scope: CallScope): Promise<EndTurn> {
    let admit: () => void = () => undefined;
    const admitted = new Promise<void>((resolve) => (admit = resolve));
    this.#waiting.add(admit);
    try {
      await scope.wait(admitted);
    } catch (error) {
      // Admitted in the very moment of giving up: the turn was counted and must be passed on.
      if (!this.#waiting.delete(admit)) this.#release();
      throw error;
    }
    return this.#endTurn(this.#generation);
  }

  #beginTurn(): EndTurn {
    this.#inFlight++;
    return this.#endTurn(this.#generation);
  }

  #endTurn(generation: number): EndTurn {
    return (refused) => {
      if (generation === this.#generation) {
        if (refused) this.#halve();
        else this.#grow();
      }
      this.#release();
    };
  }

  #release(): void {
    this.#inFlight--;
    for (const admit of this.#waiting) {
      if (this.#inFlight >= this.#limit) return;
      this.#waiting.delete(admit);
      this.#inFlight++;
      admit();
    }
  }

  #grow(): void {
    if (this.#limit >= this.#most) return;
    // A limit nobody reached was not tried: growing it would only make the next burst larger than the server takes.
    if (this.#inFlight < this.#limit || ++this.#ended < this.#limit) return;
    this.#limit++;
    this.#ended = 0;
  }

  #halve(): void {
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#generation++;
    this.#ended = 0;
  }
}

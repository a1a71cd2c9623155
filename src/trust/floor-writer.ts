// Stores floors behind the operations that prove them: nobody waits for it, and what a process that dies had not stored
// yet is only missed.

import type { TrustFloor } from './floors.js';
import type { TrustStore } from './store.js';
import type { TrustId } from './trust-id.js';

/** What a {@link FloorWriter} needs. */
export interface FloorWriterOptions {
  /** Where the record is kept. One without `saveFloors` keeps none. */
  readonly store: TrustStore;
  /** Which record. */
  readonly id: TrustId;
  /** How many floors are kept; 0 for none. */
  readonly maxFloors: number;
  /** When the record was recovered last, as of its opening. */
  readonly recoveredAt: string | undefined;
  /** The newest transaction of the record as last stored: floors above it have to wait. */
  readonly storedTxId: () => bigint;
  /** The floors used last, at most so many, most recently used first. */
  readonly latest: (count: number) => readonly TrustFloor[];
  /** Told why floors could not be stored. Must not throw. */
  readonly onFailure: (error: unknown) => void;
}

/** How long a floor may wait to be stored, in milliseconds; longer only where the record itself may. */
const WRITE_BEHIND_MS = 1_000;

/** Writes floors, all that changed in about a second at once. */
export class FloorWriter {
  readonly #options: FloorWriterOptions;
  readonly #delayMs: number;
  #waiting: NodeJS.Timeout | undefined;
  #saving: Promise<void> | undefined;
  #changed = false;
  #stopped: boolean;

  /** @param options store, identity and where the floors are */
  constructor(options: FloorWriterOptions) {
    const { store, maxFloors } = options;
    this.#options = options;
    this.#delayMs = Math.max(WRITE_BEHIND_MS, store.writeBehindMs ?? 0);
    this.#stopped = maxFloors === 0 || store.saveFloors === undefined;
  }

  /** Notes that a floor was raised. */
  changed(): void {
    if (this.#stopped) return;
    this.#changed = true;
    // Not a reason for a process to live on: whoever closes stores what waits.
    this.#waiting ??= setTimeout(() => {
      this.#waiting = undefined;
      void this.#save();
    }, this.#delayMs).unref();
  }

  /** Stores what waits. Never rejects: a failure is told to `onFailure`. */
  async flush(): Promise<void> {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    await this.#saving;
    if (this.#changed) await this.#save();
  }

  /** Stores nothing more: the history in which the floors were proven is in doubt. */
  stop(): void {
    this.#stopped = true;
    this.#changed = false;
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
  }

  /** One at a time, so that an older list never replaces a newer one. */
  async #save(): Promise<void> {
    if (this.#saving !== undefined) {
      this.changed();
      return this.#saving;
    }
    this.#saving = this.#saveNow().finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  async #saveNow(): Promise<void> {
    const { store, id, maxFloors, recoveredAt, storedTxId, latest, onFailure } = this.#options;
    this.#changed = false;
    const all = latest(maxFloors);
    const head = storedTxId();
    const floors = all.filter(({ txId }) => txId <= head);
    if (floors.length < all.length) this.changed();
    if (floors.length === 0) return;
    try {
      await store.saveFloors?.(id, { recoveredAt, floors }, maxFloors);
    } catch (error) {
      onFailure(error);
    }
  }
}

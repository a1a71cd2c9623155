// What a pass over an entity's indexes found and did.

/** What is wrong with one record or one index entry. */
export interface IndexFault {
  /**
   * - `not-listed`: the record lists other entries than its class says it is found under
   * - `missing-entry`: the record lists an entry that is not there
   * - `orphan-entry`: an entry is there that its record does not list; it is never answered
   * - `unique-violation`: another entity has the unique value
   * - `refused`: this code cannot index the record, or not store it anew
   * - `unreadable`: the record is proven, and this code cannot read it
   */
  readonly kind:
    'not-listed' | 'missing-entry' | 'orphan-entry' | 'unique-violation' | 'refused' | 'unreadable';
  /** The key it is about: the record's, or the entry's. */
  readonly key: Uint8Array;
  /** In words. */
  readonly message: string;
  /** Whether it was put right. */
  readonly repaired: boolean;
}

/** How far a pass has come. No number of it ever falls, but `done` from one phase to the next. */
export interface ReindexProgress {
  /** Over the records first, then over what the indexes hold. */
  readonly phase: 'records' | 'entries';
  /** Records, or entries, looked at so far in this phase. */
  readonly done: number;
  /** Records written anew so far. */
  readonly written: number;
  /** Faults found so far. */
  readonly faults: number;
}

/** What a pass came to. */
export interface ReindexReport {
  /** Records looked at, deleted ones included. */
  readonly records: number;
  /** Index entries looked at. */
  readonly entries: number;
  /** Records written anew, each as a revision of its own. */
  readonly written: number;
  /** Entries deleted that no record lists. */
  readonly deleted: number;
  /** How much was wrong. */
  readonly faultCount: number;
  /** How much of it is wrong still. */
  readonly remaining: number;
  /** The first thousand faults. */
  readonly faults: readonly IndexFault[];
  /** Whether all indexes of the entity answer now. */
  readonly ready: boolean;
}

const FAULTS_KEPT = 1000;

/** Counts, and tells how far it has come. */
export class ReindexTally {
  records = 0;
  entries = 0;
  written = 0;
  deleted = 0;
  /** Records and entries proven to be there, each as often as it was read. */
  proven = 0;
  /** Faults that were not put right. */
  remaining = 0;
  #faultCount = 0;
  readonly #faults: IndexFault[] = [];
  readonly #onProgress: ((progress: ReindexProgress) => void) | undefined;

  /** @param onProgress told after every page */
  constructor(onProgress: ((progress: ReindexProgress) => void) | undefined) {
    this.#onProgress = onProgress;
  }

  /** Takes down a fault. @param repaired whether it was put right */
  found(fault: Omit<IndexFault, 'repaired'>, repaired: boolean): void {
    this.#faultCount += 1;
    if (!repaired) this.remaining += 1;
    if (this.#faults.length < FAULTS_KEPT) this.#faults.push({ ...fault, repaired });
  }

  /** Tells whoever wants to know. */
  tell(phase: ReindexProgress['phase']): void {
    const done = phase === 'records' ? this.records : this.entries;
    this.#onProgress?.({ phase, done, written: this.written, faults: this.#faultCount });
  }

  /** What it came to. */
  report(ready: boolean): ReindexReport {
    const { records, entries, written, deleted, remaining } = this;
    const [faultCount, faults] = [this.#faultCount, this.#faults];
    return { records, entries, written, deleted, faultCount, remaining, faults, ready };
  }
}

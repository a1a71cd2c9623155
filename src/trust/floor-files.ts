// The floors of one record on disk. Each list replaces the one before it and holds what is to be kept of it, so that no
// process that shares the directory takes away what another added.

import { equalBytes } from '../bytes.js';
import { ImmuError } from '../errors.js';
import { FLOORS } from './file-layout.js';
import { nextFloors, type TrustFloors } from './floors.js';
import { formatFloors, MAX_FLOORS_BYTES, parseFloors } from './floors-text.js';
import { NumberedFiles } from './numbered-files.js';
import type { TrustRecord } from './record.js';
import { damagedFloors, floorsNeverAtRest } from './trust-errors.js';
import type { TrustId } from './trust-id.js';

/** How often others may be first before a read or a write gives up. */
const MAX_ATTEMPTS = 64;

/** The newest list there is. */
interface Stored {
  /** Its number; 0 where there is none. */
  readonly number: number;
  /** undefined where there is none, or none that can be read. */
  readonly bytes?: Uint8Array;
  readonly floors?: TrustFloors;
  readonly damage?: ImmuError;
}

/** The lists of floors in the directory of one ledger and database. */
export class FloorFiles {
  readonly #id: TrustId;
  readonly #files: NumberedFiles;
  /** What was last read or published here: mostly what is found next time, and then need not be taken apart again. */
  #known: { readonly bytes: Uint8Array; readonly floors: TrustFloors } | undefined;

  /** @param path of the directory, absolute; need not exist */
  constructor(id: TrustId, path: string) {
    this.#id = id;
    this.#files = new NumberedFiles(path, { ...FLOORS, maxBytes: MAX_FLOORS_BYTES, damaged: damagedFloors });
  }

  /**
   * What is kept.
   *
   * @throws ImmuError TRUST_CORRUPT, UNSUPPORTED_FORMAT, TRUST_STORE_FAILED
   */
  async load(): Promise<TrustFloors | undefined> {
    const { floors, damage } = await this.#stored();
    if (damage !== undefined) throw damage;
    return floors;
  }

  /**
   * Adds floors to those kept.
   *
   * @param record as it is now
   * @throws ImmuError TRUST_CORRUPT if those kept so far were damaged; they are replaced all the same. TRUST_CONFLICT,
   *   UNSUPPORTED_FORMAT, TRUST_STORE_FAILED: nothing was added
   */
  async add(record: TrustRecord | undefined, given: TrustFloors, maxFloors: number): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { number, bytes: before, floors, damage } = await this.#stored();
      const next = nextFloors(record, floors, given, maxFloors);
      if (next === undefined) return;
      const bytes = formatFloors(this.#id, next);
      if (before !== undefined && equalBytes(bytes, before)) return;
      if (!(await this.#files.publish(number + 1, bytes)).published) continue;
      this.#known = { bytes, floors: next };
      if (damage !== undefined) throw damage;
      return;
    }
    throw floorsNeverAtRest(this.#id);
  }

  /** Gives up what is kept. */
  async drop(): Promise<void> {
    await this.#files.removeAll();
  }

  async #stored(): Promise<Stored> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const [number] = await this.#files.numbers();
      if (number === undefined) return { number: 0 };
      try {
        const bytes = await this.#files.read(number);
        if (bytes === undefined) continue;
        if (this.#known === undefined || !equalBytes(bytes, this.#known.bytes))
          this.#known = { bytes, floors: parseFloors(bytes, this.#id, this.#files.fileOf(number)) };
        return { number, ...this.#known };
      } catch (error) {
        if (!(error instanceof ImmuError) || error.code !== 'TRUST_CORRUPT') throw error;
        return { number, damage: error };
      }
    }
    throw floorsNeverAtRest(this.#id);
  }
}

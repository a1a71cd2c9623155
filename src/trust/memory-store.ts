// Trust records for the life of a process: tests, and applications that bring their own pin each time.

import { nextFloors, type TrustFloors } from './floors.js';
import { formatFloors, parseFloors } from './floors-text.js';
import type { TrustDraft, TrustLatch, TrustRecord } from './record.js';
import { formatTrustRecord, parseTrustRecord } from './record-text.js';
import type { TrustStore } from './store.js';
import { firstRecord, nextRecord, recoveredRecord } from './transition.js';
import { exists, missing } from './trust-errors.js';
import { checkTrustId, compareTrustIds, type TrustId } from './trust-id.js';

/**
 * Keeps trust records in memory. Nothing survives the process: a rollback of the server between two runs goes
 * unnoticed, unless trust begins with a pinned state each time.
 *
 * @see FileTrustStore for a durable one
 */
export class MemoryTrustStore implements TrustStore {
  // Texts rather than objects: every load is a copy, and every record is one that a file could hold.
  readonly #texts = new Map<string, Uint8Array>();
  readonly #floors = new Map<string, Uint8Array>();

  /** @inheritDoc */
  load(id: TrustId): Promise<TrustRecord | undefined> {
    return answer(() => this.#read(id));
  }

  /** @inheritDoc */
  create(id: TrustId, draft: TrustDraft): Promise<TrustRecord> {
    return answer(() => {
      if (this.#read(id) !== undefined) throw exists(id);
      return this.#write(id, firstRecord(id, draft));
    });
  }

  /** @inheritDoc */
  replace(
    id: TrustId,
    expectedEpoch: number,
    next: TrustDraft & { readonly latch?: TrustLatch },
  ): Promise<TrustRecord> {
    return answer(() => this.#write(id, nextRecord(id, this.#existing(id), expectedEpoch, next)));
  }

  /** @inheritDoc */
  recover(id: TrustId, draft: TrustDraft, reason: string): Promise<TrustRecord> {
    return answer(() => {
      const record = this.#existing(id);
      const at = new Date().toISOString();
      this.#floors.delete(keyOf(id));
      return this.#write(id, recoveredRecord(id, { epoch: record.epoch, record }, draft, reason, at));
    });
  }

  /** @inheritDoc */
  list(): Promise<TrustId[]> {
    return answer(() => {
      const ids = [...this.#texts.values()].map((text) => parseTrustRecord(text, 'in memory'));
      return ids.map(({ ledgerId, database }) => ({ ledgerId, database })).sort(compareTrustIds);
    });
  }

  /** @inheritDoc */
  loadFloors(id: TrustId): Promise<TrustFloors | undefined> {
    return answer(() => this.#readFloors(id));
  }

  /** @inheritDoc */
  saveFloors(id: TrustId, floors: TrustFloors, maxFloors: number): Promise<void> {
    return answer(() => {
      const next = nextFloors(this.#read(id), this.#readFloors(id), floors, maxFloors);
      if (next !== undefined) this.#floors.set(keyOf(id), formatFloors(id, next));
    });
  }

  #readFloors(id: TrustId): TrustFloors | undefined {
    checkTrustId(id);
    const text = this.#floors.get(keyOf(id));
    return text && parseFloors(text, id, 'in memory');
  }

  #read(id: TrustId): TrustRecord | undefined {
    checkTrustId(id);
    const text = this.#texts.get(keyOf(id));
    return text && parseTrustRecord(text, 'in memory');
  }

  #existing(id: TrustId): TrustRecord {
    const record = this.#read(id);
    if (record === undefined) throw missing(id);
    return record;
  }

  #write(id: TrustId, record: TrustRecord): TrustRecord {
    const text = formatTrustRecord(record);
    this.#texts.set(keyOf(id), text);
    return parseTrustRecord(text, 'in memory');
  }
}

function keyOf({ ledgerId, database }: TrustId): string {
  return JSON.stringify([ledgerId, database]);
}

/** The result or the error as a promise: a store that answers at once still never throws at once. */
function answer<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

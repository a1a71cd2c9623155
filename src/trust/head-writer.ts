// Makes the trusted state durable: one store write covers every result settled since the last, and other processes
// that share the record are met by compare-and-swap. Which states are acceptable is the keeper's to say.

import { ImmuError, type VerificationError } from '../errors.js';
import { evidenceText } from './evidence-text.js';
import type { TrustDraft, TrustLatch, TrustOrigin, TrustRecord } from './record.js';
import type { Head } from './settle-queue.js';
import type { TrustStore } from './store.js';
import { missing } from './trust-errors.js';
import type { TrustId } from './trust-id.js';

/** What a {@link HeadWriter} needs. */
export interface HeadWriterOptions {
  /** Where the record is kept. */
  readonly store: TrustStore;
  /** Which record. */
  readonly id: TrustId;
  /** The record as loaded, or undefined on first contact. */
  readonly record: TrustRecord | undefined;
  /** How trust begins when there is no record yet. */
  readonly origin: TrustOrigin;
  /** The pinned key, if any. */
  readonly keyId: string | undefined;
  /** The server's own name for itself, unauthenticated, noted to tell a replaced server from a damaged one. */
  readonly serverUuid: () => string | undefined;
  /** Told once when the first record is written. */
  readonly onInitialised?: (record: TrustRecord) => void;
  /** Called with a state another process stored; resolves once it is known to agree with ours. */
  readonly onForeignHead: (head: Head) => Promise<void>;
  /** Called when another process latched the ledger. */
  readonly onForeignLatch: (latch: TrustLatch) => void;
}

/** How often a compare-and-swap is tried again before the contention is reported. */
const MAX_CONFLICTS = 64;

/** Writes the trusted state behind the operations that wait for it. */
export class HeadWriter {
  readonly #options: HeadWriterOptions;
  #record: TrustRecord | undefined;
  #target: Head | undefined;
  #writing: Promise<void> | undefined;
  /** Runs while a head waits to be stored. */
  #waiting: NodeJS.Timeout | undefined;
  /** Why a head that nobody waited for could not be stored: the next operation is told. */
  #failure: unknown;

  /** @param options store, identity and what to do about other processes */
  constructor(options: HeadWriterOptions) {
    this.#options = options;
    this.#record = options.record;
  }

  /** The record as last stored. */
  get record(): TrustRecord | undefined {
    return this.#record;
  }

  /**
   * Resolves once a record at or above `txId` is stored, or will be as soon as the store asks for.
   *
   * @param head the newest settled state, which the write will carry
   * @throws ImmuError TRUST_STORE_FAILED and others of the store: nothing was acknowledged
   */
  async durable(txId: bigint, head: Head | undefined): Promise<void> {
    const { writeBehindMs = 0 } = this.#options.store;
    if (writeBehindMs === 0 || this.#record === undefined) return this.stored(txId, head);
    this.#aim(head);
    if (this.#failure !== undefined) await this.stored(txId, head);
    if (txId <= this.#record.head.txId) return;
    this.#waiting ??= setTimeout(() => {
      const target = this.#target;
      if (target === undefined) return;
      this.stored(target.txId, target).catch((error: unknown) => {
        this.#failure = error;
      });
      // Not a reason for a process to live on: whoever closes stores what waits.
    }, writeBehindMs).unref();
  }

  /**
   * Resolves once a record at or above `txId` is stored.
   *
   * @param head as of `durable`
   * @throws as `durable` does
   */
  async stored(txId: bigint, head: Head | undefined): Promise<void> {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    this.#failure = undefined;
    this.#aim(head);
    while (this.#record === undefined || this.#record.head.txId < txId) {
      // A write already under way may carry an older state: whoever still waits then starts the next one.
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
      await this.#writing;
    }
  }

  /**
   * Stores that the ledger is latched, on whatever record is there: it stands even if that one is the disputed one.
   * Tries again when other processes write at the same time.
   *
   * @throws ImmuError TRUST_MISSING if trust had not begun, and others of the store: only this process knows then
   */
  async latch(error: VerificationError): Promise<void> {
    const { store, id } = this.#options;
    for (let conflicts = 0; ; conflicts++) {
      const record = await store.load(id);
      if (record === undefined) throw missing(id);
      if (record.latch !== undefined) return;
      try {
        await store.replace(id, record.epoch, { ...draftOf(record), latch: latchOf(error, record) });
        return;
      } catch (failed) {
        if (!isOvertaken(failed) || conflicts >= MAX_CONFLICTS) throw failed;
      }
    }
  }

  #aim(head: Head | undefined): void {
    if (head !== undefined && (this.#target === undefined || head.txId > this.#target.txId))
      this.#target = head;
  }

  async #write(): Promise<void> {
    if (this.#target === undefined) return;
    if (this.#record === undefined) await this.#create(this.#target);
    await this.#swap((record) => {
      const head = this.#target;
      if (head === undefined || record.head.txId >= head.txId) return undefined;
      return this.#draft(head);
    });
  }

  async #create(head: Head): Promise<void> {
    try {
      this.#record = await this.#options.store.create(this.#options.id, this.#draft(head));
      this.#options.onInitialised?.(this.#record);
    } catch (error) {
      if (!(error instanceof ImmuError) || error.code !== 'TRUST_EXISTS') throw error;
      await this.#reload();
    }
  }

  /** Compare-and-swap until it holds; `next` gives undefined when there is nothing left to write. */
  async #swap(
    next: (record: TrustRecord) => (TrustDraft & { readonly latch?: TrustLatch }) | undefined,
  ): Promise<void> {
    for (let conflicts = 0; ; conflicts++) {
      const current = this.#record;
      const wanted = current === undefined ? undefined : next(current);
      if (current === undefined || wanted === undefined) return;
      try {
        this.#record = await this.#options.store.replace(this.#options.id, current.epoch, wanted);
        return;
      } catch (error) {
        if (!isOvertaken(error) || conflicts >= MAX_CONFLICTS) throw error;
        await this.#reload();
        if (error.code === 'TRUST_LATCHED') throw error;
      }
    }
  }

  /** Takes up what another process stored, once it is known to agree with our own history. */
  async #reload(): Promise<void> {
    const record = await this.#options.store.load(this.#options.id);
    if (record === undefined) {
      throw new ImmuError(
        'TRUST_MISSING',
        `The trust record of ledger "${this.#options.id.ledgerId}", database "${this.#options.id.database}", disappeared ` +
          'while it was in use. Restore it from a backup or run `immurepo trust recover --reason "..."`.',
        { details: { ...this.#options.id } },
      );
    }
    if (record.latch !== undefined) this.#options.onForeignLatch(record.latch);
    await this.#options.onForeignHead({ ...record.head, nextRoot: record.nextRoot });
    this.#record = record;
  }

  #draft(head: Head): TrustDraft {
    const previous = this.#record;
    return {
      serverUuid: previous?.serverUuid ?? this.#options.serverUuid(),
      keyId: this.#options.keyId ?? previous?.keyId,
      origin: previous?.origin ?? this.#options.origin,
      head: { txId: head.txId, alh: head.alh },
      ...(head.nextRoot === undefined ? {} : { nextRoot: head.nextRoot }),
      observedAt: new Date().toISOString(),
    };
  }
}

function draftOf(record: TrustRecord): TrustDraft {
  const { serverUuid, keyId, origin, head, nextRoot, observedAt } = record;
  return { serverUuid, keyId, origin, head, ...(nextRoot === undefined ? {} : { nextRoot }), observedAt };
}

function latchOf(error: VerificationError, { head }: TrustRecord): TrustLatch {
  const { code, message, trusted = head, offered = trusted } = error;
  const evidence = evidenceText(error.evidence);
  const at = new Date().toISOString();
  return { code, message, at, trusted, offered, ...(evidence === undefined ? {} : { evidence }) };
}

function isOvertaken(error: unknown): error is ImmuError {
  return error instanceof ImmuError && (error.code === 'TRUST_CONFLICT' || error.code === 'TRUST_LATCHED');
}

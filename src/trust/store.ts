// What every place that keeps trust records must guarantee. test/trust/store-suite.ts holds each implementation to it.

import type { TrustFloors } from './floors.js';
import type { TrustDraft, TrustLatch, TrustRecord } from './record.js';
import type { TrustId } from './trust-id.js';

export type { TrustId } from './trust-id.js';

/**
 * Keeps trust records.
 *
 * An implementation guarantees, also against other processes and against being killed at any instruction:
 * - a record that was acknowledged is what the next `load` returns, or something newer;
 * - of several writers that build on one epoch, exactly one succeeds;
 * - a record is seen whole or not at all, and one that is damaged is refused, never skipped in favour of an older one;
 * - missing, damaged, and overtaken are three different answers;
 * - records returned are the caller's own copies.
 *
 * A call that rejects with TRUST_STORE_FAILED may still have been stored (the disk failed after the fact): load again.
 */
export interface TrustStore {
  /**
   * How long a newer head may wait to be stored, in milliseconds. Left out or 0: it is stored before the operation that
   * moved it returns. Above 0, a process that dies forgets what it came to trust in that time.
   */
  readonly writeBehindMs?: number;

  /**
   * The newest record.
   *
   * @returns undefined only if there is no trace that one ever existed
   * @throws ImmuError TRUST_CORRUPT if it is damaged, UNSUPPORTED_FORMAT if a newer version of this software wrote it,
   *   TRUST_STORE_FAILED if it cannot be read
   */
  load(id: TrustId): Promise<TrustRecord | undefined>;

  /**
   * Stores the first record, with epoch 1.
   *
   * @returns the record as stored
   * @throws ImmuError TRUST_EXISTS if there is one already (load it), TRUST_CORRUPT if it is damaged,
   *   TRUST_STORE_FAILED
   */
  create(id: TrustId, draft: TrustDraft): Promise<TrustRecord>;

  /**
   * Replaces the newest record by one with the next epoch, if it still has the epoch expected. A latch is stored by
   * `next.latch` and can only be lifted by `recover`.
   *
   * @param expectedEpoch the epoch of the record that `next` builds on
   * @returns the record as stored
   * @throws ImmuError TRUST_CONFLICT (retryable: load, check, decide anew) if the epoch moved, TRUST_MISSING,
   *   TRUST_CORRUPT, TRUST_LATCHED if the stored record is latched, TRUST_STORE_FAILED
   * @throws VerificationError ROLLBACK_DETECTED if `next.head` is older than the stored head, FORK_DETECTED if it is
   *   another state of the same transaction
   */
  replace(
    id: TrustId,
    expectedEpoch: number,
    next: TrustDraft & { readonly latch?: TrustLatch },
  ): Promise<TrustRecord>;

  /**
   * Replaces a record whatever state it is in: damaged, latched, or ahead of a server restored from a backup. For an
   * operator who has looked into it. The reason, the time and the state that was given up stay in the record.
   *
   * @param reason why, for whoever audits this later
   * @returns the record as stored, without latch
   * @throws ImmuError TRUST_MISSING if there is nothing to recover, TRUST_CONFLICT if it was replaced meanwhile,
   *   TRUST_STORE_FAILED
   */
  recover(id: TrustId, draft: TrustDraft, reason: string): Promise<TrustRecord>;

  /**
   * The names of all records, damaged ones included, in order of their names.
   *
   * @throws ImmuError TRUST_CORRUPT if a record is too damaged to tell its name, TRUST_STORE_FAILED
   */
  list(): Promise<TrustId[]>;

  /**
   * The floors kept with a record: for the keys used last, the newest write that was proven. Optional, together with
   * `saveFloors`: without them, answers older than what an earlier process saw are not noticed.
   *
   * @returns as they were saved; undefined if there are none
   * @throws ImmuError TRUST_CORRUPT if they are damaged, UNSUPPORTED_FORMAT if a newer version of this software wrote them,
   *   TRUST_STORE_FAILED. The ledger is opened all the same, without them, and the process is warned
   */
  loadFloors?(id: TrustId): Promise<TrustFloors | undefined>;

  /**
   * Adds floors to those kept, as `nextFloors` has it: of each key the higher transaction stays, and beyond `maxFloors` those
   * go that were used longest ago. Floors are kept only as long as the record they were proven under: not those given
   * where there is no record, it is latched, or `recoveredAt` is not that of its last recovery; and a recovery, or whatever
   * else removes a record, gives up those kept.
   *
   * Called at most about once a second, and nobody waits for it: what a process that dies had not saved yet is only
   * missed, so nothing need be durable when it resolves.
   *
   * @param floors each key once, most recently used first
   * @param maxFloors how many may be kept, from 1 to 10,000
   * @throws ImmuError as `loadFloors` does, and TRUST_CONFLICT; the process is warned, and goes on
   */
  saveFloors?(id: TrustId, floors: TrustFloors, maxFloors: number): Promise<void>;
}

// Floors as they are kept with a trust record: for the keys used last, the newest write that was proven. What an answer
// below its floor means is the reader's to say; which floors are kept, and for how long, is said here.

import { toMapKey } from '../bytes.js';
import type { TrustRecord } from './record.js';

/** The newest proven write of a key. */
export interface TrustFloor {
  /** The key as stored, 1 to 1,024 bytes. It may spell out the id of an entity. */
  readonly key: Uint8Array;
  /** The transaction that wrote it, ≥ 1. */
  readonly txId: bigint;
  /** Whether that write was a deletion: the key may be absent. */
  readonly deleted: boolean;
  /** When that write stops being visible, in seconds since 1970, a signed 64-bit integer; undefined for never. */
  readonly expiresAt: bigint | undefined;
}

/** The floors kept with a record. */
export interface TrustFloors {
  /**
   * When the record they were proven under was recovered last, ISO 8601; undefined if it never was. Floors of before a
   * recovery are of a history that was given up.
   */
  readonly recoveredAt: string | undefined;
  /** Each key once, most recently used first. */
  readonly floors: readonly TrustFloor[];
}

/** The most floors that may be kept with one record. */
export const MAX_TRUST_FLOORS = 10_000;

/** The longest key, in bytes: what the server takes, its own prefix included. */
const MAX_KEY_BYTES = 1024;

/** When a record was recovered last; undefined if it never was. */
export function recoveryOf(record: Pick<TrustRecord, 'recovered'>): string | undefined {
  return record.recovered?.at(-1)?.at;
}

/**
 * What is to be kept once floors were given to a store. Every store asks here before it writes.
 *
 * @param record the record as it is now; undefined if there is none
 * @param stored what is kept so far
 * @param given floors proven by the caller
 * @param maxFloors how many are kept, 1 to MAX_TRUST_FLOORS
 * @returns undefined if those given are not to be kept: there is no record, it is latched, or they were proven before
 *   its last recovery
 */
export function nextFloors(
  record: TrustRecord | undefined,
  stored: TrustFloors | undefined,
  given: TrustFloors,
  maxFloors: number,
): TrustFloors | undefined {
  if (record === undefined || record.latch !== undefined) return undefined;
  const recoveredAt = recoveryOf(record);
  if (given.recoveredAt !== recoveredAt) return undefined;
  const before = stored !== undefined && stored.recoveredAt === recoveredAt ? stored.floors : [];
  return { recoveredAt, floors: mergeFloors(given.floors, before, maxFloors) };
}

/** The floors of both, of each key the higher; those that come first are the last to be left out. */
function mergeFloors(
  first: readonly TrustFloor[],
  then: readonly TrustFloor[],
  maxFloors: number,
): TrustFloor[] {
  const merged = new Map<string, TrustFloor>();
  for (const floor of [...first, ...then]) {
    const name = toMapKey(floor.key);
    const known = merged.get(name);
    if (known === undefined || known.txId < floor.txId) merged.set(name, floor);
  }
  return [...merged.values()].slice(0, maxFloors);
}

/** What keeps a floor from being one; undefined if nothing does. */
export function problemOf({ key, txId, deleted, expiresAt }: TrustFloor): string | undefined {
  if (!(key instanceof Uint8Array) || key.length === 0 || key.length > MAX_KEY_BYTES)
    return `a key is not of 1 to ${MAX_KEY_BYTES} bytes`;
  if (typeof txId !== 'bigint' || txId < 1n || txId >= 1n << 64n) return 'a transaction id is out of range';
  if (typeof deleted !== 'boolean') return 'it is not said whether a key was deleted';
  if (
    expiresAt !== undefined &&
    (typeof expiresAt !== 'bigint' || BigInt.asIntN(64, expiresAt) !== expiresAt)
  )
    return 'a time of expiry is out of range';
  return undefined;
}

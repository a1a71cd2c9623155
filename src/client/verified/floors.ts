// Floors: for every key proven here, the newest transaction it was proven in. An answer below its floor is a stale
// read, a missing answer above it an omission. Neither is a fork: the history itself is not contradicted.

import { LRUCache } from 'lru-cache';
import { toMapKey } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import type { KeyMetadata } from '../../proof/index.js';
import { printableKey } from '../printable-key.js';

/** The newest proven write of a key. */
export interface Floor {
  readonly txId: bigint;
  /** The write's metadata: a deleted or expired key may be absent. */
  readonly metadata: KeyMetadata | undefined;
}

/** Floors by key, least recently used out. */
export class Floors {
  readonly #floors: LRUCache<string, Floor>;

  /** @param maxKeys how many keys are remembered */
  constructor(maxKeys: number) {
    // By size and not by `max`, for which the cache sets aside all its memory at once: 10 ms of every opening.
    this.#floors = new LRUCache({ maxSize: maxKeys, sizeCalculation: () => 1 });
  }

  /** The floor to hold an answer against: take it when the request is sent, not when the answer comes. */
  of(key: Uint8Array): Floor | undefined {
    return this.#floors.get(toMapKey(key));
  }

  /** Raises the floor of a key. A write that plain reads cannot see (non-indexable) is no floor. */
  raise(key: Uint8Array, floor: Floor): void {
    if (floor.metadata?.nonIndexable === true) return;
    const name = toMapKey(key);
    const known = this.#floors.get(name);
    if (known === undefined || known.txId < floor.txId) this.#floors.set(name, floor);
  }

  /** Forgets everything. */
  clear(): void {
    this.#floors.clear();
  }
}

/** @throws VerificationError STALE_READ if an answer is older than what was proven when the request was sent */
export function assertNotStale(key: Uint8Array, answeredTxId: bigint, floor: Floor | undefined): void {
  if (floor === undefined || answeredTxId >= floor.txId) return;
  throw new VerificationError(
    'STALE_READ',
    `The server answered transaction ${String(answeredTxId)} as the latest write of key ${printableKey(key)}, but transaction ` +
      `${String(floor.txId)} wrote it and was already proven here. The answer is refused; the history itself is not in doubt.`,
    { details: { key, answeredTxId, provenTxId: floor.txId } },
  );
}

/** Whether a key with this floor may honestly be absent at `nowSeconds` without a later write. */
export function mayBeAbsent(floor: Floor, nowSeconds: bigint): boolean {
  if (floor.metadata === undefined) return false;
  if (floor.metadata.deleted) return true;
  return floor.metadata.expiresAt !== undefined && floor.metadata.expiresAt <= nowSeconds;
}

/** The error for a key that is answered as absent although a live write of it is proven. */
export function omission(key: Uint8Array, floor: Floor): VerificationError {
  return new VerificationError(
    'OMISSION_DETECTED',
    `The server answered that key ${printableKey(key)} does not exist, but transaction ${String(floor.txId)} wrote it, was ` +
      'proven here, and nothing later is proven with which the key may be absent. The answer is refused; the history ' +
      'itself is not in doubt.',
    { details: { key, provenTxId: floor.txId } },
  );
}

/** The error for a history without a revision that is proven to be part of it. */
export function leftOut(key: Uint8Array, floor: Floor): VerificationError {
  return new VerificationError(
    'OMISSION_DETECTED',
    `The server showed a history of key ${printableKey(key)} without transaction ${String(floor.txId)}, which wrote the key and ` +
      'was proven here before. The answer is refused.',
    { details: { key, provenTxId: floor.txId } },
  );
}

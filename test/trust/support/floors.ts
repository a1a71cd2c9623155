// Floors to keep: made of short texts, so that a test can tell them apart.
import { fromUtf8, utf8 } from '../../../src/bytes.js';
import type { TrustFloor, TrustFloors } from '../../../src/trust/floors.js';

export function floorAt(key: string, txId: bigint, change: Partial<TrustFloor> = {}): TrustFloor {
  return { key: utf8(key), txId, deleted: false, expiresAt: undefined, ...change };
}

/** Floors of a record that was never recovered, unless told otherwise. */
export function floorsOf(floors: readonly TrustFloor[], recoveredAt?: string): TrustFloors {
  return { recoveredAt, floors };
}

/** Floors as `key@transaction`, in order. */
export function shown(kept: TrustFloors | undefined): string[] | undefined {
  return kept?.floors.map(({ key, txId }) => `${fromUtf8(key) ?? '?'}@${String(txId)}`);
}

// Floors that outlive this process: which of those kept are taken up, and what is said when they cannot be read or stored.
// That is a warning and no error: without them less is noticed, and nothing is refused that should not be.

import { ImmuError } from '../../errors.js';
import { problemOf, recoveryOf, type TrustFloor, type TrustFloors } from '../../trust/floors.js';
import type { TrustRecord } from '../../trust/record.js';
import type { TrustStore } from '../../trust/store.js';
import { describeTrustId, type TrustId } from '../../trust/trust-id.js';

/**
 * The floors kept with a record. Never rejects.
 *
 * @param warn told why they could not be read
 */
export async function loadFloors(
  store: TrustStore,
  id: TrustId,
  warn: (error: unknown) => void,
): Promise<TrustFloors | undefined> {
  try {
    const kept = await store.loadFloors?.(id);
    const problem = kept?.floors.map(problemOf).find((found) => found !== undefined);
    if (problem !== undefined)
      throw new TypeError(`loadFloors of the trust store gave what are no floors: ${problem}`);
    return kept;
  } catch (error) {
    warn(error);
    return undefined;
  }
}

/**
 * Those of the floors kept that a record vouches for: proven since its last recovery, and not above its head, as they
 * are where an operator put an older record back.
 */
export function vouchedFor(
  record: TrustRecord | undefined,
  kept: TrustFloors | undefined,
): readonly TrustFloor[] {
  if (record === undefined || kept === undefined || record.latch !== undefined) return [];
  if (kept.recoveredAt !== recoveryOf(record)) return [];
  return kept.floors.filter(({ txId }) => txId <= record.head.txId);
}

/** Tells the process that floors are lost, once for each kind of error. */
export function floorWarnings(id: TrustId): (error: unknown) => void {
  const told = new Set<string>();
  return (error) => {
    const kind = error instanceof ImmuError ? error.code : String(error);
    if (told.has(kind)) return;
    told.add(kind);
    const why = error instanceof Error ? error.message : String(error);
    process.emitWarning(
      `What was proven of ${describeTrustId(id)} is not remembered between processes as it should be, so that an answer older ` +
        `than that may go unnoticed. ${why}`,
      { type: 'ImmurepoTrust', code: 'FLOORS_LOST' },
    );
  };
}

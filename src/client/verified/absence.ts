// "There is no such key": never provable, but refutable where a live write of the key was proven here before.

import type { OperationOptions } from '../call-scope.js';
import type { VerifiedContext } from './context.js';
import { type Floor, mayBeAbsent, omission } from './floors.js';
import { newestRevision } from './history.js';

/**
 * Accepts that a key with a floor is absent only if its proven write has expired, or a later deletion is proven.
 *
 * @param floor the floor held when the request was sent
 * @throws VerificationError OMISSION_DETECTED otherwise
 */
export async function assertAbsenceAllowed(
  context: VerifiedContext,
  key: Uint8Array,
  floor: Floor,
  options: OperationOptions,
): Promise<void> {
  if (mayBeAbsent(floor, BigInt(Math.floor(Date.now() / 1000)))) return;
  const newest = await newestRevision(context, key, options);
  if (newest === undefined || newest.txId < floor.txId) throw omission(key, floor);
  if (newest.kind !== 'deleted' && newest.kind !== 'expired') throw omission(key, floor);
  context.floors.raise(key, newest);
}

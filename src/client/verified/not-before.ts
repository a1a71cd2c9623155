// A floor that the caller names may be of a transaction the server does not have yet: a replica that lags behind, asked by
// a process that was told of a write elsewhere. That is no lie, and asking once more tells it from one.

import { VerificationError } from '../../errors.js';
import type { Floor } from './floors.js';

/**
 * Makes a read; if the answer fell short of what the caller named, makes it again for nothing older. A server that does
 * not have that transaction then says so.
 *
 * Not for nothing older at once: that would allow it to be older than the newest.
 *
 * @param floors what the answer is held against
 * @param read makes it; with a transaction, for nothing older than that
 * @throws ImmuError SERVER_BEHIND, retryable
 * @throws VerificationError STALE_READ, OMISSION_DETECTED
 */
export async function readNotBefore<T>(
  floors: readonly (Floor | undefined)[],
  read: (sinceTx: bigint | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await read(undefined);
  } catch (error) {
    if (!(error instanceof VerificationError) || error.details.notBefore === undefined) throw error;
    return read(
      floors.reduce((highest, floor) => (floor && floor.txId > highest ? floor.txId : highest), 0n),
    );
  }
}

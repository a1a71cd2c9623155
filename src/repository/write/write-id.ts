// Write ids: 16 random bytes that tell this write from all others. Taken from a pool, as asking the system costs as much
// for many bytes as for few.

import { randomFillSync } from 'node:crypto';
import { WRITE_ID_BYTES } from '../../codec/record.js';

const pool = new Uint8Array(256 * WRITE_ID_BYTES);
let used = pool.length;

/** A new write id, 16 bytes of its own. */
export function newWriteId(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const id = pool.slice(used, used + WRITE_ID_BYTES);
  // What was given away is not kept.
  pool.fill(0, used, used + WRITE_ID_BYTES);
  used += WRITE_ID_BYTES;
  return id;
}

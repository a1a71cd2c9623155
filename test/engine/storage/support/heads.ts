// Heads to commit.
import type { Head } from '../../../../src/engine/storage/ledger-store.js';

/** A head that is like no other. @param txId < 2^32 */
export function headAt(txId: number): Head {
  const alh = Buffer.alloc(32, 0xa5);
  alh.writeUInt32BE(txId, 28);
  return { txId: BigInt(txId), alh: new Uint8Array(alh) };
}

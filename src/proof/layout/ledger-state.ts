// The state of a ledger in two values, and the bytes of it that a server signs.

import { concatBytes, u32be, u64be, utf8 } from '../../bytes.js';

/** A transaction and the hash that commits to it and to everything before it. */
export interface LedgerState {
  /** Id of the transaction; 0 for an empty database. */
  readonly txId: bigint;
  /** Its accumulated hash, 32 bytes; of an empty database the hash of nothing. */
  readonly alh: Uint8Array;
}

/**
 * What a state signature covers: `u32(len database) ‖ database ‖ u64(txId) ‖ alh`. It does not name the server.
 *
 * @param database from configuration, never from the answer
 */
export function stateSignaturePayload(database: string, state: LedgerState): Uint8Array {
  const name = utf8(database);
  return concatBytes(u32be(name.length), name, u64be(state.txId), state.alh);
}

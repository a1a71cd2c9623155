// Transactions known to be part of the trusted history, by their hashes: results that arrive late need no further proof.

import { fromHex, NO_BYTES, toHex } from '../bytes.js';
import type { LedgerState } from '../proof/layout/ledger-state.js';
import type { TxHeader } from '../proof/layout/tx-header.js';

/** How many are remembered. */
const MAX_STATES = 4096;

/** A bounded memory of settled states, oldest entry out. */
export class SettledStates {
  readonly #hashes = new Map<bigint, string>();

  /** The state of a transaction, if it is remembered. */
  of(txId: bigint): LedgerState | undefined {
    const hash = this.#hashes.get(txId);
    return hash === undefined ? undefined : { txId, alh: fromHex(hash) ?? NO_BYTES };
  }

  /** Remembers a state that the trusted history contains. */
  add({ txId, alh }: LedgerState): void {
    if (this.#hashes.has(txId)) return;
    this.#hashes.set(txId, toHex(alh));
    if (this.#hashes.size <= MAX_STATES) return;
    const oldest = this.#hashes.keys().next();
    if (oldest.done !== true) this.#hashes.delete(oldest.value);
  }

  /** Remembers what a header of the trusted history says of the transaction before it, which may still be on its way. */
  addPredecessor({ id, prevAlh }: TxHeader): void {
    if (id > 1n) this.add({ txId: id - 1n, alh: prevAlh });
  }
}

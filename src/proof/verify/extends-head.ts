// Whether a transaction directly continues a trusted state, without a further proof.

import { equalBytes } from '../../bytes.js';
import type { LedgerState } from '../layout/ledger-state.js';
import type { TxHeader } from '../layout/tx-header.js';

/** A trusted state, with what the next header must hold, where that is known. */
export interface ExtendableHead extends LedgerState {
  /** Root of the tree over transactions 1 to `txId`; undefined where the state did not come from a proof. */
  readonly nextRoot?: Uint8Array | undefined;
}

/**
 * Whether the header is the next transaction of the same history, by its chain and by its tree: both must continue
 * the head, so that neither can lead to another past than the other.
 *
 * @param header proven, if only against another state
 * @returns false also where `nextRoot` is not known: then it takes a proof
 */
export function extendsHead(head: ExtendableHead, header: TxHeader): boolean {
  return (
    head.nextRoot !== undefined &&
    header.id === head.txId + 1n &&
    header.blTxId === head.txId &&
    equalBytes(header.prevAlh, head.alh) &&
    equalBytes(header.blRoot, head.nextRoot)
  );
}

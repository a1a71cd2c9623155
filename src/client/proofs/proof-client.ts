// Proofs laid open, for people who want to see why something is believed.

import { assertKey, assertTxId } from '../limits.js';
import type { BeginVerified } from '../verified/operation.js';
import type { MerklePath, MerklePathOptions } from './merkle-path.js';

/** How the trusted state commits to what is stored, step by step. */
export class ProofClient {
  readonly #begin: BeginVerified;

  /** Use `client.proofs`. @param begin begins its verified operations */
  constructor(begin: BeginVerified) {
    this.#begin = begin;
  }

  /**
   * Proves one write of a key, as `verifiedGet` and `verifiedTx` do, and returns every hash on the way from it to the trusted
   * state: from the entry to the root of its transaction's entries, from there to the transaction's hash, and, where that is not
   * the trusted state itself, to the root of the tree of transactions that the trusted one holds.
   *
   * @param key as written, without immudb's prefix; an entity's is in its evidence
   * @param options `atTx` for exactly the write of that transaction: a value, a reference or a deletion, visible still or not;
   *   default: the latest live one, by the server's word
   * @returns undefined where that transaction did not write the key, which is proven; without `atTx` where the server says the
   *   key is absent, which is not
   * @throws TypeError for what is no key or no transaction id · ImmuError TX_NOT_FOUND and others
   * @throws VerificationError; nothing of the answer was returned
   * @example
   * const { key, txId } = evidenceOf(account);
   * const path = await ledger.client.proofs.merklePath(key, { atTx: txId });
   */
  async merklePath(key: Uint8Array, options: MerklePathOptions = {}): Promise<MerklePath | undefined> {
    assertKey(key);
    const { atTx } = options;
    if (atTx !== undefined) assertTxId('atTx', atTx);
    const wanted = new Uint8Array(key);
    const operation = await this.#begin('proofs.merklePath', options);
    const { provePath } = await import('./prove-path.js');
    return provePath(operation, wanted, atTx);
  }
}

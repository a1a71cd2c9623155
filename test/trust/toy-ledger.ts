// A ledger of empty transactions whose headers hash as real ones do: enough to settle against, without a server.

import { createHash } from 'node:crypto';
import { leafHash, nodeHash } from '../../src/proof/layout/hash.js';
import { alhOf, type TxHeader } from '../../src/proof/layout/tx-header.js';
import type { LedgerState, ProvenTx } from '../../src/proof/index.js';

const hash = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest());

/** RFC 6962, by its definition. */
export function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return new Uint8Array(32);
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

/** One history. `fork(n)` gives another one that shares the first n transactions. */
export class ToyLedger {
  readonly #headers: TxHeader[] = [];
  readonly #alhs: Uint8Array[] = [];
  readonly #name: string;

  constructor(name: string, transactions: number) {
    this.#name = name;
    for (let i = 0; i < transactions; i++) this.append();
  }

  get size(): bigint {
    return BigInt(this.#headers.length);
  }

  append(change: Partial<TxHeader> = {}): bigint {
    const id = this.size + 1n;
    const header: TxHeader = {
      id,
      prevAlh: this.#alhs.at(-1) ?? hash(''),
      ts: 1_700_000_000n + id,
      version: 1,
      nentries: 1,
      eH: hash(`${this.#name}${String(id)}`),
      blTxId: id - 1n,
      blRoot: naiveRoot(this.#alhs.map(leafHash)),
      metadata: {},
      ...change,
    };
    this.#headers.push(header);
    this.#alhs.push(alhOf(header));
    return id;
  }

  fork(shared: bigint, name: string): ToyLedger {
    const other = new ToyLedger(name, 0);
    other.#headers.push(...this.#headers.slice(0, Number(shared)));
    other.#alhs.push(...this.#alhs.slice(0, Number(shared)));
    return other;
  }

  state(txId: bigint): LedgerState {
    return { txId, alh: this.#alhs[Number(txId) - 1]! };
  }

  /** What a checked answer for `txId`, asked for with a proof since `trusted`, amounts to. */
  proven(txId: bigint, trusted: LedgerState | undefined): ProvenTx {
    const moves = trusted === undefined || txId > trusted.txId;
    return {
      header: this.#headers[Number(txId) - 1]!,
      alh: this.state(txId).alh,
      trusted,
      state: moves ? this.state(txId) : trusted,
      nextRoot: naiveRoot(this.#alhs.slice(0, Number(moves ? txId : trusted.txId)).map(leafHash)),
    };
  }
}

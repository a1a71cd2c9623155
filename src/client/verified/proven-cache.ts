// What is already proven: the entry digests of transactions whose headers are bound to the trusted state. A later
// read of such a transaction needs one digest and no proof. Cleared by a latch or a recovery.

import { LRUCache } from 'lru-cache';
import { toMapKey } from '../../bytes.js';
import type { ProvenEntries, TxHeader } from '../../proof/index.js';

/** A transaction whose header, and so the digest of each of its entries, is proven. */
export interface ProvenDigests {
  readonly header: TxHeader;
  /** Accumulated hash, 32 bytes. */
  readonly alh: Uint8Array;
  /** Position in the transaction by entry digest (one character per byte). */
  readonly positions: ReadonlyMap<string, number>;
}

/** A digest as held by the cache: 32 one-byte characters, the map's own overhead, and the position. */
const BYTES_PER_DIGEST = 112;
const BYTES_PER_TRANSACTION = 512;

/** Proven transactions, least recently used out, bounded by bytes. */
export class ProvenCache {
  readonly #transactions: LRUCache<bigint, ProvenDigests>;

  /** @param maxBytes what the cache may hold, in bytes, roughly */
  constructor(maxBytes: number) {
    this.#transactions = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (proven) => BYTES_PER_TRANSACTION + proven.positions.size * BYTES_PER_DIGEST,
    });
  }

  /** Remembers a transaction. Only for one whose proof has settled. */
  add(proven: ProvenDigests): void {
    this.#transactions.set(proven.header.id, proven);
  }

  /** The transaction, if it is still remembered. */
  get(txId: bigint): ProvenDigests | undefined {
    return this.#transactions.get(txId);
  }

  /** Forgets everything. */
  clear(): void {
    this.#transactions.clear();
  }
}

/** The digests of a proven transaction, by position. */
export function digestsOf(proven: ProvenEntries): ProvenDigests {
  const positions = new Map(proven.entries.map((entry, index) => [toMapKey(entry.digest), index]));
  return { header: proven.header, alh: proven.alh, positions };
}

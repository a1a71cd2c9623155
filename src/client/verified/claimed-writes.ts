// Which write each new transaction was shown to be. Two writes may be alike to the byte; one transaction is still only
// one of them, and an answer that is used for both would hide that the other was never made.

import { equalBytes } from '../../bytes.js';
import { encodeKeyMetadata } from '../../proof/layout/kv-metadata.js';
import type { EntryToWrite } from '../writes.js';
import type { WriteRequest } from './write-request.js';

/** More writes than can be under way between two advances of the trusted state; older transactions are refused by it. */
const REMEMBERED = 16_384;

/** The transactions that writes of this client were proven to be, and the writes that wait for an answer. */
export class ClaimedWrites {
  readonly #owners = new Map<bigint, symbol>();
  readonly #sent = new Set<WriteRequest>();

  /**
   * Notes that a write is on its way, to be answered with its transaction.
   *
   * @returns to be called when the answer is there, or will not come
   */
  sending(write: WriteRequest): () => void {
    this.#sent.add(write);
    return () => {
      this.#sent.delete(write);
    };
  }

  /** Whether another write of the same content is on its way: a transaction found now may be the answer to that one. */
  isTwinOnItsWay(write: WriteRequest): boolean {
    for (const other of this.#sent) if (other.id !== write.id && haveSameContent(other, write)) return true;
    return false;
  }

  /**
   * Notes that a transaction is this write.
   *
   * @returns false if it is another write's already
   */
  claim(txId: bigint, write: WriteRequest): boolean {
    const owner = this.#owners.get(txId);
    if (owner !== undefined) return owner === write.id;
    this.#owners.set(txId, write.id);
    if (this.#owners.size > REMEMBERED) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    const oldest = this.#owners.keys().next();
    if (oldest.done !== true) this.#owners.delete(oldest.value);
  }
}

function haveSameContent(one: WriteRequest, other: WriteRequest): boolean {
  if (one.opaque === true || other.opaque === true) return true;
  const [a, b] = [one.entries, other.entries];
  return a.length === b.length && a.every((entry, index) => isSameEntry(entry, b[index]));
}

function isSameEntry(a: EntryToWrite, b: EntryToWrite | undefined): boolean {
  return (
    b !== undefined &&
    equalBytes(a.key, b.key) &&
    equalBytes(a.value, b.value) &&
    equalBytes(encodeKeyMetadata(a.metadata), encodeKeyMetadata(b.metadata))
  );
}

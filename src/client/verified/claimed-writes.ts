// Which write each new transaction was shown to be. Two writes may be alike to the byte; one transaction is still only
// one of them, and an answer that is used for both would hide that the other was never made.

/** More writes than can be under way between two advances of the trusted state; older transactions are refused by it. */
const REMEMBERED = 16_384;

/** The transactions that writes of this client were proven to be. */
export class ClaimedWrites {
  readonly #owners = new Map<bigint, symbol>();

  /**
   * Notes that a transaction is this write.
   *
   * @param write the write's own symbol: the same for every repetition of one write
   * @returns false if it is another write's already
   */
  claim(txId: bigint, write: symbol): boolean {
    const owner = this.#owners.get(txId);
    if (owner !== undefined) return owner === write;
    this.#owners.set(txId, write);
    if (this.#owners.size > REMEMBERED) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    const oldest = this.#owners.keys().next();
    if (oldest.done !== true) this.#owners.delete(oldest.value);
  }
}

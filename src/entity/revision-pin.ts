// One revision of one entity, by what is stored of it.

/** Which revision is meant: its number, where it was committed, and its bytes. */
export interface RevisionPin {
  /** 1n, 2n … */
  readonly revision: bigint;
  /** The transaction that committed it. */
  readonly txId: bigint;
  /** SHA-256 of its whole stored value. 32 bytes */
  readonly digest: Uint8Array;
}

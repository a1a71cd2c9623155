// What a repository can show for an entity.

import type { ReadProof } from '../client/index.js';

/** What proves one revision of one entity. */
export interface Evidence extends ReadProof {
  /** The entity's stored name. */
  readonly entity: string;
  /** The stored key, without the server's prefix. */
  readonly key: Uint8Array;
  /** 1, 2, 3 …, each naming its predecessor. */
  readonly revision: bigint;
  /** When the server says it committed the transaction: bound to the hash, but the server's claim. */
  readonly committedAt: Date;
}

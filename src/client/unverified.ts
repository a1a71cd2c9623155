// What the server says, without proof. Every type that carries its data is named for that.

import type { KeyMetadata } from '../proof/index.js';
import { parseKeyMetadata } from '../proof/verify/parse-metadata.js';
import type { Entry } from '../wire/immudb/schema/kv.js';
import type { TxHeader } from '../wire/immudb/schema/tx.js';

/** The reference through which an entry was reached, as the server says. */
export interface UnverifiedReference {
  /** The reference's own key: the one that was asked for. */
  readonly key: Uint8Array;
  /** The transaction that wrote the reference. */
  readonly txId: bigint;
  /** The transaction it is bound to; absent where it follows the newest value. */
  readonly atTx?: bigint;
}

/** An entry as the server says it is. */
export interface UnverifiedEntry {
  /** The key; of an entry reached through a reference, the key of the target. */
  readonly key: Uint8Array;
  /** The value; empty where it expired or was deleted. */
  readonly value: Uint8Array;
  /** Deletion, expiry, visibility; `undefined` where none was written. */
  readonly metadata: KeyMetadata | undefined;
  /** The transaction that wrote it. */
  readonly txId: bigint;
  /** How many times the key was written up to here; absent where the server did not count. */
  readonly revision?: bigint;
  /** Whether it has expired by the server's clock. Only a history shows such entries. */
  readonly expired: boolean;
  /** Set where a reference was asked for. */
  readonly referencedBy?: UnverifiedReference;
}

/** A transaction's header as the server says it is. */
export interface UnverifiedTxHeader {
  readonly txId: bigint;
  /** Accumulated hash of the transaction before. */
  readonly prevAlh: Uint8Array;
  /** When the server committed it by its own clock, seconds since 1970. */
  readonly serverTime: bigint;
  readonly entryCount: number;
  /** Root of the tree over its entries. */
  readonly eH: Uint8Array;
  /** How many transactions `blRoot` covers. */
  readonly blTxId: bigint;
  /** Root of the tree over the transactions before. */
  readonly blRoot: Uint8Array;
  /** The header's format. */
  readonly version: number;
}

/** The wire's entry in this client's form. */
export function fromWireEntry(entry: Entry): UnverifiedEntry {
  const { key, value, tx, revision, expired, referencedBy } = entry;
  return {
    key,
    value,
    metadata: parseKeyMetadata(entry.metadata),
    txId: tx,
    ...(revision === 0n ? {} : { revision }),
    expired,
    ...(referencedBy === undefined
      ? {}
      : {
          referencedBy: {
            key: referencedBy.key,
            txId: referencedBy.tx,
            ...(referencedBy.atTx === 0n ? {} : { atTx: referencedBy.atTx }),
          },
        }),
  };
}

/** The wire's header in this client's form. */
export function fromWireHeader(header: TxHeader): UnverifiedTxHeader {
  const { id, prevAlh, ts, nentries, eH, blTxId, blRoot, version } = header;
  return { txId: id, prevAlh, serverTime: ts, entryCount: nentries, eH, blTxId, blRoot, version };
}

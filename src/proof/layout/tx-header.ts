// A transaction's header and the hash of it, the alh, that commits to the transaction and to all before it.

import { NO_BYTES } from '../../bytes.js';
import { DIGEST_BYTES, sha256 } from './hash.js';
import { encodeTxMetadata, type TxMetadata } from './tx-metadata.js';

/** ts, version, the length of the metadata, nentries, eH, blTxId and blRoot of version 1; version 0 has fewer. */
const MOST_FIXED_BYTES = 8 + 2 + 2 + 4 + DIGEST_BYTES + 8 + DIGEST_BYTES;

/** An id and two digests before hashing. Reused, as hashing is synchronous. */
const link = Buffer.alloc(8 + 2 * DIGEST_BYTES);

/** The header formats in use. Databases created before immudb 1.2 hold version 0, which hashes no metadata. */
export type HeaderVersion = 0 | 1;

/** A transaction's header. */
export interface TxHeader {
  /** 1, 2, 3 … */
  readonly id: bigint;
  /** The alh of transaction `id − 1`, 32 bytes; for transaction 1 the hash of nothing. */
  readonly prevAlh: Uint8Array;
  /** Seconds since 1970 by the server's clock, as it claims; 0 where it leaves the time out. */
  readonly ts: bigint;
  /** The format of the header and of the entries' digests. */
  readonly version: HeaderVersion;
  /** Number of entries. */
  readonly nentries: number;
  /** Root of the tree over the transaction's entries, 32 bytes. */
  readonly eH: Uint8Array;
  /** How many transactions the tree under `blRoot` covers: `id − 1`. */
  readonly blTxId: bigint;
  /** Root of the tree over the alh of transactions 1 to `blTxId`, 32 bytes; zeros where that is none. */
  readonly blRoot: Uint8Array;
  /** Attributes of the transaction; empty in version 0. */
  readonly metadata: TxMetadata;
}

/**
 * Hash of the header's own content, without its id and predecessor.
 *
 * Version 0: `H(u64(ts) ‖ u16(0) ‖ u16(nentries) ‖ eH ‖ u64(blTxId) ‖ blRoot)`, nentries < 2^16, no metadata.
 * Version 1: `H(u64(ts) ‖ u16(1) ‖ u16(len md) ‖ md ‖ u32(nentries) ‖ eH ‖ u64(blTxId) ‖ blRoot)`.
 */
export function innerHash(header: TxHeader): Uint8Array {
  const { ts, version, nentries, eH, blTxId, blRoot } = header;
  const metadata = version === 0 ? NO_BYTES : encodeTxMetadata(header.metadata);
  const bytes = Buffer.allocUnsafe(MOST_FIXED_BYTES + metadata.length);
  let end = bytes.writeUInt16BE(version, bytes.writeBigInt64BE(ts, 0));
  if (version === 0) {
    end = bytes.writeUInt16BE(nentries, end);
  } else {
    end = bytes.writeUInt16BE(metadata.length, end);
    bytes.set(metadata, end);
    end = bytes.writeUInt32BE(nentries, end + metadata.length);
  }
  bytes.set(eH, end);
  end = bytes.writeBigUInt64BE(blTxId, end + DIGEST_BYTES);
  bytes.set(blRoot, end);
  return sha256(bytes.subarray(0, end + DIGEST_BYTES));
}

/** `H(u64(id) ‖ prevAlh ‖ inner)`. */
export function alhOf(header: TxHeader): Uint8Array {
  return chainHash(header.id, header.prevAlh, innerHash(header));
}

/** One link of the chain of transactions: the alh of `id`, from its predecessor's and its own inner hash. */
export function chainHash(id: bigint, prevAlh: Uint8Array, inner: Uint8Array): Uint8Array {
  link.writeBigUInt64BE(id, 0);
  link.set(prevAlh, 8);
  link.set(inner, 8 + DIGEST_BYTES);
  return sha256(link);
}

// Metadata of entries and transactions out of their stored bytes. The engine's own reading of the layout: what checks
// answers has another.

import type { KeyMetadata } from '../../proof/layout/kv-metadata.js';
import { MAX_EXTRA_BYTES, type TxMetadata } from '../../proof/layout/tx-metadata.js';

/** Attributes must come in ascending order of their code, each at most once. */
const DELETED = 0;
const EXPIRES_AT = 1;
const NON_INDEXABLE = 2;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The attributes of an entry, or `undefined` where the bytes are none that were ever written. */
export function parseKeyMetadata(bytes: Uint8Array): KeyMetadata | undefined {
  let [deleted, nonIndexable] = [false, false];
  let expiresAt: bigint | undefined;
  let last = -1;
  for (let at = 0; at < bytes.length;) {
    const code = bytes[at] ?? -1;
    at++;
    if (code <= last) return undefined;
    last = code;
    if (code === DELETED) deleted = true;
    else if (code === NON_INDEXABLE) nonIndexable = true;
    else if (code === EXPIRES_AT && at + 8 <= bytes.length) {
      expiresAt = viewOf(bytes).getBigInt64(at);
      at += 8;
    } else return undefined;
  }
  return { deleted, nonIndexable, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** The attributes of a transaction, or `undefined` where the bytes are none that were ever written. */
export function parseTxMetadata(bytes: Uint8Array): TxMetadata | undefined {
  const view = viewOf(bytes);
  const metadata: { truncatedTxId?: bigint; extra?: Uint8Array } = {};
  let at = 0;
  if (bytes[at] === 0 && at + 9 <= bytes.length) {
    metadata.truncatedTxId = view.getBigUint64(at + 1);
    at += 9;
  }
  if (bytes[at] === 1 && at + 3 <= bytes.length) {
    const length = view.getUint16(at + 1);
    at += 3;
    if (length === 0 || length > MAX_EXTRA_BYTES || at + length > bytes.length) return undefined;
    metadata.extra = bytes.subarray(at, at + length);
    at += length;
  }
  return at === bytes.length ? metadata : undefined;
}

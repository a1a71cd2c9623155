// The checksum that every stored row carries, since LMDB has none: CRC-32 over table, key and value. It finds damage;
// against forgery there are the proofs.
//
//   value | 4 bytes checksum, big-endian
//
// A row of `keys` is stored twice. Its twin carries the complement of the checksum, so that one copy found in the
// place of the other is damage too.

import { crc32 } from 'node:zlib';
import { utf8 } from '../../bytes.js';
import type { Table } from './ledger-store.js';

/** What a checksum is bound to: a table, or the few rows in which a store keeps account of itself. */
export type SealedTable = Table | 'store';

/** Bytes a sealed value has more than its value. */
export const SEAL_BYTES = 4;

const SEEDS: Readonly<Record<SealedTable, number>> = {
  log: crc32(utf8('log')),
  keys: crc32(utf8('keys')),
  revisions: crc32(utf8('revisions')),
  store: crc32(utf8('store')),
};

/** The checksum of a row. The length of the key goes into the seed: otherwise `a` + `bc` would be `ab` + `c`. */
export function checksumOf(table: SealedTable, key: Uint8Array, value: Uint8Array): number {
  const ofKey = crc32(key, (SEEDS[table] ^ key.length) >>> 0);
  // Of no bytes, zlib gives the checksum so far or 0, depending on where in memory they are not.
  return value.length === 0 ? ofKey : crc32(value, ofKey);
}

/** The sealed value of a row. */
export function seal(table: SealedTable, key: Uint8Array, value: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(value.length + SEAL_BYTES);
  sealed.set(value);
  sealed.writeUInt32BE(checksumOf(table, key, value), value.length);
  return sealed;
}

/** The sealed value of the twin of a row. @param sealed of the row itself */
export function sealTwin(sealed: Buffer): Buffer {
  const twin = Buffer.from(sealed);
  const at = twin.length - SEAL_BYTES;
  twin.writeUInt32BE(~twin.readUInt32BE(at) >>> 0, at);
  return twin;
}

/** The value in a sealed value, as a view, or `undefined` if it is not what was sealed for this row. */
export function unseal(table: SealedTable, key: Uint8Array, sealed: Buffer): Uint8Array | undefined {
  const length = sealed.length - SEAL_BYTES;
  if (length < 0) return undefined;
  const value = new Uint8Array(sealed.buffer, sealed.byteOffset, length);
  return checksumOf(table, key, value) === sealed.readUInt32BE(length) ? value : undefined;
}

/** Whether two sealed values are those of a row and its twin. */
export function areTwins(sealed: Buffer, twin: Buffer): boolean {
  const length = sealed.length - SEAL_BYTES;
  return (
    length >= 0 &&
    twin.length === sealed.length &&
    (sealed.readUInt32BE(length) ^ twin.readUInt32BE(length)) === -1 &&
    sealed.compare(twin, 0, length, 0, length) === 0
  );
}

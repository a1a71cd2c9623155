// The bytes of one stored revision (FORMAT.md, "Records"). Reading is in parse-record.ts.
import { concatBytes, u16be, u32be, u64be } from '../bytes.js';
import { encodeExtensions, type RecordExtension } from './record-extensions.js';

/** The first byte of every record of this format. */
export const RECORD_FORMAT = 1;

/** Set in the flags of a deleted entity's last revision. */
export const FLAG_TOMBSTONE = 0x01;

/** Bytes of a predecessor's digest. */
export const DIGEST_BYTES = 32;

/** Bytes of a write id. */
export const WRITE_ID_BYTES = 16;

/** Bytes up to the length of the extensions. */
export const FIXED_BYTES = 72;

/** Where a revision stands in its entity's history. */
export interface ChainLink {
  /** 1, 2, 3 … */
  readonly revision: bigint;
  /** The transaction of the revision before; 0 at revision 1. */
  readonly prevTx: bigint;
  /** SHA-256 of the stored value of the revision before; zeros at revision 1. */
  readonly prevDigest: Uint8Array;
}

/** One revision as it is stored: everything but its key. */
export interface StoredRecord extends ChainLink {
  /** Whether this revision deletes the entity. Its payload is then empty. */
  readonly tombstone: boolean;
  /** Which codec wrote the payload. 0 to 65535 */
  readonly codec: number;
  /** The entity's declared version at the time. 0 to 2^32 − 1 */
  readonly entityVersion: number;
  /** 16 random bytes, the same in all records of one transaction. */
  readonly writeId: Uint8Array;
  /** Ascending by type. */
  readonly extensions: readonly RecordExtension[];
  /** What the codec wrote. Empty exactly for a tombstone. */
  readonly payload: Uint8Array;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** What is wrong with the members of a record taken together, or `undefined`. Holds for writing and for reading. */
export function problemOf(record: StoredRecord): string | undefined {
  if (record.revision < 1n) return `revision ${String(record.revision)}`;
  const first = record.revision === 1n;
  if (first !== (record.prevTx === 0n) || first !== isZero(record.prevDigest)) {
    return `revision ${String(record.revision)} ${first ? 'names a predecessor' : 'names no predecessor'}`;
  }
  if (record.tombstone !== (record.payload.length === 0)) {
    return record.tombstone ? 'a tombstone with a payload' : 'no payload';
  }
  return undefined;
}

/**
 * A record's bytes.
 *
 * @throws RangeError if the members contradict each other; the caller built them wrongly
 */
export function encodeRecord(record: StoredRecord): Uint8Array {
  const problem =
    record.prevDigest.length !== DIGEST_BYTES || record.writeId.length !== WRITE_ID_BYTES
      ? 'a digest or write id of the wrong length'
      : problemOf(record);
  if (problem !== undefined) throw new RangeError(`A record cannot be built: ${problem}.`);
  const extensions = encodeExtensions(record.extensions);
  return concatBytes(
    Uint8Array.of(RECORD_FORMAT, record.tombstone ? FLAG_TOMBSTONE : 0),
    u16be(record.codec),
    u32be(record.entityVersion),
    u64be(record.revision),
    u64be(record.prevTx),
    record.prevDigest,
    record.writeId,
    u32be(extensions.length),
    extensions,
    u32be(record.payload.length),
    record.payload,
  );
}

// The rows of a database, byte by byte (src/engine/FORMAT.md). All integers are big-endian. A row that does not have
// the form it was written with is damage; stores catch it before it gets here unless two bytes changed in concert.

import { concatBytes, u16be, u32be, u64be } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import { DIGEST_BYTES } from '../../proof/layout/hash.js';
import { encodeKeyMetadata, type KeyMetadata } from '../../proof/layout/kv-metadata.js';
import type { HeaderVersion, TxHeader } from '../../proof/layout/tx-header.js';
import { encodeTxMetadata, type TxMetadata } from '../../proof/layout/tx-metadata.js';
import { parseKeyMetadata, parseTxMetadata } from './parse-metadata.js';

/** An entry as it is listed in its transaction: everything but its value. */
export interface ListedEntry {
  /** The stored key, prefix byte included. */
  readonly key: Uint8Array;
  readonly metadata: KeyMetadata | undefined;
  /** Length of the stored value in bytes, prefix byte included. */
  readonly valueLength: number;
  /** SHA-256 of the stored value. */
  readonly hValue: Uint8Array;
}

/** What the log says of a transaction besides its entries. */
export interface TxRow {
  readonly header: TxHeader;
  /** The transaction's accumulated hash, 32 bytes. */
  readonly alh: Uint8Array;
  /** Hashes of the subtrees of the main tree that this transaction completes, by level from 0. */
  readonly completed: readonly Uint8Array[];
}

/** Where a revision of a key is. */
export interface RevisionRow {
  readonly txId: bigint;
  /** Which entry of the transaction. */
  readonly index: number;
  /** Length of its stored value in bytes. */
  readonly valueLength: number;
  readonly metadata: KeyMetadata | undefined;
}

/** Where the newest revision of a key is. */
export interface KeyRow extends RevisionRow {
  /** How many revisions the key has, itself included. */
  readonly revision: bigint;
}

const TX = 0;
const ENTRIES = 1;
const VALUE = 2;
const ID_BYTES = 8;

/** Key of a transaction's row in `log`. */
export const txKey = (txId: bigint): Uint8Array => concatBytes(u64be(txId), Uint8Array.of(TX));
/** Key of the row of a transaction's entries in `log`. */
export const entriesKey = (txId: bigint): Uint8Array => concatBytes(u64be(txId), Uint8Array.of(ENTRIES));
/** Key of the row of one value in `log`. There is none for an empty value. */
export const valueKey = (txId: bigint, index: number): Uint8Array =>
  concatBytes(u64be(txId), Uint8Array.of(VALUE), u32be(index));
/** Key of the row of one revision in `revisions`. */
export const revisionKey = (key: Uint8Array, revision: bigint): Uint8Array =>
  concatBytes(key, u64be(revision));

/** Reads a row from the front; what it cannot read is damage. */
class RowReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  #at = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(length: number): Uint8Array {
    const from = this.#advance(length);
    return this.#bytes.subarray(from, from + length);
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }
  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8));
  }
  i64(): bigint {
    return this.#view.getBigInt64(this.#advance(8));
  }
  digest(): Uint8Array {
    return this.take(DIGEST_BYTES);
  }

  end(): void {
    if (!this.ended) throw damaged(this.#what);
  }

  #advance(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) throw damaged(this.#what);
    this.#at = from + length;
    return from;
  }
}

/** What is stored does not hang together. @param what for a person: which row */
export function damaged(what: string): ImmuError {
  return new ImmuError(
    'LEDGER_DAMAGED',
    `${what} of this embedded ledger is missing or damaged. \`immurepo verify --path DIR\` tells all that is, ` +
      '`immurepo repair --path DIR` rebuilds what follows from the transactions; else restore a backup.',
    { details: { what } },
  );
}

/** `i64 ts ‖ u16 version ‖ u32 nentries ‖ prevAlh ‖ eH ‖ blRoot ‖ alh ‖ u16 length ‖ metadata ‖ completed …` */
export function encodeTxRow({ header, alh, completed }: TxRow): Uint8Array {
  const metadata = encodeTxMetadata(header.metadata);
  const { ts, version, nentries, prevAlh, eH, blRoot } = header;
  return concatBytes(
    u64be(ts),
    u16be(version),
    u32be(nentries),
    prevAlh,
    eH,
    blRoot,
    alh,
    u16be(metadata.length),
    metadata,
    ...completed,
  );
}

/** @param txId as in the row's key @throws ImmuError LEDGER_DAMAGED */
export function decodeTxRow(txId: bigint, row: Uint8Array): TxRow {
  const what = `Transaction ${String(txId)}`;
  const reader = new RowReader(row, what);
  const ts = reader.i64();
  const version = reader.u16();
  if (version > 1) throw damaged(what);
  const nentries = reader.u32();
  const [prevAlh, eH, blRoot, alh] = [reader.digest(), reader.digest(), reader.digest(), reader.digest()];
  const metadata: TxMetadata | undefined = parseTxMetadata(reader.take(reader.u16()));
  if (metadata === undefined) throw damaged(what);
  const completed: Uint8Array[] = [];
  while (!reader.ended) completed.push(reader.digest());
  const header: TxHeader = {
    id: txId,
    prevAlh,
    ts,
    version: version as HeaderVersion,
    nentries,
    eH,
    blTxId: txId - 1n,
    blRoot,
    metadata,
  };
  return { header, alh, completed };
}

/** Per entry `u8 length ‖ metadata ‖ u16 length ‖ key ‖ u32 valueLength ‖ hValue`. */
export function encodeEntriesRow(entries: readonly ListedEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { key, metadata, valueLength, hValue } of entries) {
    const encoded = encodeKeyMetadata(metadata);
    parts.push(Uint8Array.of(encoded.length), encoded, u16be(key.length), key, u32be(valueLength), hValue);
  }
  return concatBytes(...parts);
}

/** @throws ImmuError LEDGER_DAMAGED */
export function decodeEntriesRow(txId: bigint, row: Uint8Array): ListedEntry[] {
  const what = `The list of entries of transaction ${String(txId)}`;
  const reader = new RowReader(row, what);
  const entries: ListedEntry[] = [];
  while (!reader.ended) {
    const metadata = keyMetadata(reader.take(reader.u8()), what);
    const key = reader.take(reader.u16());
    entries.push({ key, metadata, valueLength: reader.u32(), hValue: reader.digest() });
  }
  return entries;
}

/** `u64 txId ‖ u32 index ‖ u32 valueLength ‖ u8 length ‖ metadata` */
export function encodeRevisionRow({ txId, index, valueLength, metadata }: RevisionRow): Uint8Array {
  const encoded = encodeKeyMetadata(metadata);
  return concatBytes(u64be(txId), u32be(index), u32be(valueLength), Uint8Array.of(encoded.length), encoded);
}

/** @throws ImmuError LEDGER_DAMAGED */
export function decodeRevisionRow(row: Uint8Array): RevisionRow {
  const reader = new RowReader(row, 'A revision in the index');
  const revision = revisionOf(reader);
  reader.end();
  return revision;
}

/** `u64 revision ‖` as a revision. */
export function encodeKeyRow(row: KeyRow): Uint8Array {
  return concatBytes(u64be(row.revision), encodeRevisionRow(row));
}

/** @throws ImmuError LEDGER_DAMAGED */
export function decodeKeyRow(row: Uint8Array): KeyRow {
  const reader = new RowReader(row, 'A key in the index');
  const revision = reader.u64();
  const found = { revision, ...revisionOf(reader) };
  reader.end();
  return found;
}

function revisionOf(reader: RowReader): RevisionRow {
  const [txId, index, valueLength] = [reader.u64(), reader.u32(), reader.u32()];
  return {
    txId,
    index,
    valueLength,
    metadata: keyMetadata(reader.take(reader.u8()), 'Metadata in the index'),
  };
}

function keyMetadata(bytes: Uint8Array, what: string): KeyMetadata | undefined {
  if (bytes.length === 0) return undefined;
  const metadata = parseKeyMetadata(bytes);
  if (metadata === undefined) throw damaged(what);
  return metadata;
}

/** Which transaction a key of `log` belongs to. */
export function txIdOfLogKey(key: Uint8Array): bigint {
  return new DataView(key.buffer, key.byteOffset, ID_BYTES).getBigUint64(0);
}

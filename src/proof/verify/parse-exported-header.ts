// The header and the metadata in an exported transaction, which are their hashed form: read into what the other checks
// take, so that there is one place that says what a header may hold.

import { type HashedHeader, parseHeader } from './parse-header.js';
import { malformed } from './parse-fields.js';
import type { RawKeyMetadata, RawTxMetadata } from './raw.js';

const NO_EXTRA: Uint8Array = new Uint8Array(0);
const DIGEST = 32;

/** Big-endian fields one after another. */
export class FieldBytes {
  readonly #bytes: Uint8Array;
  readonly #where: string;
  #at = 0;

  /**
   * @param bytes untrusted
   * @param where their name
   */
  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = bytes;
    this.#where = where;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** An unsigned integer of so many bytes. */
  integer(bytes: 1 | 2 | 4): number {
    return this.take(bytes).reduce((value, byte) => value * 256 + byte, 0);
  }

  /** An integer of 64 bits. */
  integer64(signed = false): bigint {
    const bytes = this.take(8);
    const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
    return signed ? view.getBigInt64(0) : view.getBigUint64(0);
  }

  /** The next bytes: a view. */
  take(length: number): Uint8Array {
    if (length > this.left) throw this.refuse(`${length} more bytes`, `${this.left}`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** The error for something else than what must be there. */
  refuse(expected: string, found: unknown): Error {
    return malformed(this.#where, expected, found);
  }

  /** Requires that nothing is left. */
  end(): void {
    if (this.left > 0) throw this.refuse('nothing more', `${this.left} bytes`);
  }
}

/**
 * `u64 id ‖ prevAlh ‖ i64 ts ‖ u16 version`, then in version 0 `u16 nentries`, in version 1 `u16 len md ‖ md ‖ u32 nentries`,
 * then `eH ‖ u64 blTxId ‖ blRoot`.
 *
 * @param linearAdvance as of a policy
 * @throws VerificationError as {@link parseHeader}
 */
export function parseExportedHeader(bytes: Uint8Array, linearAdvance: number | undefined): HashedHeader {
  const where = 'exported.header';
  const fields = new FieldBytes(bytes, where);
  const [id, prevAlh, ts] = [fields.integer64(), fields.take(DIGEST), fields.integer64(true)];
  const version = fields.integer(2);
  const metadata = version === 0 ? undefined : parseTxMetadataBytes(fields.take(fields.integer(2)));
  const nentries = fields.integer(version === 0 ? 2 : 4);
  const [eH, blTxId, blRoot] = [fields.take(DIGEST), fields.integer64(), fields.take(DIGEST)];
  fields.end();
  const raw = { id, prevAlh, ts, version, metadata, nentries, eH, blTxId, blRoot };
  return parseHeader(raw, where, linearAdvance);
}

/** The attributes in ascending order of their code, each at most once. */
function parseTxMetadataBytes(bytes: Uint8Array): RawTxMetadata {
  const fields = new FieldBytes(bytes, 'exported.header.metadata');
  let [truncatedTxID, extra] = [0n, NO_EXTRA];
  for (let before = -1; fields.left > 0;) {
    const code = fields.integer(1);
    if (code <= before || code > 1) throw fields.refuse('attributes 0 and 1, in this order', code);
    if (code === 0) truncatedTxID = fields.integer64();
    else extra = fields.take(fields.integer(2));
    // Zero and nothing would be left out of what is hashed.
    if (code === 0 ? truncatedTxID === 0n : extra.length === 0)
      throw fields.refuse('attributes with a content', 'none');
    before = code;
  }
  return { truncatedTxID, extra };
}

/** The attributes of a write: `00` deleted, `01 ‖ u64` expiry, `02` not indexable, in this order, each at most once. */
export function parseKeyMetadataBytes(bytes: Uint8Array): RawKeyMetadata | undefined {
  if (bytes.length === 0) return undefined;
  const fields = new FieldBytes(bytes, 'exported.entries.metadata');
  const found = {
    deleted: false,
    expiration: undefined as RawKeyMetadata['expiration'],
    nonIndexable: false,
  };
  for (let before = -1; fields.left > 0;) {
    const code = fields.integer(1);
    if (code <= before || code > 2) throw fields.refuse('attributes 0, 1 and 2, in this order', code);
    if (code === 0) found.deleted = true;
    else if (code === 1) found.expiration = { expiresAt: fields.integer64(true) };
    else found.nonIndexable = true;
    before = code;
  }
  return found;
}

// A transaction as servers hand it to replicas. It is consistent in itself: its header commits to exactly these entries.
// Whether the header is part of a history is for a proof of the same transaction to say.

import { equalBytes, toMapKey } from '../../bytes.js';
import { entryDigest } from '../layout/entry.js';
import { sha256 } from '../layout/hash.js';
import type { HeaderVersion, TxHeader } from '../layout/tx-header.js';
import { rootFromDigests } from './entry-tree.js';
import { failure, withContext } from './failure.js';
import { FieldBytes, parseExportedHeader, parseKeyMetadataBytes } from './parse-exported-header.js';
import { parseKeyMetadata } from './parse-metadata.js';
import type { ProvenTxEntry } from './proven.js';
import { requireTxId } from './request-fields.js';

/** An entry of an exported transaction. */
export interface ExportedEntry extends Pick<ProvenTxEntry, 'key' | 'metadata' | 'hValue'> {
  /** As stored, with its prefix: a view. Undefined where the source has removed it. */
  readonly value: Uint8Array | undefined;
}

/** An exported transaction, consistent in itself. */
export interface ExportedTx {
  readonly header: TxHeader;
  /** Hash of the header, 32 bytes. */
  readonly alh: Uint8Array;
  /** All entries, in order. */
  readonly entries: readonly ExportedEntry[];
  /** Whether the source has removed the values: then it hands out their hashes. */
  readonly truncated: boolean;
}

const DIGEST = 32;

/**
 * Reads an exported transaction: `u32 len ‖ header`, per entry `u16 len ‖ key ‖ u16 len ‖ metadata ‖ u32 len ‖ value`, then
 * `u16 1 ‖ u8 truncated`, which old servers leave out.
 *
 * @param bytes untrusted
 * @param txId the transaction that was asked for
 * @param linearAdvance as of a policy
 * @throws VerificationError MALFORMED_PROOF, PROOF_TOO_LARGE; BINDING_MISMATCH for another transaction; PROOF_INVALID
 *   where the entries are not those the header commits to
 */
export function parseExported(bytes: Uint8Array, txId: bigint, linearAdvance?: number): ExportedTx {
  requireTxId(txId, 'txId');
  return withContext({ evidence: bytes }, () => {
    const fields = new FieldBytes(bytes, 'exported');
    const { header, alh } = parseExportedHeader(fields.take(fields.integer(4)), linearAdvance);
    if (header.id !== txId) {
      const check = 'transaction that was exported';
      throw failure('BINDING_MISMATCH', { check, txId, expected: txId, found: header.id });
    }
    const listed = Array.from({ length: header.nentries }, () => takeEntry(fields));
    const truncated = fields.left > 0 && takeTruncated(fields);
    fields.end();
    const entries = listed.map((entry) => finish(entry, truncated, fields));
    requireEntries(entries, header);
    return { header, alh, entries, truncated };
  });
}

type Listed = Pick<ProvenTxEntry, 'key' | 'metadata'> & { readonly content: Uint8Array };

function takeEntry(fields: FieldBytes): Listed {
  const key = new Uint8Array(fields.take(fields.integer(2)));
  const metadata = parseKeyMetadata(parseKeyMetadataBytes(fields.take(fields.integer(2))));
  return { key, metadata, content: fields.take(fields.integer(4)) };
}

function takeTruncated(fields: FieldBytes): boolean {
  const length = fields.integer(2);
  const flag = fields.integer(1);
  if (length !== 1 || flag > 1) throw fields.refuse('a flag of one byte at the end', flag);
  return flag === 1;
}

function finish({ key, metadata, content }: Listed, truncated: boolean, fields: FieldBytes): ExportedEntry {
  if (!truncated) return { key, metadata, hValue: sha256(content), value: content };
  if (content.length !== DIGEST) throw fields.refuse('32 bytes in place of a removed value', content.length);
  return { key, metadata, hValue: new Uint8Array(content), value: undefined };
}

function requireEntries(entries: readonly ExportedEntry[], { id: txId, version, eH }: TxHeader): void {
  const distinct = new Set(entries.map(({ key }) => toMapKey(key))).size;
  if (distinct !== entries.length) {
    const check = 'keys of the entries';
    throw failure('PROOF_INVALID', {
      check,
      txId,
      expected: `${entries.length} different ones`,
      found: distinct,
    });
  }
  const found = rootFromDigests(entries.map((entry) => digestOf(version, entry)));
  if (equalBytes(found, eH)) return;
  throw failure('PROOF_INVALID', { check: 'root over the entries exported', txId, expected: eH, found });
}

function digestOf(version: HeaderVersion, { key, metadata, hValue }: ExportedEntry): Uint8Array {
  return entryDigest(version, key, metadata, hValue);
}

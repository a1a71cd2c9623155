// How a document is stored as a key: a row of a SQL table, in the space of documents.

import { concatBytes, u32be, utf8 } from '../../bytes.js';

/** The longest id of a document, in bytes. */
export const MAX_DOCUMENT_ID_BYTES = 32;

const DOCUMENTS = Uint8Array.of(0x03);
const ROW = utf8('R.');
const MAPPED = utf8('M.');
const NOT_NULL = Uint8Array.of(0x80);
/** The only database of the SQL engine, and the index of a primary key. */
const [SQL_DATABASE, PRIMARY_INDEX] = [u32be(1), u32be(0)];

/** What the keys of all documents begin with, of every collection: those of indexes begin otherwise. */
export const DOCUMENT_KEY_START: Uint8Array = concatBytes(DOCUMENTS, ROW);

/**
 * `03 ‖ "R." ‖ u32(1) ‖ u32(collection) ‖ u32(0) ‖ 80 ‖ id, filled up to 32 bytes ‖ u32(len id)`.
 *
 * @param collectionId the collection's number, 1 ≤ collectionId < 2^32
 * @param id 1 to 32 bytes
 */
export function documentKey(collectionId: number, id: Uint8Array): Uint8Array {
  const filled = new Uint8Array(MAX_DOCUMENT_ID_BYTES);
  filled.set(id);
  return concatBytes(
    DOCUMENT_KEY_START,
    SQL_DATABASE,
    u32be(collectionId),
    PRIMARY_INDEX,
    NOT_NULL,
    filled,
    u32be(id.length),
  );
}

/** What the keys of the entries of all a collection's indexes begin with: `03 ‖ "M." ‖ u32(collection)`. */
export function documentIndexKeyStart(collectionId: number): Uint8Array {
  return concatBytes(DOCUMENTS, MAPPED, u32be(collectionId));
}
